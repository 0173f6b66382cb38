"""The software bill of materials: CycloneDX 1.6 (ECMA-424) as JSON, the same bytes for the same environment."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from triage.supply.components import Component
from triage.supply.licences import UNKNOWN, Licensed

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:triage:sbom")


def sbom(version: str, results: Sequence[Licensed], direct: Sequence[str]) -> dict[str, Any]:
    """The document about `version` of this project. `direct` are the packages that it needs itself.

    A component that a run does not need is `optional`. The serial number is derived from the content, so that the
    document can be rebuilt.
    """
    by_name = {one.component.name: one.component for one in results if not one.component.group}
    needed = _closure(direct, by_name)
    root = {"type": "application", "name": "triage", "version": version, "bom-ref": f"pkg:pypi/triage@{version}"}
    body = {
        "metadata": {"component": root | {"purl": root["bom-ref"], "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": [_component(one, needed) for one in results],
        "dependencies": [
            {"ref": root["bom-ref"], "dependsOn": _refs(direct, by_name) + _jar_refs(results)},
            *({"ref": one.component.purl, "dependsOn": _refs(one.component.needs, by_name)} for one in results),
        ],
    }
    serial = uuid.uuid5(_SPACE, json.dumps(body, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1, **body}


def written(document: Mapping[str, Any]) -> bytes:
    """The document as the bytes of its file."""
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def _component(one: Licensed, needed: set[str]) -> dict[str, Any]:
    component = one.component
    found: dict[str, Any] = {"type": "library", "bom-ref": component.purl}
    if component.group:
        found["group"] = component.group
    is_needed = component.group or component.name in needed
    found |= {"name": component.name, "version": component.version, "scope": "required" if is_needed else "optional"}
    found["hashes"] = [{"alg": "SHA-256", "content": value} for value in dict.fromkeys(component.sha256)]
    if one.expression != UNKNOWN:
        found["licenses"] = [{"expression": one.expression}]
    return found | {"purl": component.purl}


def _closure(direct: Sequence[str], by_name: Mapping[str, Component]) -> set[str]:
    found: set[str] = set()
    rest = [name for name in direct if name in by_name]
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            rest += [one for one in by_name[name].needs if one in by_name]
    return found


def _refs(names: Sequence[str], by_name: Mapping[str, Component]) -> list[str]:
    return sorted({by_name[name].purl for name in names if name in by_name})


def _jar_refs(results: Sequence[Licensed]) -> list[str]:
    return sorted(one.component.purl for one in results if one.component.group)
