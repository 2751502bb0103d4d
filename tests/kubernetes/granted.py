"""What the platform's account may do: what the files give that an administrator applies, and what RBAC gives
everybody (kubernetes v1.36, plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go: system:basic-user,
system:discovery)."""

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "install" / "kubernetes"
FILES = ("rbac.yaml", "cards.yaml")
EVERYBODY = {
    ("authorization.k8s.io", "selfsubjectaccessreviews", "create"),
    ("authorization.k8s.io", "selfsubjectrulesreviews", "create"),
}


@cache
def granted() -> frozenset[tuple[str, str, str]]:
    """(group, plural or plural/subresource, verb), in whichever namespace."""
    found = set(EVERYBODY)
    for file in FILES:
        for body in yaml.safe_load_all((FOLDER / file).read_text()):
            if body and body["kind"] in ("ClusterRole", "Role"):
                for rule in body["rules"]:
                    found |= {
                        (group, resource, verb)
                        for group in rule["apiGroups"]
                        for resource in rule["resources"]
                        for verb in rule["verbs"]
                    }
    return frozenset(found)
