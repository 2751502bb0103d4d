"""Devices by claims on the emulator (resource.k8s.io/v1, kubernetes v1.36): the API and its classes, claims
made from templates, and devices of nodes that they are given.

pkg/controller/resourceclaim/controller.go (handleClaim: a claim for each template that a pod names, told in
its status; without the template an event FailedResourceClaimCreation),
pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (a pod waits for its claims, and for a
node with devices for all of them)."""

from tests.kubernetes.server import Server

VERSION = "resource.k8s.io/v1"
CLASSES, TEMPLATES, CLAIMS = (
    (VERSION, name) for name in ("deviceclasses", "resourceclaimtemplates", "resourceclaims")
)
PODS = ("v1", "pods")


class Claims:
    """`devices`: {class: {node: how many}}."""

    def __init__(self, server: Server, devices: dict[str, dict[str, int]]):
        self.server, self.devices = server, devices
        server.kinds |= {
            CLASSES: ("DeviceClass", False),
            TEMPLATES: ("ResourceClaimTemplate", True),
            CLAIMS: ("ResourceClaim", True),
        }
        server.typed.add(VERSION)
        for name in devices:
            spec = {"selectors": [{"cel": {"expression": f"device.driver == '{name}'"}}]}
            server.put(
                CLASSES,
                "",
                {"apiVersion": VERSION, "kind": "DeviceClass", "metadata": {"name": name}, "spec": spec},
            )

    def wanted(self, pod: dict) -> dict[str, int] | str:
        """How many devices of which class a pod claims; or why that is not known."""
        found: dict[str, int] = {}
        for each in pod["spec"].get("resourceClaims") or ():
            name = each["resourceClaimTemplateName"]
            template = self.server.get(TEMPLATES, pod["metadata"]["namespace"], name)
            if template is None:
                return (
                    "waiting for dynamic resource controller to create the resourceclaim for pod: "
                    f'resourceclaimtemplate "{name}" not found'
                )
            for request in template["spec"]["spec"]["devices"]["requests"]:
                exactly = request["exactly"]
                found[exactly["deviceClassName"]] = found.get(exactly["deviceClassName"], 0) + exactly.get(
                    "count", 1
                )
        return found

    def fits(self, pod: dict, node: str) -> bool:
        wanted = self.wanted(pod)
        if isinstance(wanted, str):
            return False
        for other in self.server.all(PODS):
            if other["spec"].get("nodeName") == node and (other.get("status") or {}).get("phase") not in (
                "Succeeded",
                "Failed",
            ):
                for name, count in self.had(other).items():
                    if name in wanted:
                        wanted[name] += count
        return all(count <= self.devices.get(name, {}).get(node, 0) for name, count in wanted.items())

    def had(self, pod: dict) -> dict[str, int]:
        found = self.wanted(pod)
        return {} if isinstance(found, str) else found
