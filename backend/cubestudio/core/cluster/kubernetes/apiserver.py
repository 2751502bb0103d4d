"""The cluster's API server, as the account of a pod of ours sees it: nothing but the standard library, and
patience while it is away."""

import json
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from launcher import HOME, say  # ty: ignore[import-not-found]

ACCOUNT = os.path.join(HOME, "account")


class Refused(Exception):
    """The API server said no."""

    def __init__(self, code, message):
        Exception.__init__(self, message)
        self.code = code


class Api:
    """The cluster's API server, as this pod's account."""

    def __init__(self):
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        self.root = "https://%s:%s" % ("[%s]" % host if ":" in host else host, port)
        self.context = ssl.create_default_context(cafile=os.path.join(ACCOUNT, "ca.crt"))

    def once(self, method, path, body, seconds):
        with open(os.path.join(ACCOUNT, "token")) as file:
            token = file.read().strip()
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data=data, method=method)
        request.add_header("authorization", "Bearer " + token)
        if data is not None:
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=seconds, context=self.context) as answer:
            return answer.read()

    def call(self, method, path, body=None, seconds=30, patient=True):
        """The answer as text. While the server is away, busy or renewing tokens, it is asked again; raises
        Refused for what it will not do."""
        pause, strange = 0.5, 0
        while True:
            try:
                return self.once(method, path, body, seconds).decode(errors="replace")
            except urllib.error.HTTPError as error:
                words = message_of(error.read(20000))
                strange += error.code == 401
                if error.code < 500 and error.code != 429 and not 0 < strange < 20:
                    raise Refused(error.code, words)
                problem = "%s: %s" % (error.code, words)
            except OSError as error:
                problem = str(error)
            if not patient:
                raise OSError(problem)
            say("the API server does not answer (%s); asking again in %g s" % (problem[:200], pause))
            time.sleep(pause)
            pause = min(pause * 2, 15)

    def get(self, path, **query):
        return json.loads(self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else "")))


def message_of(data):
    """What an answer that is no success says."""
    try:
        told = json.loads(data.decode(errors="replace"))
    except ValueError:
        told = None
    found = told.get("message") if isinstance(told, dict) else None
    return str(found or data.decode(errors="replace"))[:1000]
