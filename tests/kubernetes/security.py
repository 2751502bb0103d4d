"""Pod Security admission: what an API server refuses in a namespace with the label
pod-security.kubernetes.io/enforce, in its words.

k8s.io/pod-security-admission v0.36: policy/check_*.go (the rules), policy/registry.go (baseline's first, each
level in the order of its ids; what restricted overrides is left out), policy/checks.go and
admission/admission.go, EvaluatePod (the sentence). The label's own version is not emulated: it is always the
latest one, which since 1.35 lets pods with users of their own (hostUsers: false) be root in them."""

from collections.abc import Callable, Iterator

LABEL = "pod-security.kubernetes.io/enforce"
USUAL = {
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
}
"""check_capabilities_baseline.go."""
PLAIN = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
"""check_restrictedVolumes.go."""
SECCOMP = ("RuntimeDefault", "Localhost")
Found = tuple[str, str]
"""(reason, detail)."""


def containers(spec: dict) -> Iterator[dict]:
    for kind in ("initContainers", "containers", "ephemeralContainers"):  # visitor.go
        yield from spec.get(kind) or ()


def own(container: dict) -> dict:
    return container.get("securityContext") or {}


def quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def several(names: list[str], word: str = "container") -> str:
    return f"{word}{'' if len(names) == 1 else 's'} {quoted(names)}"


def escalation(spec: dict) -> Found | None:
    bad = [
        each["name"] for each in containers(spec) if own(each).get("allowPrivilegeEscalation") is not False
    ]
    return (
        (
            "allowPrivilegeEscalation != false",
            f"{several(bad)} must set securityContext.allowPrivilegeEscalation=false",
        )
        if bad
        else None
    )


def added(spec: dict, allowed: set[str]) -> tuple[list[str], list[str]]:
    """The containers that add other capabilities, and these."""
    found = {
        each["name"]: set((own(each).get("capabilities") or {}).get("add") or ()) - allowed
        for each in containers(spec)
    }
    return [name for name, names in found.items() if names], sorted(set().union(*found.values()))


def capabilities(spec: dict) -> Found | None:
    kept = [
        each["name"]
        for each in containers(spec)
        if "ALL" not in ((own(each).get("capabilities") or {}).get("drop") or ())
    ]
    adding, names = added(spec, {"NET_BIND_SERVICE"})
    details = [f'{several(kept)} must set securityContext.capabilities.drop=["ALL"]'] if kept else []
    details += (
        [f"{several(adding)} must not include {quoted(names)} in securityContext.capabilities.add"]
        if adding
        else []
    )
    return ("unrestricted capabilities", "; ".join(details)) if details else None


def volumes(spec: dict) -> Found | None:
    bad = [each for each in spec.get("volumes") or () if not PLAIN & set(each)]
    kinds = sorted({kind for each in bad for kind in set(each) - {"name"}})
    words = (
        f"{several([each['name'] for each in bad], 'volume')} {'uses' if len(bad) == 1 else 'use'} "
        "restricted volume type"
    )
    return (
        ("restricted volume types", f"{words}{'' if len(kinds) == 1 else 's'} {quoted(kinds)}")
        if bad
        else None
    )


def user_namespace(spec: dict) -> bool:
    return spec.get("hostUsers") is False


def _set_badly(spec: dict, wrong: Callable[[dict], bool]) -> str:
    """Who says what must not be said: the pod, its containers."""
    bad = ["pod"] if wrong(spec.get("securityContext") or {}) else []
    named = [each["name"] for each in containers(spec) if wrong(own(each))]
    return " and ".join(bad + ([several(named)] if named else []))


def non_root(spec: dict) -> Found | None:
    if user_namespace(spec):
        return None
    if bad := _set_badly(spec, lambda context: context.get("runAsNonRoot") is False):
        return "runAsNonRoot != true", f"{bad} must not set securityContext.runAsNonRoot=false"
    whole = (spec.get("securityContext") or {}).get("runAsNonRoot")
    mute = (
        [] if whole else [each["name"] for each in containers(spec) if own(each).get("runAsNonRoot") is None]
    )
    return (
        ("runAsNonRoot != true", f"pod or {several(mute)} must set securityContext.runAsNonRoot=true")
        if mute
        else None
    )


def user(spec: dict) -> Found | None:
    if user_namespace(spec) or not (bad := _set_badly(spec, lambda context: context.get("runAsUser") == 0)):
        return None
    return "runAsUser=0", f"{bad} must not set runAsUser=0"


def seccomp(spec: dict) -> Found | None:
    def kind(context: dict) -> str | None:
        return (context.get("seccompProfile") or {}).get("type")

    if bad := _set_badly(spec, lambda context: kind(context) not in (None, *SECCOMP)):
        return "seccompProfile", f'{bad} must not set securityContext.seccompProfile.type to "Unconfined"'
    whole = kind(spec.get("securityContext") or {})
    mute = [] if whole else [each["name"] for each in containers(spec) if kind(own(each)) is None]
    words = (
        f'pod or {several(mute)} must set securityContext.seccompProfile.type to "RuntimeDefault" or '
        '"Localhost"'
    )
    return ("seccompProfile", words) if mute else None


def usual_capabilities(spec: dict) -> Found | None:
    bad, names = added(spec, USUAL)
    words = f"{several(bad)} must not include {quoted(names)} in securityContext.capabilities.add"
    return ("non-default capabilities", words) if bad else None


def namespaces(spec: dict) -> Found | None:
    bad = [f"{name}=true" for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    return ("host namespaces", ", ".join(bad)) if bad else None


def host_paths(spec: dict) -> Found | None:
    bad = [each["name"] for each in spec.get("volumes") or () if "hostPath" in each]
    return ("hostPath volumes", several(bad, "volume")) if bad else None


def privileged(spec: dict) -> Found | None:
    bad = [each["name"] for each in containers(spec) if own(each).get("privileged")]
    return ("privileged", f"{several(bad)} must not set securityContext.privileged=true") if bad else None


CHECKS = {
    "baseline": (usual_capabilities, namespaces, host_paths, privileged),
    "restricted": (namespaces, privileged, escalation, capabilities, volumes, non_root, user, seccomp),
}


def refusal(level: str, spec: dict) -> str | None:
    """The sentence with which a pod is refused at a level."""
    found = [each for check in CHECKS.get(level, ()) if (each := check(spec))]
    if not found:
        return None
    return f'violates PodSecurity "{level}:latest": ' + ", ".join(
        f"{reason} ({detail})" for reason, detail in found
    )


def unstarted(pod: dict, container: dict, user: str) -> str | None:
    """Why a node does not start a container whose image says this user (kubelet v1.36,
    pkg/kubelet/kuberuntime/security_context_others.go, verifyRunAsNonRoot); "" is root."""
    context = {**(pod["spec"].get("securityContext") or {}), **own(container)}
    if not context.get("runAsNonRoot"):
        return None
    meta = pod["metadata"]
    where = f'(pod: "{meta["name"]}_{meta["namespace"]}({meta["uid"]})", container: {container["name"]})'
    if context.get("runAsUser") is not None:
        return f"container's runAsUser breaks non-root policy {where}" if context["runAsUser"] == 0 else None
    if user and not user.split(":")[0].isdigit():
        return (
            f"container has runAsNonRoot and image has non-numeric user ({user}), cannot verify user is "
            f"non-root {where}"
        )
    return (
        f"container has runAsNonRoot and image will run as root {where}"
        if int(user.split(":")[0] or 0) == 0
        else None
    )
