"""The server of a model: loads what is in CUBE_MODEL_DIR by its framework and answers predictions in JSON, by our own short
protocol (POST /predict) and by the open inference protocol, version 2 (/v2/models/NAME/infer).

It runs in the environment of the model and needs nothing but that. Requests that wait are put together into one call.

An answer of 400 says that the request is wrong, which is decided before the model is called: by the signature of the model or, where it
has none, by the inputs that the file of the model names. Whatever the model itself does wrong is 500. Both have a code."""

import copy
import glob
import importlib.util
import json
import math
import os
import queue
import signal
import socket
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = os.environ.get("CUBE_MODEL", "model")
VERSION = os.environ.get("CUBE_MODEL_VERSION", "1")
FRAMEWORK = os.environ.get("CUBE_FRAMEWORK", "other")
FOLDER = os.environ.get("CUBE_MODEL_DIR", ".")
SIGNATURE = {}
if os.path.exists(os.path.join(os.environ.get("CUBE_FILES", "."), "signature.json")):
    with open(os.path.join(os.environ.get("CUBE_FILES", "."), "signature.json"), encoding="utf-8") as told:
        SIGNATURE = json.load(told)
INPUTS = SIGNATURE.get("inputs") or []
NON_FINITE = os.environ.get("CUBE_NON_FINITE", "null")
MOST_ROWS = int(os.environ.get("CUBE_BATCH", "64"))
MOST_BODY = 64 * 2**20
KINDS = {"BOOL": "boolean", "INT": "integer", "UINT": "integer", "FP": "number", "BYTES": "text"}
"""What the data of a tensor are, by how its datatype begins."""


class Wrong(Exception):
    """The request is wrong; the message is for whoever sent it. Answered with 400."""

    status = 400

    def __init__(self, message, code="INVALID_INPUT"):
        super().__init__(message)
        self.code = code


class Failed(Exception):
    """The model did not answer a valid request; answered with 500. `code`: MODEL_FAILED (it raised) or INVALID_OUTPUT (what it returned
    cannot be sent)."""

    status = 500

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


def found(*endings):
    """The one file of the model with such an ending."""
    paths = sorted(path for path in glob.glob(os.path.join(FOLDER, "**"), recursive=True) if path.lower().endswith(endings))
    if not paths:
        raise SystemExit("the model has no file that ends with " + " or ".join(endings))
    if len(paths) > 1:
        say("of", len(paths), "files that could be the model the first is taken:", os.path.relpath(paths[0], FOLDER))
    return paths[0]


def plain(value):
    """Numbers of numpy and their like as those of Python."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def kind_of(value):
    """What a value is, in a message."""
    if value is None:
        return "null"
    kinds = ((bool, "a boolean"), (int, "an integer"), (float, "a number"), (str, "text"), (list, "a list"), (dict, "an object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)


def number(value):
    """Whether a value is a number that 64 bits of floating point can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= sys.float_info.max  # false for NaN too


def integer(value):
    """Whether a value is a whole number that 64 bits can hold; 3.0 is one, because not every client can write 3."""
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
    """Hold the rows of a request to the inputs of a signature, [{name, type, size}]. Raises Wrong with the first row that differs."""
    names = [field["name"] for field in fields]
    whole = len(fields) == 1 and fields[0].get("type") in ("vector", "image", "any")
    for at, row in enumerate(rows if fields else ()):
        if isinstance(row, dict):
            missing = [name for name in names if name not in row]
            if missing:
                raise Wrong("row %d: these inputs are missing: %s" % (at, ", ".join(missing[:10])))
            values = [row[name] for name in names]
        elif len(fields) == 1 and (not isinstance(row, list) or (whole and not (len(row) == 1 and isinstance(row[0], list)))):
            values = [row]  # a row of one input may be the value itself
        elif not isinstance(row, list):
            raise Wrong("row %d must be a list of %d values or an object of names and values, not %s" % (at, len(fields), kind_of(row)))
        elif len(row) != len(fields):
            raise Wrong("row %d has %d values; the model takes %d: %s" % (at, len(row), len(fields), ", ".join(names[:20])))
        else:
            values = row
        for field, value in zip(fields, values):  # noqa: B905 - old versions of Python have no strict
            expected = lacking(value, field.get("type", "number"), field.get("size"))
            if expected:
                shown = "a list of %d" % len(value) if isinstance(value, list) else kind_of(value)
                raise Wrong("row %d: %s must be %s, not %s" % (at, field["name"], expected, shown))


