"""The server of a model: loads what is in CUBE_MODEL_DIR by its framework and answers predictions in JSON, by
our own short protocol (POST /predict) and by the open inference protocol, version 2 (/v2/models/NAME/infer).

It runs in the environment of the model and needs nothing but that. Requests that wait are put together into
one call.

An answer of 400 says that the request is wrong, which is decided before the model is called: by the signature
of the model or, where it has none, by the inputs that the file of the model names. Whatever the model itself
does wrong is 500. Both have a code."""

import copy
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

sys.path.insert(
    0, os.path.dirname(os.path.abspath(__file__))
)  # an image may switch off that Python does so by itself

from serve_models import loaded
from serve_rows import Failed, Wrong, check, described, kind_of, say
from serve_tensors import answered, asked, described_as, tensors

NAME = os.environ.get("CUBE_MODEL", "model")
VERSION = os.environ.get("CUBE_MODEL_VERSION", "1")
FRAMEWORK = os.environ.get("CUBE_FRAMEWORK", "other")
FOLDER = os.environ.get("CUBE_MODEL_DIR", ".")
SIGNATURE = {}
if os.path.exists(os.path.join(os.environ.get("CUBE_FILES", "."), "signature.json")):
    with open(os.path.join(os.environ.get("CUBE_FILES", "."), "signature.json"), encoding="utf-8") as told:
        SIGNATURE = json.load(told)
INPUTS = SIGNATURE.get("inputs") or []
OUTPUTS = SIGNATURE.get("outputs") or []
NON_FINITE = os.environ.get("CUBE_NON_FINITE", "null")
MOST_ROWS = int(os.environ.get("CUBE_BATCH", "64"))
MOST_BODY = 64 * 2**20
MODEL = ("/v2/models/" + NAME, "/v2/models/%s/versions/%s" % (NAME, VERSION))


