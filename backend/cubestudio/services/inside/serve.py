"""The server of a model: loads what is in CUBE_MODEL_DIR by its framework and answers predictions in JSON, by our own short
protocol (POST /predict) and by the open inference protocol, version 2 (/v2/models/NAME/infer).

It runs in the environment of the model and needs nothing but that. Requests that wait are put together into one call."""

import glob
import importlib.util
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = os.environ.get("CUBE_MODEL", "model")
VERSION = os.environ.get("CUBE_MODEL_VERSION", "1")
FRAMEWORK = os.environ.get("CUBE_FRAMEWORK", "other")
FOLDER = os.environ.get("CUBE_MODEL_DIR", ".")
SIGNATURE = {}
if os.path.exists(os.path.join(os.environ.get("CUBE_FILES", "."), "signature.json")):
    with open(os.path.join(os.environ.get("CUBE_FILES", "."), "signature.json"), encoding="utf-8") as told:
        SIGNATURE = json.load(told)
MOST_ROWS = int(os.environ.get("CUBE_BATCH", "64"))
MOST_BODY = 64 * 2**20
TYPES = {"BOOL": bool, "INT": int, "UINT": int, "FP": float, "BYTES": str}


class Wrong(Exception):
    """What was sent cannot be predicted; the message is for the person who sent it."""


def say(*words):
    print("cubestudio:", *words, flush=True)


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


def columns(rows, names):
    """Rows as a table whose columns have the model's names, where there is pandas; else as lists."""
    if rows and isinstance(rows[0], dict):
        order = list(names) if names is not None else list(rows[0])
        missing = [name for name in order if any(name not in row for row in rows)]
        if missing:
            raise Wrong("these inputs are missing: %s" % ", ".join(map(str, missing[:10])))
        rows = [[row[name] for name in order] for row in rows]
        names = order
    if names is not None and rows and isinstance(rows[0], list):
        if len(rows[0]) != len(names):
            raise Wrong("a row has %d values; the model takes %d: %s" % (len(rows[0]), len(names), ", ".join(map(str, list(names)[:20]))))
        try:
            import pandas
        except ImportError:
            return rows
        return pandas.DataFrame(rows, columns=list(names))
    return rows


class Pickled:
    """scikit-learn and whatever else has `predict` and was kept with joblib or pickle."""

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

    def __call__(self, rows, chances):
        table = columns(rows, self.names)
        return plain(self.model.predict_proba(table) if chances and hasattr(self.model, "predict_proba") else self.model.predict(table))


class Boosted:
    def __init__(self):
        import xgboost

        self.model = xgboost.Booster(model_file=found(".ubj", ".xgb", ".json"))
        self.names = self.model.feature_names

    def __call__(self, rows, chances):
        import numpy
        import xgboost

        table = columns(rows, self.names)
        data = table if hasattr(table, "columns") else numpy.asarray(table, dtype="float32")
        return plain(self.model.predict(xgboost.DMatrix(data, feature_names=self.names)))


class Light:
    def __init__(self):
        import lightgbm

        self.model = lightgbm.Booster(model_file=found(".lgb", ".txt"))
        self.names = self.model.feature_name()

    def __call__(self, rows, chances):
        table = columns(rows, self.names)
        return plain(self.model.predict(table))


class Onnx:
    def __init__(self):
        import onnxruntime

        self.session = onnxruntime.InferenceSession(found(".onnx"), providers=onnxruntime.get_available_providers())
        self.inputs = self.session.get_inputs()

    def __call__(self, rows, chances):
        import numpy

        kinds = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64", "tensor(int32)": "int32"}
        if len(self.inputs) == 1:
            rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
            fed = {self.inputs[0].name: numpy.asarray(rows, dtype=kinds.get(self.inputs[0].type))}
        else:
            table = [row if isinstance(row, dict) else dict(zip([each.name for each in self.inputs], row, strict=True)) for row in rows]
            fed = {each.name: numpy.asarray([row[each.name] for row in table], dtype=kinds.get(each.type)) for each in self.inputs}
        left = self.session.run(None, fed)
        return plain(left[-1] if chances and len(left) > 1 else left[0])


class Scripted:
    def __init__(self):
        import torch

        torch.set_grad_enabled(False)
        self.model = torch.jit.load(found(".pt", ".pth"), map_location="cuda" if torch.cuda.is_available() else "cpu").eval()

    def __call__(self, rows, chances):
        import torch

        rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
        place = next((each.device for each in self.model.parameters()), torch.device("cpu"))
        answer = self.model(torch.tensor(rows, dtype=torch.float32, device=place))
        return plain((torch.softmax(answer, -1) if chances else answer).cpu())