def columns(rows, names, width=None):
    """Rows as a table whose columns have the model's names, where there is pandas; else as lists. `width`: how many values a row has, where
    they have no names."""
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


class Pickled:
    """scikit-learn and whatever else has `predict` and was kept with joblib or pickle.

    Of this and all others: `prepare` gives rows the form that the model takes and raises when that cannot be done; `predict` calls the
    model."""

    def __init__(self):
        path = found(".joblib", ".pkl", ".pickle")
        try:
            import joblib

            self.model = joblib.load(path)
        except ImportError:
            import pickle

            with open(path, "rb") as file:
                self.model = pickle.load(file)  # noqa: S301 - the project's own, run as the project's own user
        if isinstance(self.model, dict) and "model" in self.model:
            self.model = self.model["model"]
        self.names = getattr(self.model, "feature_names_in_", None)
        self.width = getattr(self.model, "n_features_in_", None)

    def prepare(self, rows):
        return columns(rows, self.names, self.width)

    def predict(self, table, chances):
        return self.model.predict_proba(table) if chances and hasattr(self.model, "predict_proba") else self.model.predict(table)


class Boosted:
    def __init__(self):
        import xgboost

        self.model = xgboost.Booster(model_file=found(".ubj", ".xgb", ".json"))
        self.names = self.model.feature_names

    def prepare(self, rows):
        import numpy
        import xgboost

        table = columns(rows, self.names, self.model.num_features())
        data = table if hasattr(table, "columns") else numpy.asarray(table, dtype="float32")
        return xgboost.DMatrix(data, feature_names=self.names)

    def predict(self, table, chances):
        return self.model.predict(table)


class Light:
    def __init__(self):
        import lightgbm

        self.model = lightgbm.Booster(model_file=found(".lgb", ".txt"))
        self.names = self.model.feature_name()

    def prepare(self, rows):
        return columns(rows, self.names)

    def predict(self, table, chances):
        return self.model.predict(table)


class Onnx:
    def __init__(self):
        import onnxruntime

        self.session = onnxruntime.InferenceSession(found(".onnx"), providers=onnxruntime.get_available_providers())
        self.inputs = self.session.get_inputs()

    def prepare(self, rows):
        import numpy

        kinds = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64", "tensor(int32)": "int32"}
        if len(self.inputs) == 1:
            rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
            return {self.inputs[0].name: numpy.asarray(rows, dtype=kinds.get(self.inputs[0].type))}
        table = [row if isinstance(row, dict) else dict(zip([each.name for each in self.inputs], row, strict=True)) for row in rows]
        return {each.name: numpy.asarray([row[each.name] for row in table], dtype=kinds.get(each.type)) for each in self.inputs}

    def predict(self, fed, chances):
        left = self.session.run(None, fed)
        return left[-1] if chances and len(left) > 1 else left[0]


class Scripted:
    def __init__(self):
        import torch

        torch.set_grad_enabled(False)
        self.model = torch.jit.load(found(".pt", ".pth"), map_location="cuda" if torch.cuda.is_available() else "cpu").eval()

    def prepare(self, rows):
        import torch

        rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
        place = next((each.device for each in self.model.parameters()), torch.device("cpu"))
        return torch.tensor(rows, dtype=torch.float32, device=place)

    def predict(self, rows, chances):
        import torch

        answer = self.model(rows)
        return (torch.softmax(answer, -1) if chances else answer).cpu()


class Own:
    """A script of the person's, with `predict(model, inputs)` and, if it wants, `load(folder)` and `check(inputs)`."""

    def __init__(self):
        told = importlib.util.spec_from_file_location("predict", os.environ["CUBE_PREDICT"])
        self.module = importlib.util.module_from_spec(told)
        sys.path.insert(0, FOLDER)
        told.loader.exec_module(self.module)
        if not hasattr(self.module, "predict"):
            raise SystemExit("the script has no function predict(model, inputs)")
        self.model = self.module.load(FOLDER) if hasattr(self.module, "load") else None

    def check(self, rows):
        """Ask the script whether it takes the inputs: its ValueError is the caller's."""
        if not hasattr(self.module, "check"):
            return
        try:
            self.module.check(rows)
        except ValueError as error:
            raise Wrong(described(error, str))
        except BaseException as error:  # SystemExit too: one request does not end the server
            say("check failed:", described(error))
            raise Failed("check raised %s; its log says more" % type(error).__name__)

    def prepare(self, rows):
        return rows

    def predict(self, rows, chances):
        return self.module.predict(self.model, rows)


