"""What all backups of a lake know of its erasures: a lake that was restored before may know less in its newest one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.backup.contents.erasures import LAKE_KEYS_LIST, LIST, Row, stored_rows
from triage.backup.repository.manifest import Manifest
from triage.backup.repository.repository import Repository
from triage.errors import ContractError
from triage.lake.restored import SealedLakeKey


@dataclass(frozen=True, slots=True)
class KnownErasures:
    """Rows of ops/erasures, the lake's own key as each key of the operator's sealed it, and what cannot be read."""

    rows: tuple[Row, ...]
    lake_keys: tuple[SealedLakeKey, ...]
    gaps: tuple[str, ...]
    """Backups after the restored one that cannot be read: erasures that only they name are not known."""


def known_erasures(repository: Repository, restored: Manifest) -> KnownErasures:
    """The union over all backups of the lake that `restored` is of."""
    survey = repository.survey()
    gaps = {name for name in survey.damaged if name > restored.name}
    rows: dict[tuple[str, str], Row] = {}
    keys: dict[SealedLakeKey, None] = {}
    for manifest in _of_lake(survey.manifests, restored.lake_id):
        try:
            for row in stored_rows(repository, manifest, LIST):
                rows.setdefault((row["erasure_id"], row["phase"]), row)
            for row in stored_rows(repository, manifest, LAKE_KEYS_LIST):
                keys[SealedLakeKey(key_id=row["key_id"], sealed=row["sealed"])] = None
        except ContractError:
            gaps |= {manifest.name} if manifest.name >= restored.name else set()
    return KnownErasures(tuple(rows.values()), tuple(keys), tuple(sorted(gaps)))


def _of_lake(manifests: tuple[Manifest, ...], lake_id: str | None) -> Iterator[Manifest]:
    """Backups of before lakes were told apart name none, and count as the same lake's."""
    for manifest in manifests:
        if None in (lake_id, manifest.lake_id) or lake_id == manifest.lake_id:
            yield manifest
