"""Tensors of the open inference protocol, version 2, as JSON or as bytes behind it: rows of a request,
answers of a model, and what a model is said to take and to return. Pure."""

import json
import math
import struct

from serve_rows import Failed, Wrong, integer, kind_of, lacking

KINDS = {
    "BOOL": "boolean",
    "INT": "integer",
    "UINT": "integer",
    "FP": "number",
    "BF": "number",
    "BYTES": "text",
}
"""What the data of a tensor are, by how its datatype begins."""
CODES = {
    "BOOL": "?",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "FP16": "e",
    "BF16": "H",
    "FP32": "f",
    "FP64": "d",
}
"""How the values of each datatype lie in bytes, lowest byte first."""
TOLD = {"number": "FP64", "integer": "INT64", "boolean": "BOOL", "vector": "FP64"}
"""The datatype that an input or output of a signature has; text and all others are BYTES."""
MOST_LENGTHS = 16
"""A shape has no more lengths than this."""
ONLY = "output-0"
"""What the output is called, where no signature names it."""


def tensors(body, rest=b""):
    """The rows of a request of the open inference protocol. `rest`: the bytes behind its JSON, in which the
    data of tensors lie that have the parameter binary_data_size. Raises Wrong with the field."""
    given = body.get("inputs")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise Wrong("inputs is a list of tensors {name, shape, datatype, data}", "INVALID_REQUEST", "inputs")
    made, at = {}, 0
    for place, each in enumerate(given):
        field = "inputs[%d]" % place
        name, shape = each.get("name"), each.get("shape")
        if not isinstance(name, str):
            raise Wrong("a tensor has a name", "INVALID_REQUEST", field + ".name")
        if name in made:
            raise Wrong("tensor %r is there twice" % name[:100], "INVALID_REQUEST", field + ".name")
        if not isinstance(shape, list) or not shape:
            raise Wrong("tensor %r has no shape" % name[:100], "INVALID_REQUEST", field + ".shape")
        if len(shape) > MOST_LENGTHS or not all(integer(length) and length > 0 for length in shape):
            words = "the shape of tensor %r is not a list of lengths of 1 and above, %d at most" % (
                name[:100],
                MOST_LENGTHS,
            )
            raise Wrong(words, "INVALID_REQUEST", field + ".shape")
        shape = [int(length) for length in shape]
        flat, at = data_of(each, name[:100], shape, rest=rest, at=at, field=field)
        typed(name[:100], each.get("datatype"), flat, field)
        made[name] = nested(flat, shape) if len(shape) > 1 else [[value] for value in flat]
    if at != len(rest):
        words = "%d bytes are behind the JSON; the tensors take %d of them by binary_data_size" % (
            len(rest),
            at,
        )
        raise Wrong(words, "INVALID_REQUEST", "inputs")
    if len(made) == 1:
        return next(iter(made.values()))
    if len({len(rows) for rows in made.values()}) != 1:
        raise Wrong("the tensors have different numbers of rows", "INVALID_REQUEST", "inputs")
    count = len(next(iter(made.values())))
    return [
        {name: (rows[at][0] if len(rows[at]) == 1 else rows[at]) for name, rows in made.items()}
        for at in range(count)
    ]


def data_of(given, name, shape, rest, at, field):  # noqa: C901
    """(values of a tensor, where those of the next begin in `rest`)."""
    told = given.get("parameters")
    told = told if isinstance(told, dict) else {}
    count, data = size(shape), given.get("data")
    if "binary_data_size" not in told:
        if not isinstance(data, list):
            raise Wrong("tensor %r has no data" % name, "INVALID_REQUEST", field + ".data")
        flat = flatten(data)
        if len(flat) != count:
            words = "tensor %r has %d values; its shape %r means %d" % (name, len(flat), shape[:8], count)
            raise Wrong(words, "INVALID_REQUEST", field + ".data")
        return flat, at
    length, place = told["binary_data_size"], field + ".parameters.binary_data_size"
    if data is not None:
        raise Wrong(
            "tensor %r has data and binary_data_size: send one of them" % name,
            "INVALID_REQUEST",
            field + ".data",
        )
    if isinstance(length, bool) or not isinstance(length, int) or length < 0:
        raise Wrong("binary_data_size of tensor %r is not a number of bytes" % name, "INVALID_REQUEST", place)
    if length > len(rest) - at:
        words = "tensor %r has %d bytes by binary_data_size; %d are left behind the JSON" % (
            name,
            length,
            len(rest) - at,
        )
        raise Wrong(words, "INVALID_REQUEST", place)
    datatype, piece = given.get("datatype"), rest[at : at + length]
    if datatype == "BYTES":
        return texts(piece, count, name, field), at + length
    code = CODES.get(datatype) if isinstance(datatype, str) else None
    if code is None:
        raise unknown(name, field)
    if struct.calcsize(code) * count != length:
        words = "tensor %r has %d bytes; %d values of datatype %s take %d" % (
            name,
            length,
            count,
            datatype,
            struct.calcsize(code) * count,
        )
        raise Wrong(words, "INVALID_REQUEST", place)
    if datatype == "BF16":  # the upper half of an FP32
        piece = b"".join(b"\0\0" + piece[each : each + 2] for each in range(0, length, 2))
        code = "f"
    return list(struct.unpack("<%d%s" % (count, code), piece)), at + length