def loaded():
    if os.environ.get("CUBE_PREDICT"):
        return Own()
    makers = {"sklearn": Pickled, "other": Pickled, "xgboost": Boosted, "lightgbm": Light, "onnx": Onnx, "torchscript": Scripted}
    if FRAMEWORK not in makers:
        raise SystemExit("there is no server for %s here: give a script with predict(model, inputs), or use Triton or vLLM" % FRAMEWORK)
    return makers[FRAMEWORK]()


class Batches:
    """One thread that predicts; what waits meanwhile is predicted together, each gets its own answer or its own error."""

    def __init__(self, model):
        self.model = model
        self.waiting = queue.Queue()
        threading.Thread(target=self.run, daemon=True).start()

    def ask(self, rows, chances):
        """One answer for each row. Raises Wrong, before the model is called, or Failed."""
        check(rows, INPUTS)
        if hasattr(self.model, "check"):
            self.model.check(rows)
        slot = {"rows": rows, "chances": chances, "done": threading.Event()}
        self.waiting.put(slot)
        slot["done"].wait()
        if "error" in slot:
            raise slot["error"]
        return slot["answer"]

    def answer(self, rows, chances):
        """Call the model. Raises Wrong or Failed and nothing else, not even SystemExit: the thread goes on whatever a model does."""
        try:
            prepared = self.model.prepare(rows)
        except BaseException as error:
            if not INPUTS:
                raise error if isinstance(error, Wrong) else Wrong("the model does not take these inputs: %s" % described(error, str))
            say("inputs that the signature allows were not taken:", described(error))
            raise Failed("the model does not take inputs that its signature allows; its log says more")
        try:
            answers = plain(self.model.predict(prepared, chances))
        except BaseException as error:
            say("a prediction failed:", described(error))
            raise Failed("the model raised %s; its log says more" % type(error).__name__)
        if not isinstance(answers, list):
            raise Failed("the model returned %s, not a list with one answer for each row" % kind_of(answers), "INVALID_OUTPUT")
        if len(answers) != len(rows):
            raise Failed("the model returned %d answers for %d rows" % (len(answers), len(rows)), "INVALID_OUTPUT")
        return answers

    def run(self):
        held = None
        while True:
            first, held = held or self.waiting.get(), None
            batch, count = [first], len(first["rows"])
            while count < MOST_ROWS:
                try:
                    more = self.waiting.get_nowait()
                except queue.Empty:
                    break
                alike = (
                    more["chances"] == first["chances"]
                    and type(more["rows"][0]) is type(first["rows"][0])
                    and self.wide(more) == self.wide(first)
                )
                if not alike:
                    held = more
                    break
                batch.append(more)
                count += len(more["rows"])
            if len(batch) > 1:
                try:
                    rows = copy.deepcopy([row for slot in batch for row in slot["rows"]])  # a model may change what it is given
                    answers = self.answer(rows, first["chances"])
                except (Wrong, Failed) as error:
                    say("a batch of", len(batch), "is tried one by one, so that one that is wrong harms no other:", error)
                else:
                    at = 0
                    for slot in batch:
                        slot["answer"] = answers[at : at + len(slot["rows"])]
                        at += len(slot["rows"])
                        slot["done"].set()
                    continue
            for slot in batch:
                try:
                    slot["answer"] = self.answer(slot["rows"], slot["chances"])
                except (Wrong, Failed) as error:
                    slot["error"] = error
                slot["done"].set()

    @staticmethod
    def wide(slot):
        row = slot["rows"][0]
        return sorted(row) if isinstance(row, dict) else len(row) if isinstance(row, list) else 0


def rows_of(body):
    """The rows of a request of ours."""
    rows = body.get("inputs", body.get("instances"))
    if rows is None:
        raise Wrong('send {"inputs": [row, …]}, a row being a list of values or an object of names and values', "INVALID_REQUEST")
    if not isinstance(rows, list) or not rows:
        raise Wrong("inputs is a list of rows and has one at least", "INVALID_REQUEST")
    return rows


