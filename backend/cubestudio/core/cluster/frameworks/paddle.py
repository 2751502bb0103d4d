"""PaddlePaddle, collective training: trainers are told the addresses of all and their own."""

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, Roles, Told, count, workers


def told(roles: Roles) -> list[Told]:
    places = [f"127.0.0.1:@{rank}@" for rank in range(count(roles))]
    return [
        Told(
            {
                "PADDLE_TRAINER_ID": str(rank),
                "PADDLE_TRAINERS_NUM": str(len(places)),
                "PADDLE_TRAINER_ENDPOINTS": ",".join(places),
                "PADDLE_CURRENT_ENDPOINT": place,
                "PADDLE_LOCAL_RANK": str(rank),
                "TRAINING_ROLE": "TRAINER",
            }
        )
        for rank, place in enumerate(places)
    ]


FRAMEWORK = Framework(name="paddle", title="PaddlePaddle", roles=workers, told=told)
KIND = kubeflow.job("PaddleJob", "paddleReplicaSpecs", "paddle", ("paddle",))
