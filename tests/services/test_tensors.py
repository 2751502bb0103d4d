"""The open inference protocol with tensors as bytes: what Triton's client sends by default, what is said of a
model, what is refused."""

import contextlib
import json
import math
import struct

import httpx2
import pytest
import serve
import serve_models
import serve_tensors
from hypothesis import given
from hypothesis import strategies as st

from cubestudio.models.formats import BEGINS
from tests.services.test_serve import JSON

LENGTH = "Inference-Header-Content-Length"
# Requests as tritonclient[http] 2.73.0 makes them (tritonclient/http/_utils.py, _get_inference_request), and
# the rows that they mean.
SENT = [
    (
        b'{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":16}}],"parameters":{"binary_data_output":true}}'
        b"\x00\x00\x80?\x00\x00\x00@\x00\x00@@\x00\x00\x80@",
        135,
        [[1.0, 2.0], [3.0, 4.0]],
        (None, True),
    ),
    (
        b'{"inputs":[{"name":"a","shape":[2],"datatype":"INT64","parameters":{"binary_data_size":16}},{"name":"b","shape":[2],"datatype":"BYTES",'
        b'"parameters":{"binary_data_size":11}},{"name":"c","shape":[2],"datatype":"BOOL","parameters":{"binary_data_size":2}}],'
        b'"outputs":[{"name":"output-0","parameters":{"binary_data":true}}]}'
        b"\x01\x00\x00\x00\x00\x00\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00x\x02\x00\x00\x00\xc3\xa9\x01\x00",
        319,
        [{"a": 1, "b": "x", "c": True}, {"a": -2, "b": "é", "c": False}],
        ({"output-0": True}, False),
    ),
    (
        b'{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","parameters":{"binary_data_size":2}}],"outputs":[{"name":"output-0",'
        b'"parameters":{"binary_data":false}}]}\x00>',
        158,
        [[1.5]],
        ({"output-0": False}, False),
    ),
]


@pytest.mark.parametrize(("body", "length", "rows", "wanted"), SENT)
def test_what_tritons_client_sends_is_read(body, length, rows, wanted):
    told = json.loads(body[:length])
    assert serve_tensors.tensors(told, body[length:]) == rows
    assert serve_tensors.asked(told) == wanted


def one(size=None, shape=(1,), datatype="FP32", **more):
    told = {"name": "x", "shape": list(shape), "datatype": datatype, **more}
    return {"inputs": [told if size is None else {**told, "parameters": {"binary_data_size": size}}]}


NAN = struct.pack("<f", math.nan)


@pytest.mark.parametrize(
    ("told", "rest", "field", "words"),
    [
        (one(4), b"", "inputs[0].parameters.binary_data_size", "0 are left behind the JSON"),
        (one(8), bytes(8), "inputs[0].parameters.binary_data_size", "1 values of datatype FP32 take 4"),
        (one(4), bytes(5), "inputs", "5 bytes are behind the JSON; the tensors take 4"),
        (one(-4), bytes(4), "inputs[0].parameters.binary_data_size", "not a number of bytes"),
        (one("4"), bytes(4), "inputs[0].parameters.binary_data_size", "not a number of bytes"),
        (one(True), bytes(1), "inputs[0].parameters.binary_data_size", "not a number of bytes"),
        (one(2**70), bytes(4), "inputs[0].parameters.binary_data_size", "are left behind the JSON"),
        (one(4, (2**62, 2**62)), bytes(4), "inputs[0].parameters.binary_data_size", "take"),
        (one(4, [1] * 17), bytes(4), "inputs[0].shape", "16 at most"),
        (one(4, [0]), bytes(4), "inputs[0].shape", "1 and above"),
        (one(4, [None]), bytes(4), "inputs[0].shape", "1 and above"),
        (one(4, datatype="FP128"), bytes(4), "inputs[0].datatype", "unknown datatype"),
        (one(4, datatype=None), bytes(4), "inputs[0].datatype", "unknown datatype"),
        (one(4, data=[1]), bytes(4), "inputs[0].data", "send one of them"),
        (one(4), NAN, "inputs[0].data", "must be a number, not NaN or infinity"),
        (one(None), b"", "inputs[0].data", "has no data"),
        (one(8, datatype="UINT64"), b"\xff" * 8, "inputs[0].data", "an integer of 64 bits"),
        (one(4, datatype="BYTES"), b"\xff" * 4, "inputs[0].parameters.binary_data_size", "are not 1 values"),
        (one(5, datatype="BYTES"), b"\x01\x00\x00\x00\xff", "inputs[0]", "is not UTF-8"),
        (
            one(10, datatype="BYTES"),
            b"\x01\x00\x00\x00a" * 2,
            "inputs[0].parameters.binary_data_size",
            "are not 1 values",
        ),
        (one(3, datatype="BYTES"), b"abc", "inputs[0].parameters.binary_data_size", "are not 1 values"),
        ({"inputs": [one(4)["inputs"][0]] * 2}, bytes(8), "inputs[1].name", "is there twice"),
    ],
)
def test_what_is_wrong_with_bytes_is_said_with_its_place(told, rest, field, words):
    with pytest.raises(serve.Wrong) as wrong:
        serve_tensors.tensors(told, rest)
    assert (wrong.value.field, words in str(wrong.value)) == (field, True), wrong.value


