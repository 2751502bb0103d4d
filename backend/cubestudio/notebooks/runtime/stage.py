"""Runs before a workspace begins: puts the files that it was made with into its folder, where they are not
there yet."""

import json
import os

home = os.environ["HOME"]
with open(os.path.join(os.environ["CUBE_FILES"], "staged.json")) as file:
    staged = json.load(file)
for path, text in staged["files"].items():
    place = os.path.join(home, path)
    if os.path.lexists(place):
        continue
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "w") as file:
        file.write(text)
    if path.endswith(".sh"):
        os.chmod(place, 0o755)
if staged["inputs"]:
    link = os.path.join(home, "inputs")
    if os.path.islink(link):
        os.unlink(link)  # where they are is another place at each start
    if not os.path.lexists(link):
        os.symlink(os.environ["CUBE_INPUT_DIR"], link)