def plain(value):
    """Numbers of numpy and their like as those of Python."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


class Batches:
    """One thread that predicts; what waits meanwhile is predicted together, each gets its own answer or its
    own error."""

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
        """Call the model. Raises Wrong or Failed and nothing else, not even SystemExit: the thread goes on
        whatever a model does."""
        try:
            prepared = self.model.prepare(rows)
        except BaseException as error:
            if not INPUTS:
                raise (
                    error
                    if isinstance(error, Wrong)
                    else Wrong("the model does not take these inputs: %s" % described(error, str))
                )
            say("inputs that the signature allows were not taken:", described(error))
            raise Failed("the model does not take inputs that its signature allows; its log says more")
        try:
            answers = plain(self.model.predict(prepared, chances))
        except BaseException as error:
            say("a prediction failed:", described(error))
            raise Failed("the model raised %s; its log says more" % type(error).__name__)
        if not isinstance(answers, list):
            raise Failed(
                "the model returned %s, not a list with one answer for each row" % kind_of(answers),
                "INVALID_OUTPUT",
            )
        if len(answers) != len(rows):
            raise Failed(
                "the model returned %d answers for %d rows" % (len(answers), len(rows)), "INVALID_OUTPUT"
            )
        return answers

    def run(self):  # noqa: C901
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
                    rows = copy.deepcopy(
                        [row for slot in batch for row in slot["rows"]]
                    )  # a model may change what it is given
                    answers = self.answer(rows, first["chances"])
                except (Wrong, Failed) as error:
                    say(
                        "a batch of",
                        len(batch),
                        "is tried one by one, so that one that is wrong harms no other:",
                        error,
                    )
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
        raise Wrong(
            'send {"inputs": [row, …]}, a row being a list of values or an object of names and values',
            "INVALID_REQUEST",
        )
    if not isinstance(rows, list) or not rows:
        raise Wrong("inputs is a list of rows and has one at least", "INVALID_REQUEST")
    return rows


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
    """An answer as JSON, which has neither NaN nor infinity, and a warning or None. `non_finite`: "null" puts
    null where the model returned one; "error" raises Failed, as do answers that JSON cannot hold."""
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
        raise Failed(
            "the model returned %d values that are NaN or infinite, which JSON cannot hold" % count,
            "INVALID_OUTPUT",
        )
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

    def send(self, status, body, warning=None, rest=b""):
        """`rest`: the bytes of tensors, behind a body that is JSON."""
        head = "HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n%s%s%s\r\n" % (
            status,
            HTTPStatus(status).phrase,
            "application/octet-stream" if rest else "application/json",
            len(body) + len(rest),
            "inference-header-content-length: %d\r\n" % len(body) if rest else "",
            "x-cube-warning: %s\r\n" % warning if warning else "",
            "connection: close\r\n" if self.close_connection or server.ending else "",
        )
        if server.ending:
            self.close_connection = True
        self.wfile.write(head.encode() + body + rest)

    def do_GET(self):
        path = self.path.split("?")[0].rstrip("/")
        if path == "":
            self.reply(200, {"name": NAME, "versions": [VERSION], "platform": FRAMEWORK, **SIGNATURE})
        elif path in MODEL:
            inputs, outputs = (
                described_as(INPUTS) or batches.model.inputs,
                described_as(OUTPUTS) or batches.model.outputs,
            )
            self.reply(
                200,
                {
                    "name": NAME,
                    "versions": [VERSION],
                    "platform": FRAMEWORK,
                    "inputs": inputs,
                    "outputs": outputs,
                },
            )
        elif path == "/v2":
            self.reply(200, {"name": "cubestudio", "version": "2", "extensions": ["binary_tensor_data"]})
        elif path in (
            "/v2/health/live",
            "/v2/health/ready",
            "/healthz",
            *(each + "/ready" for each in MODEL),
        ):
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
            told, rest = self.predicted(self.path.split("?")[0].rstrip("/"))
            body, warning = encoded(told, NON_FINITE)
        except (Wrong, Failed) as error:
            where = {"field": error.field} if error.field else {}
            self.reply(error.status, {"error": str(error), "code": error.code, **where})
        else:
            self.send(200, body, warning, rest)

    def predicted(self, path):
        """The answer to a request, before it is JSON, and the bytes behind it."""
        body = self.body()
        if path == "/predict":
            told = decoded(body)
            return {
                "outputs": batches.ask(rows_of(told), bool(told.get("probabilities"))),
                "model": NAME,
                "version": VERSION,
            }, b""
        if path in [each + "/infer" for each in MODEL]:
            length = self.head_length(body)
            told = decoded(body[:length])
            rows, wanted, more = tensors(told, body[length:]), asked(told), told.get("parameters")
            answers = batches.ask(rows, isinstance(more, dict) and bool(more.get("probabilities")))
            outputs, rest = answered(answers, OUTPUTS, wanted, NON_FINITE)
            made = {"model_name": NAME, "model_version": VERSION, "outputs": outputs}
            return ({**made, "id": told["id"]} if "id" in told else made), rest
        missing = Wrong("there is no %s here; POST /predict" % path, "NOT_FOUND")
        missing.status = 404
        raise missing

    def head_length(self, body):
        """How many bytes of a body are JSON; the others are those of tensors."""
        told = self.headers.get("inference-header-content-length")
        if told is None:
            return len(body)
        if not told.isascii() or not told.isdecimal() or len(told) > 18 or int(told) > len(body):
            words = (
                "the header Inference-Header-Content-Length is not a number of bytes within the "
                "body, which has %d"
            ) % len(body)
            raise Wrong(words, "INVALID_REQUEST", "Inference-Header-Content-Length")
        return int(told)

    def body(self):
        length = self.headers.get("content-length")
        if length is None or not length.isascii() or not length.isdecimal() or len(length) > 18:
            self.close_connection = True
            raise Wrong("send a content-length", "INVALID_REQUEST")
        if int(length) > MOST_BODY:
            self.close_connection = True
            raise Wrong("a request has %d bytes at most" % MOST_BODY, "INVALID_REQUEST")
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            self.close_connection = True
            raise Wrong("the body is compressed; send it as it is", "INVALID_REQUEST", "Content-Encoding")
        return self.rfile.read(int(length))


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
    batches = Batches(loaded(FRAMEWORK, FOLDER, os.environ.get("CUBE_PREDICT")))
    example = SIGNATURE.get("example")
    if example:
        try:
            batches.ask(example[:1], False)
        except Exception as error:
            say("its own example is not answered:", error)
    server = Server(
        (os.environ.get("CUBE_HOST", "127.0.0.1"), int(os.environ.get("CUBE_PORT", "8080"))), Answer
    )
    signal.signal(signal.SIGTERM, end)
    say("%s, version %s (%s), answers after %.1f s" % (NAME, VERSION, FRAMEWORK, time.monotonic() - began))
    server.serve_forever(poll_interval=0.1)
    server.socket.close()
    while server.going:  # what was begun is answered; whoever asked us to end says how long that may take
        time.sleep(0.01)
    os._exit(0)