@given(JSON, st.binary(max_size=40), st.sampled_from([*serve_tensors.CODES, "BYTES", "FP8", None]))
def test_whatever_bytes_are_sent_are_taken_or_refused_as_wrong(value, rest, datatype):
    for told in (
        one(len(rest), [len(rest)], datatype),
        one(len(rest), [1], datatype),
        one(value, value if isinstance(value, list) else [1]),
    ):
        with contextlib.suppress(serve.Wrong):
            serve_tensors.tensors(told, rest)
    with contextlib.suppress(serve.Wrong):
        serve_tensors.asked({"outputs": value, "parameters": value})


TWO = [{"name": "kind", "type": "text"}, {"name": "price", "type": "number"}]


@pytest.mark.parametrize(
    ("answer", "fields", "found"),
    [
        ([1, 2], [], [("output-0", "INT64", [2], [1, 2])]),
        ([1, 2], [{"name": "y", "type": "number"}], [("y", "FP64", [2], [1.0, 2.0])]),
        ([1.0, 2.0], [{"name": "y", "type": "integer"}], [("y", "INT64", [2], [1, 2])]),
        ([[0.5, 0.5]], [{"name": "y", "type": "integer"}], [("y", "FP64", [1, 2], [0.5, 0.5])]),
        ([2**63], [], [("output-0", "UINT64", [1], [2**63])]),
        ([True], [], [("output-0", "BOOL", [1], [True])]),
        (["a", None, 1], [], [("output-0", "BYTES", [3], ["a", "null", "1"])]),
        ([["a", 1], ["b", 2]], TWO, [("kind", "BYTES", [2], ["a", "b"]), ("price", "FP64", [2], [1.0, 2.0])]),
        ([{"price": 1.5, "kind": "a"}], TWO, [("price", "FP64", [1], [1.5]), ("kind", "BYTES", [1], ["a"])]),
        ([{"a": 1}, {"b": 1}], [], [("output-0", "BYTES", [2], ['{"a": 1}', '{"b": 1}'])]),
    ],
)
def test_answers_become_tensors_and_the_same_as_bytes(answer, fields, found):
    outputs, rest = serve_tensors.answered(answer, fields, (None, False))
    assert ([(each["name"], each["datatype"], each["shape"], each["data"]) for each in outputs], rest) == (
        found,
        b"",
    )
    outputs, rest = serve_tensors.answered(answer, fields, (None, True))
    for each, (_, datatype, shape, data) in zip(outputs, found, strict=True):
        length = each["parameters"]["binary_data_size"]
        if datatype != "UINT64":  # which is sent, and not taken above 2**63
            back = serve_tensors.tensors({"inputs": [{**each}]}, rest[:length])
            assert serve_tensors.flatten(back) == data and serve_tensors.size(shape) == len(data)
        rest = rest[length:]
    assert rest == b""


