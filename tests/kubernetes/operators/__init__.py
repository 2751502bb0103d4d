"""Controllers of the emulated cluster, each with the visible behaviour of its project for the part of it that
we use. What a project's schema or webhook refuses is refused here."""

from collections.abc import Sequence
from typing import Any

from tests.kubernetes import schemas
from tests.kubernetes.kubelet import Kubelet
from tests.kubernetes.operators import framework, ray, spark, trainer, training, volcano
from tests.kubernetes.operators.deployments import Deployments
from tests.kubernetes.operators.katib import Katib
from tests.kubernetes.operators.kueue import Kueue
from tests.kubernetes.operators.mpijob import MPIJobV2
from tests.kubernetes.server import Server

BUNDLES: dict[str, tuple[Any, ...]] = {
    "training-operator-1.9": training.KINDS,
    "mpi-operator-0.8": (MPIJobV2,),
    "trainer-2.1": (trainer.TrainJob,),
    "trainer-2.0": (trainer.TrainJob,),
    "trainer-2.2": (trainer.TrainJob,),
    "trainer-2.3": (trainer.TrainJob,),
    "volcano-1.9": (volcano.Volcano,),
    "kuberay-1.6": (ray.RayJob,),
    "spark-operator-2.5": (spark.SparkApplication,),
}
"""What can be installed, by the name of its schemas."""
USUAL = ("training-operator-1.9", "trainer-2.3", "volcano-1.9", "kuberay-1.6", "spark-operator-2.5")


class Operators:
    """`installed`: bundles; `kueue`: the kinds that it takes, None: it is not there."""

    def __init__(
        self,
        server: Server,
        kubelet: Kubelet,
        installed: Sequence[str] = USUAL,
        kueue: tuple[str, ...] | None = None,
    ):
        self.server = server
        self.katib = Katib(server, kubelet)
        gangs = [framework.Framework(server, kubelet)]
        for name in installed:
            bundle = schemas.load(name)
            for kind in BUNDLES[name]:
                gangs.append(kind(server, kubelet))
                server.schemas[gangs[-1].version, gangs[-1].name] = bundle[gangs[-1].version, gangs[-1].name]
        if "volcano-1.9" in installed:
            group = ("scheduling.volcano.sh/v1beta1", "PodGroup")
            server.schemas[group] = schemas.load("volcano-1.9")[group]
            server.kinds[group[0], "podgroups"] = ("PodGroup", True)
        self.gangs = {(each.version, each.name): each for each in gangs}
        server.webhooks.append(self._admit)
        self.kueue = Kueue(server, kueue) if kueue is not None else None
        self._all = [Deployments(server, kubelet), self.katib, *gangs, *([self.kueue] if self.kueue else [])]

    def _admit(self, kind: tuple[str, str], body: dict) -> None:
        known = self.gangs.get((kind[0], body.get("kind", "")))
        if known:
            known.admit(body)

    async def run(self) -> None:
        while True:
            news = self.server._news
            for each in self._all:
                each.look()
            await news.wait()