def texts(piece, count, name, field):
    """The values of a tensor of BYTES: each is its length in four bytes, then so many bytes of UTF-8."""
    found, at = [], 0
    while at < len(piece) and len(found) < count:
        length = int.from_bytes(piece[at : at + 4], "little")
        if at + 4 + length > len(piece):
            break
        try:
            found.append(piece[at + 4 : at + 4 + length].decode())
        except UnicodeDecodeError:
            raise Wrong("value %d of tensor %r is not UTF-8" % (len(found), name), "INVALID_INPUT", field)
        at += 4 + length
    if at != len(piece) or len(found) != count:
        words = "the bytes of tensor %r are not %d values, each its length in four bytes and the text" % (
            name,
            count,
        )
        raise Wrong(words, "INVALID_REQUEST", field + ".parameters.binary_data_size")
    return found


def typed(name, datatype, flat, field):
    """Hold the data of a tensor to its datatype, where one is given. Raises Wrong."""
    if datatype is None:
        return
    kind = KINDS.get(datatype.rstrip("0123456789")) if isinstance(datatype, str) else None
    if kind is None:
        raise unknown(name, field)
    for value in flat:
        expected = lacking(value, kind)
        if expected:
            raise Wrong(
                "tensor %r is of datatype %s: a value must be %s, not %s"
                % (name, datatype[:10], expected, shown(value)),
                field=field + ".data",
            )


def shown(value):
    return "NaN or infinity" if isinstance(value, float) and not math.isfinite(value) else kind_of(value)


def unknown(name, field):
    words = (
        "tensor %r has an unknown datatype; use BOOL, INT64, FP64 or BYTES, or those of other sizes" % name
    )
    return Wrong(words, "INVALID_REQUEST", field + ".datatype")


def flatten(data):
    """The values of nested lists, in order; without recursion, because a request may be nested deeply."""
    flat, left = [], [data]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left.extend(reversed(value))
        else:
            flat.append(value)
    return flat


def nested(flat, shape):
    """Values as lists within lists, by a shape that they fill."""
    for length in reversed(shape[1:]):
        flat = [flat[at : at + length] for at in range(0, len(flat), length)]
    return flat


def size(shape):
    whole = 1
    for each in shape:
        whole *= each
    return whole


def shape_of(value):
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else 0
    return shape


def asked(body):
    """Which outputs a request wants: ({name: whether as bytes}, in order, or None for all; whether all are
    sent as bytes)."""
    told = body.get("parameters")
    whole = isinstance(told, dict) and told.get("binary_data_output") is True
    given = body.get("outputs")
    if given is None or given == []:
        return None, whole
    if not isinstance(given, list) or not all(
        isinstance(each, dict) and isinstance(each.get("name"), str) for each in given
    ):
        raise Wrong("outputs is a list of {name, parameters}", "INVALID_REQUEST", "outputs")
    names = {}
    for place, each in enumerate(given):
        more = each.get("parameters")
        more = more if isinstance(more, dict) else {}
        if "classification" in more or "shared_memory_region" in more:
            words = "classification and shared memory are extensions that this server does not have"
            raise Wrong(words, "INVALID_REQUEST", "outputs[%d].parameters" % place)
        names[each["name"]] = more.get("binary_data", whole) is True
    return names, whole