@pytest.mark.parametrize("answer", [[10**400], [-1, 2**63], [[1], [1, 2]], [{1}, "x"]])
def test_what_no_tensor_holds_is_the_models_fault(answer):
    with pytest.raises(serve.Failed) as failed:
        serve_tensors.answered(answer, [], (None, True))
    assert failed.value.code == "INVALID_OUTPUT"


async def test_bytes_over_http_and_what_a_model_is_said_to_take(served):
    inputs = [
        {"name": "n", "type": "number"},
        {"name": "v", "type": "vector", "size": 2},
        {"name": "word", "type": "text"},
    ]
    script = (
        "def predict(model, inputs):\n    return [[each['word'], each['n'] + sum(each['v'])] for each "
        "in inputs]\n"
    )
    url, _ = served(script, signature={"inputs": inputs, "outputs": TWO})
    async with httpx2.AsyncClient(base_url=url) as http:
        assert (await http.get("/v2")).json()["extensions"] == ["binary_tensor_data"]
        told = (await http.get("/v2/models/m")).json()
        assert told["inputs"] == [
            {"name": "n", "datatype": "FP64", "shape": [-1]},
            {"name": "v", "datatype": "FP64", "shape": [-1, 2]},
            {"name": "word", "datatype": "BYTES", "shape": [-1]},
        ]
        assert told["outputs"] == [
            {"name": "kind", "datatype": "BYTES", "shape": [-1]},
            {"name": "price", "datatype": "FP64", "shape": [-1]},
        ]
        assert (await http.get("/v2/models/m/versions/1")).json() == told and (
            await http.get("/v2/models/m/versions/1/ready")
        ).is_success
        given = [
            {"name": "n", "shape": [1], "datatype": "FP64", "parameters": {"binary_data_size": 8}},
            {"name": "v", "shape": [1, 2], "datatype": "FP32", "parameters": {"binary_data_size": 8}},
            {"name": "word", "shape": [1], "datatype": "BYTES", "data": ["é"]},
        ]
        head = json.dumps({"inputs": given, "parameters": {"binary_data_output": True}}).encode()
        body = head + struct.pack("<dff", 1.5, 2, 3)
        answer = await http.post("/v2/models/m/infer", content=body, headers={LENGTH: str(len(head))})
        length = int(answer.headers[LENGTH])
        assert json.loads(answer.content[:length])["outputs"] == [
            {"name": "kind", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 6}},
            {"name": "price", "shape": [1], "datatype": "FP64", "parameters": {"binary_data_size": 8}},
        ]
        assert answer.content[length:] == b"\x02\x00\x00\x00\xc3\xa9" + struct.pack("<d", 6.5)
        for header in ("-1", "x", "", str(len(body) + 1), "9" * 30, "٣"):
            refused = await http.post("/v2/models/m/infer", content=body, headers={LENGTH: header.encode()})
            assert (refused.status_code, refused.json()["field"]) == (400, LENGTH), header
        refused = await http.post(
            "/v2/models/m/infer", content=body, headers={LENGTH: str(len(head)), "content-encoding": "gzip"}
        )
        assert (refused.status_code, refused.json()["field"]) == (400, "Content-Encoding")
        asked = {"inputs": given, "outputs": [{"name": "price"}, {"name": "absent"}]}
        head = json.dumps(asked).encode()
        refused = await http.post(
            "/v2/models/m/infer", content=head + body[-16:], headers={LENGTH: str(len(head))}
        )
        assert (refused.status_code, refused.json()["field"]) == (400, "outputs[1].name")


def test_a_pod_knows_boosters_by_what_the_platform_knows_them_by():
    """Neither can import the other."""
    assert {ending: pattern.pattern for ending, (_, pattern) in BEGINS.items()} == {
        ".json": serve_models.XGBOOST,
        ".txt": serve_models.LIGHTGBM,
    }