def tensors(body):
    """The rows of a request of the open inference protocol."""
    given = body.get("inputs")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise Wrong("inputs is a list of tensors {name, shape, datatype, data}", "INVALID_REQUEST")
    made = []
    for each in given:
        name, shape, data = each.get("name"), each.get("shape"), each.get("data")
        if not isinstance(name, str):
            raise Wrong("a tensor has a name", "INVALID_REQUEST")
        if not isinstance(shape, list) or not shape or not isinstance(data, list):
            raise Wrong("tensor %r has no data or no shape" % name, "INVALID_REQUEST")
        if not all(integer(length) and length > 0 for length in shape):
            raise Wrong("the shape of tensor %r is not a list of lengths of 1 and above" % name, "INVALID_REQUEST")
        flat = flatten(data)
        if len(flat) != size(shape):
            raise Wrong("tensor %r has %d values; its shape %r means %d" % (name, len(flat), shape[:8], size(shape)), "INVALID_REQUEST")
        typed(name, each.get("datatype"), flat)
        width = size(shape[1:])
        made.append((name, [flat[at : at + width] for at in range(0, len(flat), width)]))
    if len(made) == 1:
        return made[0][1]
    if len({len(rows) for _, rows in made}) != 1:
        raise Wrong("the tensors have different numbers of rows", "INVALID_REQUEST")
    return [{name: (rows[at][0] if len(rows[at]) == 1 else rows[at]) for name, rows in made} for at in range(len(made[0][1]))]


def typed(name, datatype, flat):
    """Hold the data of a tensor to its datatype, where one is given. Raises Wrong."""
    if datatype is None:
        return
    kind = KINDS.get(datatype.rstrip("0123456789")) if isinstance(datatype, str) else None
    if kind is None:
        raise Wrong("tensor %r has an unknown datatype; use BOOL, INT64, FP64 or BYTES, or those of other sizes" % name, "INVALID_REQUEST")
    for value in flat:
        expected = lacking(value, kind)
        if expected:
            raise Wrong("tensor %r is of datatype %s: a value must be %s, not %s" % (name, datatype, expected, kind_of(value)))


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


def size(shape):
    whole = 1
    for each in shape:
        whole *= int(each)
    return whole


def shape_of(value):
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else 0
    return shape


def tensor(answer):
    """An answer as a tensor of the open inference protocol. Raises Failed when its rows have different shapes."""
    flat, shape = flatten(answer), shape_of(answer)
    if len(flat) != size(shape):
        raise Failed("the answers for the rows have different shapes, which no tensor can hold; use POST /predict", "INVALID_OUTPUT")
    kind = (
        "BOOL"
        if all(isinstance(value, bool) for value in flat)
        else "INT64"
        if all(isinstance(value, int) for value in flat)
        else ("FP64" if all(isinstance(value, (int, float)) for value in flat) else "BYTES")
    )
    return {"name": "output-0", "shape": shape, "datatype": kind, "data": flat}


def finite(value):
    """A value with null where a number is NaN or infinite, and how many were."""
    if isinstance(value, float) and not math.isfinite(value):
        return None, 1
    if isinstance(value, dict):
        pairs = [(key, finite(each)) for key, each in value.items()]
        return {key: each for key, (each, _) in pairs}, sum(count for _, (_, count) in pairs)
    if isinstance(value, list):
        items = [finite(each) for each in value]
        return [each for each, _ in items], sum(count for _, count in items)
    return value, 0