def answered(answer, fields, wanted, non_finite="null"):
    """(the outputs of a response, the bytes behind its JSON) of the answers for all rows. `fields`: the
    outputs of the signature; `wanted`: as `asked` tells it; `non_finite`: "error" raises Failed for NaN and
    infinities that would be sent as bytes, which can hold them."""
    names, whole = wanted
    made = {name: tensor(name, values, kind) for name, values, kind in named(answer, fields)}
    for place, name in enumerate(names or ()):
        if name not in made:
            words = "there is no output %r; there are: %s" % (name[:100], ", ".join(list(made)[:20]))
            raise Wrong(words, "INVALID_REQUEST", "outputs[%d].name" % place)
    outputs, pieces = [], []
    for name in made if names is None else names:
        each = made[name]
        if whole if names is None else names[name]:
            if (
                non_finite == "error"
                and each["datatype"] == "FP64"
                and not all(map(math.isfinite, each["data"]))
            ):
                raise Failed("output %s has NaN or infinity" % name[:100], "INVALID_OUTPUT")
            pieces.append(packed(each["datatype"], each.pop("data")))
            each["parameters"] = {"binary_data_size": len(pieces[-1])}
        outputs.append(each)
    return outputs, b"".join(pieces)


def named(answer, fields):
    """(name, values for all rows, type of the signature or None) of each output: a model of several answers
    with an object or a list of them for each row."""
    types = {each["name"]: each.get("type", "number") for each in fields}
    if (
        answer
        and all(isinstance(row, dict) and row.keys() == answer[0].keys() for row in answer)
        and answer[0]
    ):
        return [(name, [row[name] for row in answer], types.get(name)) for name in answer[0]]
    if len(fields) > 1 and all(isinstance(row, list) and len(row) == len(fields) for row in answer):
        return [(name, [row[at] for row in answer], kind) for at, (name, kind) in enumerate(types.items())]
    only = next(iter(types.items())) if len(types) == 1 else (ONLY, None)
    return [(only[0], answer, only[1])]


def tensor(name, values, kind=None):
    """Values as a tensor. `kind`: what the signature says, which holds where the values are such. Raises
    Failed when rows have different shapes, or a number needs more than 64 bits."""
    flat, shape = flatten(values), shape_of(values)
    if len(flat) != size(shape):
        raise Failed(
            "the answers for the rows have different shapes, which no tensor can hold; use POST /predict",
            "INVALID_OUTPUT",
        )
    datatype = "BYTES"
    if all(isinstance(value, bool) for value in flat):
        datatype = "BOOL"
    elif all(isinstance(value, int) and not isinstance(value, bool) for value in flat):
        datatype = "INT64" if all(-(2**63) <= value < 2**63 for value in flat) else "UINT64"
        if datatype == "UINT64" and not all(0 <= value < 2**64 for value in flat):
            raise Failed("output %s has a whole number of more than 64 bits" % name[:100], "INVALID_OUTPUT")
        if TOLD.get(kind) == "FP64":
            datatype, flat = "FP64", [float(value) for value in flat]
    elif all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in flat):
        datatype = "FP64"
        if kind == "integer" and all(integer(value) for value in flat):
            datatype, flat = "INT64", [int(value) for value in flat]
    elif all(value is None or isinstance(value, (int, float)) for value in flat):
        datatype, flat = "FP64", [math.nan if value is None else float(value) for value in flat]
    else:
        flat = [value if isinstance(value, str) else written(value) for value in flat]
    return {"name": name, "shape": shape, "datatype": datatype, "data": flat}


def written(value):
    """A value that is neither a number nor text, as text."""
    try:
        return json.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise Failed("the model returned what JSON cannot hold: %s" % str(error)[:200], "INVALID_OUTPUT")


def packed(datatype, flat):
    """Values as the bytes of a tensor."""
    if datatype != "BYTES":
        return struct.pack("<%d%s" % (len(flat), CODES[datatype]), *flat)
    pieces = [value.encode(errors="replace") for value in flat]
    return b"".join(part for piece in pieces for part in (struct.pack("<I", len(piece)), piece))


def described_as(fields):
    """Inputs or outputs of a signature as tensors without data, -1 for any length; each is a tensor of its
    own."""
    return [
        {
            "name": each["name"],
            "datatype": TOLD.get(each.get("type", "number"), "BYTES"),
            "shape": [-1, each.get("size") or -1] if each.get("type") == "vector" else [-1],
        }
        for each in fields
    ]
