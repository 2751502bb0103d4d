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
if [ -s "$CUBE_FILES/staged.json" ]; then
  python3 "$CUBE_FILES/stage.py" || { say "the files that it was made with cannot be put there"; exit 6; }
fi
case "${CUBE_TOKEN:-}" in cubenote_*) unset CUBE_TOKEN ;; esac
if [ -s "$CUBE_FILES/script.sh" ]; then
  say "running the start script"
  sh "$CUBE_FILES/script.sh" || { say "the start script ended with $?"; exit 4; }
fi
if [ -n "${CUBE_SSH_PORT:-}" ] && [ -s "$CUBE_FILES/authorized_keys" ]; then
  sshd=$(command -v sshd || { [ -x /usr/sbin/sshd ] && echo /usr/sbin/sshd; }) || sshd=
  if [ -z "$sshd" ]; then
    say "there is no sshd here, so there is no SSH"
  elif ! name=$(id -un 2>/dev/null); then
    # sshd and ssh-keygen refuse whoever the image does not know.
    say "there is no SSH: user $(id -u), as whom this runs, has no name in this image (/etc/passwd)"
  else
    # Only what comes through the platform reaches it: it listens inside the pod alone.
    place="$HOME/.cube-ssh"
    mkdir -p "$place" && chmod 700 "$place"
    [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
    [ -s "$place/host" ] || ssh-keygen -q -t ed25519 -N '' -f "$place/host"
    cp "$CUBE_FILES/authorized_keys" "$place/authorized_keys" && chmod 600 "$place/authorized_keys"
    {
      echo "Port $CUBE_SSH_PORT"; echo "ListenAddress 127.0.0.1"; echo "HostKey $place/host"; echo "AuthorizedKeysFile $place/authorized_keys"
      echo "PasswordAuthentication no"; echo "KbdInteractiveAuthentication no"; echo "PermitRootLogin prohibit-password"; echo "UsePAM no"
      echo "StrictModes no"; echo "PidFile none"; echo "Subsystem sftp internal-sftp"; echo "SetEnv CUBE_HOME_FOLDER=$HOME PATH=$PATH"
    } > "$place/config"
    "$sshd" -D -f "$place/config" -E "$place/log" &
    say "SSH is open for $name"
  fi
fi
SHELL=$(command -v bash || command -v sh)
export SHELL
. "$CUBE_FILES/run.sh"
