"""Kueue v0.19 (kueue.x-k8s.io), by pkg/controller/jobframework: its webhook suspends the resources of the
kinds that it takes and that name a queue, and it lets them go on when there is room."""

from tests.kubernetes.server import Fault, Server

POLICY = ("PyTorchJob", "TFJob", "JAXJob", "XGBoostJob", "PaddleJob", "MPIJob")
QUEUE = "kueue.x-k8s.io/queue-name"


class Kueue:
    """`takes`: the kinds of its configuration's integrations; of Kubeflow's, only MPIJob and TrainJob are
    there unless somebody adds them."""

    def __init__(self, server: Server, takes: tuple[str, ...]):
        self.server, self.takes = server, takes
        self.full = False
        server.webhooks.append(self.suspend)

    def suspend(self, _kind: tuple[str, str], body: dict) -> None:
        queue = (body["metadata"].get("labels") or {}).get(QUEUE)
        if queue is None or body["kind"] not in self.takes:
            return
        if not queue:
            raise Fault(403, "Forbidden", "a queue name is empty")
        inner = body["spec"].setdefault("runPolicy", {}) if body["kind"] in POLICY else body["spec"]
        inner["suspend"] = True

    def look(self) -> None:
        for kind in list(self.server.kinds):
            for body in self.server.all(kind) if not self.full else ():
                if body["kind"] not in self.takes or QUEUE not in (body["metadata"].get("labels") or {}):
                    continue
                inner = (body["spec"].get("runPolicy") or {}) if body["kind"] in POLICY else body["spec"]
                if inner.get("suspend"):
                    inner["suspend"] = False
                    self.server.put(kind, body["metadata"]["namespace"], body)
