"""The program: the command line, quiet when it is interrupted before it has begun. Loading it takes a moment,
in which an interrupt simply ends the process; those who serve handle it later."""

import importlib

_signal = importlib.import_module("_signal")
"""The module behind `signal`, whose own imports would take part of that moment."""
_signal.signal(_signal.SIGINT, _signal.SIG_DFL)


def main() -> None:
    """Run the command."""
    importlib.import_module("cubestudio.cli.main").main()


if __name__ == "__main__":
    main()
