"""A profile as one file, as it is stored with a label model."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass

from triage.monitoring.profiles.profile import Profile, Slice

FILE = "profile.json"
"""Its name in the model's folder."""


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """The profile of the rows that a label model was trained and held back on, of this taxonomy."""

    profile: Profile
    taxonomy_version: str


def write_profile(found: ModelProfile) -> bytes:
    """The content of the file, with no more terms than are stored."""
    slices = [
        {"by": by, "slice": value, "profile": base64.b64encode(part.encode()).decode()}
        for (by, value), part in found.profile.slices.items()
    ]
    return json.dumps({"form": 1, "taxonomy_version": found.taxonomy_version, "slices": slices}, indent=1).encode()


def read_profile(content: bytes | None) -> ModelProfile | None:
    """The profile that `write_profile` gave; None of another form, or where a model has none."""
    try:
        stored = json.loads(content or b"null")
        slices = {(one["by"], one["slice"]): _slice(one["profile"]) for one in stored["slices"]}
        return ModelProfile(Profile(slices), str(stored["taxonomy_version"])) if stored["form"] == 1 else None
    except (ValueError, KeyError, TypeError, binascii.Error, zlib.error):
        return None


def _slice(packed: str) -> Slice:
    return Slice.decode(base64.b64decode(packed))
