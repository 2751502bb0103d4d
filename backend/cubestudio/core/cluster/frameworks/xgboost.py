"""XGBoost: Rabit's tracker runs in the master; all are told where it is, as by Kubeflow's operator."""

from cubestudio.core.cluster.frameworks import kubeflow
from cubestudio.core.cluster.frameworks.contract import Framework, led, rendezvous

FRAMEWORK = Framework(name="xgboost", title="XGBoost", roles=led, told=rendezvous)
KIND = kubeflow.job("XGBoostJob", "xgbReplicaSpecs", "xgboost", ("xgboost",))