def encoded(told, non_finite="null"):
    """An answer as JSON, which has neither NaN nor infinity, and a warning or None. `non_finite`: "null" puts null where the model returned
    one; "error" raises Failed, as do answers that JSON cannot hold."""
    try:
        try:
            return json.dumps(told, allow_nan=False).encode(), None
        except ValueError:
            told, count = finite(told)
            made = json.dumps(told, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        say("an answer is not JSON:", described(error))
        raise Failed("the model returned what JSON cannot hold: %s" % str(error)[:200], "INVALID_OUTPUT")
    if non_finite == "error":
        raise Failed("the model returned %d values that are NaN or infinite, which JSON cannot hold" % count, "INVALID_OUTPUT")
    return made, "%d values are NaN or infinite and sent as null" % count


def decoded(text):
    """The object that a body is. Raises Wrong; NaN, Infinity and 1e999 are no JSON numbers."""

    def refuse(word):
        raise Wrong("the body has %s, which is no number of JSON" % word[:30], "INVALID_REQUEST")

    def real(word):
        value = float(word)
        return value if math.isfinite(value) else refuse(word)

    try:
        told = json.loads(text, parse_constant=refuse, parse_float=real)
    except (ValueError, RecursionError):
        raise Wrong("the body is not JSON", "INVALID_REQUEST")
    if not isinstance(told, dict):
        raise Wrong('send an object: {"inputs": [row, …]}', "INVALID_REQUEST")
    return told


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_):
        pass

    def reply(self, status, told):
        self.send(status, json.dumps(told).encode())

    def send(self, status, body, warning=None):
        head = "HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s%s\r\n" % (
            status,
            HTTPStatus(status).phrase,
            len(body),
            "x-cube-warning: %s\r\n" % warning if warning else "",
            "connection: close\r\n" if self.close_connection or server.ending else "",
        )
        if server.ending:
            self.close_connection = True
        self.wfile.write(head.encode() + body)

    def do_GET(self):
        path = self.path.split("?")[0].rstrip("/")
        about = {"name": NAME, "versions": [VERSION], "platform": FRAMEWORK, **SIGNATURE}
        if path in ("", "/v2/models/" + NAME, "/v2/models/%s/versions/%s" % (NAME, VERSION)):
            self.reply(200, about)
        elif path == "/v2":
            self.reply(200, {"name": "cubestudio", "version": "2", "extensions": []})
        elif path in ("/v2/health/live", "/v2/health/ready", "/healthz", "/v2/models/%s/ready" % NAME):
            self.reply(200, {"live": True, "ready": True})
        else:
            self.reply(404, {"error": "there is no %s here; POST /predict" % path, "code": "NOT_FOUND"})

    def do_POST(self):
        with server.busy:
            server.going += 1
        try:
            self.predict()
        finally:
            with server.busy:
                server.going -= 1

    def predict(self):
        try:
            told = self.predicted(self.path.split("?")[0].rstrip("/"))
            body, warning = encoded(told, NON_FINITE)
        except (Wrong, Failed) as error:
            self.reply(error.status, {"error": str(error), "code": error.code})
        else:
            self.send(200, body, warning)

    def predicted(self, path):
        """The answer to a request, before it is JSON."""
        body = self.body()
        if path == "/predict":
            return {"outputs": batches.ask(rows_of(body), bool(body.get("probabilities"))), "model": NAME, "version": VERSION}
        if path in ("/v2/models/%s/infer" % NAME, "/v2/models/%s/versions/%s/infer" % (NAME, VERSION)):
            asked = body.get("parameters")
            answer = batches.ask(tensors(body), isinstance(asked, dict) and bool(asked.get("probabilities")))
            told = {"model_name": NAME, "model_version": VERSION, "outputs": [tensor(answer)]}
            return {**told, "id": body["id"]} if "id" in body else told
        missing = Wrong("there is no %s here; POST /predict" % path, "NOT_FOUND")
        missing.status = 404
        raise missing

    def body(self):
        length = self.headers.get("content-length")
        if length is None or not length.isdecimal() or len(length) > 18:
            self.close_connection = True
            raise Wrong("send a content-length", "INVALID_REQUEST")
        if int(length) > MOST_BODY:
            self.close_connection = True
            raise Wrong("a request has %d bytes at most" % MOST_BODY, "INVALID_REQUEST")
        return decoded(self.rfile.read(int(length)))


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True
    ending = False
    going = 0
    busy = threading.Lock()


def end(*_):
    """Take nothing new."""
    server.ending = True
    threading.Thread(target=server.shutdown).start()


if __name__ == "__main__":
    began = time.monotonic()
    batches = Batches(loaded())
    example = SIGNATURE.get("example")
    if example:
        try:
            batches.ask(example[:1], False)
        except Exception as error:
            say("its own example is not answered:", error)
    server = Server((os.environ.get("CUBE_HOST", "127.0.0.1"), int(os.environ.get("CUBE_PORT", "8080"))), Answer)
    signal.signal(signal.SIGTERM, end)
    say("%s, version %s (%s), answers after %.1f s" % (NAME, VERSION, FRAMEWORK, time.monotonic() - began))
    server.serve_forever(poll_interval=0.1)
    server.socket.close()
    while server.going:  # what was begun is answered; whoever asked us to end says how long that may take
        time.sleep(0.01)
    os._exit(0)
