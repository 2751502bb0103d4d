# Written by Cube Studio: bring the folder into the state that was asked for, then become the workspace.
set -u
cd "$HOME" || exit 1
say() { printf 'cubestudio: %s\n' "$*"; }

if [ -n "${CUBE_REPO:-}" ]; then
  place=$(basename "$CUBE_REPO" .git)
  if [ -e "$place" ]; then
    say "$place is there already and is left as it is"
  elif ! command -v git >/dev/null; then
    say "the repository cannot be cloned: there is no git here"
    exit 3
  else
    say "cloning $CUBE_REPO"
    GIT_TERMINAL_PROMPT=0 git clone ${CUBE_BRANCH:+--branch "$CUBE_BRANCH"} -- "$CUBE_REPO" "$place" || { say "the repository cannot be cloned"; exit 3; }
  fi
fi
if [ -s "$CUBE_FILES/script.sh" ]; then
  say "running the start script"
  sh "$CUBE_FILES/script.sh" || { say "the start script ended with $?"; exit 4; }
fi
SHELL=$(command -v bash || command -v sh)
export SHELL
. "$CUBE_FILES/run.sh"
