"""Whether schema.graphql and the Python client are what the code gives; `--write` makes them so."""

import subprocess
import sys
from pathlib import Path

from cubestudio.cli.codegen import generate
from cubestudio.schema import schema

ROOT = Path(__file__).parents[1]


def formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", "backend/cubestudio/client/client.py", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def main() -> int:
    made = {
        "schema.graphql": schema.as_str() + "\n",
        "backend/cubestudio/client/client.py": formatted(generate()),
    }
    stale = [
        name for name, text in made.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != text
    ]
    if "--write" in sys.argv:
        for name in stale:
            (ROOT / name).write_text(made[name])
        return 0
    for name in stale:
        print(f"{name} is out of date: run `make generate` and look at the difference")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
