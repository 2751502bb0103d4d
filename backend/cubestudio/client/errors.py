"""What the client raises beside the errors of the connection."""

from typing import Any


class Refused(Exception):
    """The platform refused an operation. `code` is the class of the refusal, `reason` its stable name, `path`
    the input that is meant, `params` the values in the message, `hint` what to do about it, and `faults` the
    single faults of an input that has several."""

    def __init__(self, problem: dict[str, Any]):
        lines = [problem["message"]]
        for fault in problem.get("faults") or ():
            hint = f" ({fault['hint']})" if fault.get("hint") else ""
            lines.append(f"  {place(fault)}: {fault['message']}{hint}")
        super().__init__("\n".join(lines))
        self.problem = problem
        self.code: str = problem["code"]
        self.reason: str | None = problem.get("reason")
        self.message: str = problem["message"]
        self.hint: str | None = problem.get("hint")
        self.path = problem.get("path")
        self.params: dict[str, Any] = problem.get("params") or {}
        self.faults: list[dict[str, Any]] = problem.get("faults") or []


class Failed(Exception):
    """A request failed as a whole. `errors` are those of GraphQL; `code`, `reason`, `params` and `hint` are
    those of the first one."""

    def __init__(self, errors: list[dict[str, Any]]):
        super().__init__("; ".join(error["message"] for error in errors))
        self.errors = errors
        extensions = (errors[0].get("extensions") if errors else None) or {}
        self.code: str = extensions.get("code") or "INTERNAL"
        self.reason: str | None = extensions.get("reason")
        self.params: dict[str, Any] = extensions.get("params") or {}
        self.hint: str | None = extensions.get("hint")


def place(fault: dict[str, Any]) -> str:
    """Return the path of the input that a problem or fault is about, as text."""
    return ".".join(fault.get("path") or ())
