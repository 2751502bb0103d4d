"""What is right of a request: its rows, held to the inputs of a signature; and what may go wrong, with its
status and code."""

import sys


class Wrong(Exception):
    """The request is wrong; the message is for whoever sent it, `field` where in the request, if one place
    is. Answered with 400."""

    status = 400

    def __init__(self, message, code="INVALID_INPUT", field=None):
        super().__init__(message)
        self.code = code
        self.field = field


class Failed(Exception):
    """The model did not answer a valid request; answered with 500. `code`: MODEL_FAILED (it raised) or
    INVALID_OUTPUT (what it returned cannot be sent)."""

    status = 500
    field = None

    def __init__(self, message, code="MODEL_FAILED"):
        super().__init__(message)
        self.code = code


def say(*words):
    print("cubestudio:", *words, flush=True)


def described(error, form=repr):
    """An exception of a model as text; one that cannot even say what it is, by its class."""
    try:
        return form(error)[:500]
    except BaseException:
        return type(error).__name__


def kind_of(value):
    """What a value is, in a message."""
    if value is None:
        return "null"
    kinds = (
        (bool, "a boolean"),
        (int, "an integer"),
        (float, "a number"),
        (str, "text"),
        (list, "a list"),
        (dict, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)


def number(value):
    """Whether a value is a number that 64 bits of floating point can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= sys.float_info.max  # false for NaN too


def integer(value):
    """Whether a value is a whole number that 64 bits can hold; 3.0 is one, because not every client can write
    3."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return (isinstance(value, int) or value.is_integer()) and -(2**63) <= value < 2**63


def lacking(value, kind, length=None):
    """What a value should be and is not; None when it is of this kind. `length`: of a vector."""
    if kind == "number":
        return None if number(value) else "a number"
    if kind == "integer":
        return None if integer(value) else "an integer of 64 bits"
    if kind == "boolean":
        return None if isinstance(value, bool) else "true or false"
    if kind == "text":
        return None if isinstance(value, str) else "text"
    if kind == "vector":
        if not isinstance(value, list) or not all(map(number, value)):
            return "a list of numbers"
        return None if length is None or len(value) == length else "a list of %d numbers" % length
    return None


def check(rows, fields):
    """Hold the rows of a request to the inputs of a signature, [{name, type, size}]. Raises Wrong with the
    first row that differs."""
    names = [field["name"] for field in fields]
    whole = len(fields) == 1 and fields[0].get("type") in ("vector", "image", "any")
    for at, row in enumerate(rows if fields else ()):
        if isinstance(row, dict):
            missing = [name for name in names if name not in row]
            if missing:
                raise Wrong("row %d: these inputs are missing: %s" % (at, ", ".join(missing[:10])))
            values = [row[name] for name in names]
        elif len(fields) == 1 and (
            not isinstance(row, list) or (whole and not (len(row) == 1 and isinstance(row[0], list)))
        ):
            values = [row]  # a row of one input may be the value itself
        elif not isinstance(row, list):
            raise Wrong(
                "row %d must be a list of %d values or an object of names and values, not %s"
                % (at, len(fields), kind_of(row))
            )
        elif len(row) != len(fields):
            raise Wrong(
                "row %d has %d values; the model takes %d: %s"
                % (at, len(row), len(fields), ", ".join(names[:20]))
            )
        else:
            values = row
        for field, value in zip(fields, values):  # noqa: B905 - old versions of Python have no strict
            expected = lacking(value, field.get("type", "number"), field.get("size"))
            if expected:
                shown = "a list of %d" % len(value) if isinstance(value, list) else kind_of(value)
                raise Wrong("row %d: %s must be %s, not %s" % (at, field["name"], expected, shown))


def columns(rows, names, width=None):
    """Rows as a table whose columns have the model's names, where there is pandas; else as lists. `width`:
    how many values a row has, where they have no names."""
    if any(type(row) is not type(rows[0]) for row in rows):
        raise Wrong("the rows are not all of one kind: send lists, or objects")
    if isinstance(rows[0], dict):
        order = list(names) if names is not None else list(rows[0])
        missing = [name for name in order if any(name not in row for row in rows)]
        if missing:
            raise Wrong("these inputs are missing: %s" % ", ".join(map(str, missing[:10])))
        rows = [[row[name] for name in order] for row in rows]
        names = order
    if isinstance(rows[0], list):
        wanted = width if names is None else len(names)
        told = "" if names is None else ": " + ", ".join(map(str, list(names)[:20]))
        for row in rows:
            if len(row) != (len(rows[0]) if wanted is None else wanted):
                wanted = len(rows[0]) if wanted is None else wanted
                raise Wrong("a row has %d values; the model takes %d%s" % (len(row), wanted, told))
        if names is not None:
            try:
                import pandas
            except ImportError:
                return rows
            return pandas.DataFrame(rows, columns=list(names))
    return rows
