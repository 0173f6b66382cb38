"""Profiles as rows of `metrics/profiles`, and the version of the taxonomy that a profile's labels belong to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from triage.monitoring.profiles.profile import Profile, Slice, merged_profiles
from triage.monitoring.record import RunRecord


def profile_rows(profile: Profile, run: RunRecord, taxonomy: str) -> list[dict[str, Any]]:
    """The rows of `metrics/profiles` of a run, one a slice; `taxonomy` is a `taxonomy_version`."""
    return [
        {
            "run_id": run.run_id,
            "started_at": run.started_at,
            "by": by,
            "slice": value,
            "published": part.published,
            "quarantined": part.quarantined,
            "model_version": run.model_version,
            "taxonomy_version": taxonomy,
            "profile": bytearray(part.encode()),
        }
        for (by, value), part in profile.slices.items()
    ]


def profile_from(rows: Iterable[Mapping[str, Any]]) -> Profile:
    """The profile of all mails of the rows, whose runs may be several."""
    return merged_profiles(Profile({(row["by"], row["slice"]): Slice.decode(bytes(row["profile"]))}) for row in rows)


def taxonomy_version(heads: Mapping[str, Sequence[str]]) -> str:
    """Digest (16 hex digits) of heads and their labels, whatever their order: labels of two versions do not compare."""
    content = sorted((head, sorted(labels)) for head, labels in heads.items())
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
