"""Where connections to pods come from, as people say it and as network policies of Kubernetes do. Pure."""

import ipaddress
import re
from typing import Any

SPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LABEL = re.compile(
    r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?"
)


def peer(text: str) -> dict[str, Any]:
    """A NetworkPolicyPeer: of a network (`10.0.0.0/24`), a namespace (`infra`), or those of its pods that
    have labels (`infra/app=cubestudio,part=web`). Raises ValueError, with a sentence."""
    try:
        return {"ipBlock": {"cidr": str(ipaddress.ip_network(text))}}
    except ValueError:
        space, _, rest = text.partition("/")
    labels = rest.split(",") if rest else []
    if not SPACE.fullmatch(space) or not all(map(LABEL.fullmatch, labels)) or text.endswith("/"):
        raise ValueError(
            f"{text!r} is no network such as 10.0.0.0/24, no namespace and no namespace/label=value"
        )
    # Every namespace has this label, which nobody can take away (kubernetes v1.21 and later,
    # pkg/apis/core/v1/defaults.go).
    found: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": space}}}
    if labels:
        found["podSelector"] = {"matchLabels": dict(label.split("=", 1) for label in labels)}
    return found
