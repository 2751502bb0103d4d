"""A terminal's shell in a pod, as the work there runs: with its variables, its home, its search path, its
working folder and its umask.

A command that the API server starts in a container has the variables of the container alone, and the home of
its user: files that are made there are lost at the next stop. Called as `enter.py PID FOLDER`, with the
process of the work, whose variables the kernel shows to its own user; they are written nowhere else. When
that process has ended, the shell is a plain one in the folder.
"""

import os
import sys


def variables(process):
    """Those with which a process was started; those of this one when it has ended."""
    try:
        with open("/proc/%s/environ" % process, "rb") as file:
            told = file.read()
    except OSError:
        return dict(os.environ)
    pairs = [each.partition(b"=") for each in told.split(b"\0") if b"=" in each]
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs} or dict(os.environ)


def mask(process):
    """Which rights files of a process do not get: what is made here, other pods of the project may change as
    what the work makes."""
    try:
        with open("/proc/%s/status" % process) as file:
            found = [line.split()[1] for line in file if line.startswith("Umask:")]
    except OSError:
        return
    for each in found:
        os.umask(int(each, 8))


def main():
    env = variables(sys.argv[1])
    mask(sys.argv[1])
    env["TERM"] = "xterm-256color"
    try:
        os.chdir(sys.argv[2])
    except OSError as error:
        sys.stderr.write("%s: %s\n" % (sys.argv[2], error.strerror))
    for shell in ("bash", "/bin/bash", "/bin/sh"):
        try:
            os.execvpe(shell, [shell], env)
        except OSError:
            continue
    sys.exit("this image has no shell")


if __name__ == "__main__":
    main()