class Own:
    """A script of the person's, with `predict(model, inputs)` and, if it wants, `load(folder)`."""

    def __init__(self):
        told = importlib.util.spec_from_file_location("predict", os.environ["CUBE_PREDICT"])
        self.module = importlib.util.module_from_spec(told)
        sys.path.insert(0, FOLDER)
        told.loader.exec_module(self.module)
        if not hasattr(self.module, "predict"):
            raise SystemExit("the script has no function predict(model, inputs)")
        self.model = self.module.load(FOLDER) if hasattr(self.module, "load") else None

    def __call__(self, rows, chances):
        return plain(self.module.predict(self.model, rows))


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
        slot = {"rows": rows, "chances": chances, "done": threading.Event()}
        self.waiting.put(slot)
        slot["done"].wait()
        if "error" in slot:
            raise slot["error"]
        return slot["answer"]

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
                    and more["rows"]
                    and self.wide(more) == self.wide(first)
                )
                if not alike:
                    held = more
                    break
                batch.append(more)
                count += len(more["rows"])
            if len(batch) > 1:
                try:
                    answers = self.model([row for slot in batch for row in slot["rows"]], first["chances"])
                    if not isinstance(answers, list) or len(answers) != count:
                        raise ValueError("it does not answer row by row")
                except Exception as error:
                    say("a batch of", len(batch), "is tried one by one, so that one that is wrong harms no other:", repr(error)[:200])
                else:
                    at = 0
                    for slot in batch:
                        slot["answer"] = answers[at : at + len(slot["rows"])]
                        at += len(slot["rows"])
                        slot["done"].set()
                    continue
            for slot in batch:
                try:
                    slot["answer"] = self.model(slot["rows"], slot["chances"])
                except Exception as error:
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
        raise Wrong('send {"inputs": [row, …]}, a row being a list of values or an object of names and values')
    if not isinstance(rows, list) or not rows:
        raise Wrong("inputs is a list of rows and has one at least")
    return rows


def tensors(body):
    """The rows of a request of the open inference protocol."""
    given = body.get("inputs")
    if not isinstance(given, list) or not given:
        raise Wrong("inputs is a list of tensors {name, shape, datatype, data}")
    made = []
    for each in given:
        shape, data = each.get("shape") or [], each.get("data")
        if data is None or not shape:
            raise Wrong("tensor %r has no data or no shape" % each.get("name"))
        flat = flatten(data)
        if len(flat) != size(shape):
            raise Wrong("tensor %r has %d values; its shape %r means %d" % (each.get("name"), len(flat), shape, size(shape)))
        width = size(shape[1:])
        made.append((each.get("name"), [flat[at : at + width] for at in range(0, len(flat), width)]))
    if len(made) == 1:
        return made[0][1]
    if len({len(rows) for _, rows in made}) != 1:
        raise Wrong("the tensors have different numbers of rows")
    return [{name: (rows[at][0] if len(rows[at]) == 1 else rows[at]) for name, rows in made} for at in range(len(made[0][1]))]


def flatten(data):
    return [value for each in data for value in flatten(each)] if isinstance(data, list) else [data]


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
    flat = flatten(answer)
    kind = (
        "BOOL"
        if all(isinstance(value, bool) for value in flat)
        else "INT64"
        if all(isinstance(value, int) for value in flat)
        else ("FP64" if all(isinstance(value, (int, float)) for value in flat) else "BYTES")
    )
    return {"name": "output-0", "shape": shape_of(answer), "datatype": kind, "data": flat}


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_):
        pass

    def reply(self, status, told):
        body = json.dumps(told).encode()
        head = "HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s\r\n" % (
            status,
            "OK" if status == 200 else "Refused",
            len(body),
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
            self.reply(404, {"error": "there is no %s here; POST /predict" % path})

    def do_POST(self):
        with server.busy:
            server.going += 1
        try:
            self.predict()
        finally:
            with server.busy:
                server.going -= 1

    def predict(self):
        path = self.path.split("?")[0].rstrip("/")
        try:
            body = self.body()
            if path == "/predict":
                answer = batches.ask(rows_of(body), bool(body.get("probabilities")))
                self.reply(200, {"outputs": answer, "model": NAME, "version": VERSION})
            elif path in ("/v2/models/%s/infer" % NAME, "/v2/models/%s/versions/%s/infer" % (NAME, VERSION)):
                answer = batches.ask(tensors(body), bool((body.get("parameters") or {}).get("probabilities")))
                told = {"model_name": NAME, "model_version": VERSION, "outputs": [tensor(answer)]}
                self.reply(200, {**told, "id": body["id"]} if "id" in body else told)
            else:
                self.reply(404, {"error": "there is no %s here; POST /predict" % path})
        except Wrong as error:
            self.reply(400, {"error": str(error)})
        except (ValueError, TypeError, KeyError, IndexError) as error:
            self.reply(400, {"error": "the model refuses these inputs: %s" % error})
        except Exception as error:
            say("a prediction failed:", repr(error))
            self.reply(500, {"error": "the model failed: %s" % type(error).__name__})

    def body(self):
        length = self.headers.get("content-length")
        if length is None:
            self.close_connection = True
            raise Wrong("send a content-length")
        if int(length) > MOST_BODY:
            self.close_connection = True
            raise Wrong("a request has %d bytes at most" % MOST_BODY)
        try:
            told = json.loads(self.rfile.read(int(length)))
        except ValueError:
            raise Wrong("the body is not JSON")
        if not isinstance(told, dict):
            raise Wrong('send an object: {"inputs": [row, …]}')
        return told


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
            say("its own example is refused:", error)
    server = Server((os.environ.get("CUBE_HOST", "127.0.0.1"), int(os.environ.get("CUBE_PORT", "8080"))), Answer)
    signal.signal(signal.SIGTERM, end)
    say("%s, version %s (%s), answers after %.1f s" % (NAME, VERSION, FRAMEWORK, time.monotonic() - began))
    server.serve_forever(poll_interval=0.1)
    server.socket.close()
    while server.going:  # what was begun is answered; whoever asked us to end says how long that may take
        time.sleep(0.01)
    os._exit(0)
