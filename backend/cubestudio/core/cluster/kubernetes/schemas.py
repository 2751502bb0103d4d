"""What a cluster knows of the resources of gangs, by its own description of its API, which every account may
read."""

import contextlib
from collections.abc import Mapping
from typing import Any

from cubestudio.core.cluster.frameworks.table import ALTERNATIVES, KINDS
from cubestudio.core.cluster.kubernetes.client import Client
from cubestudio.core.errors import Forbidden, NotFound

ALL = (*KINDS.values(), *(kind for kinds in ALTERNATIVES.values() for kind in kinds))


class Schemas:
    """What one cluster knows; a description, which is large, is read again only when it has changed."""

    def __init__(self, client: Client):
        self._client = client
        self._read: dict[str, tuple[str, dict[str, frozenset[str]]]] = {}
        """By API version: where its description is, with a digest of it, and what was found there."""

    async def learn(self) -> dict[tuple[str, str], frozenset[str]]:
        """The resources of gangs that the cluster knows, by (API version, plural), with the fields of their
        `spec`: of those for which it matters, and where the cluster describes them."""
        groups = {group["name"] for group in (await self._client.get("/apis")).get("groups") or ()}
        found: dict[tuple[str, str], frozenset[str]] = {}
        for version in sorted({kind.version for kind in ALL if kind.version.partition("/")[0] in groups}):
            with contextlib.suppress(NotFound):
                listed = (await self._client.get(f"/apis/{version}")).get("resources") or ()
                names = {each.get("name"): str(each.get("kind")) for each in listed if isinstance(each, dict)}
                wanted = [kind for kind in ALL if kind.version == version and kind.plural in names]
                described = await self._described(version) if any(kind.varies for kind in wanted) else {}
                found |= {
                    (version, kind.plural): described.get(names[kind.plural], frozenset()) for kind in wanted
                }
        return found

    async def _described(self, version: str) -> dict[str, frozenset[str]]:
        """The fields of `spec` of each kind of an API version."""
        try:
            paths = (await self._client.get("/openapi/v3")).get("paths") or {}
            where = str((paths.get(f"apis/{version}") or {}).get("serverRelativeURL") or "")
            if where.startswith("/openapi/") and self._read.get(version, ("",))[0] != where:
                self._read[version] = (where, fields(await self._client.get(where)))
        except (NotFound, Forbidden):
            return {}
        return self._read.get(version, ("", {}))[1]


def fields(described: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The fields of `spec` of each kind in the description of an API version."""
    found: dict[str, frozenset[str]] = {}
    known = (described.get("components") or {}).get("schemas") or {}
    for schema in known.values():
        for named in (
            (schema.get("x-kubernetes-group-version-kind") or ()) if isinstance(schema, dict) else ()
        ):
            spec = (schema.get("properties") or {}).get("spec") or {}
            found[str(named.get("kind"))] = frozenset(spec.get("properties") or ())
    return found
