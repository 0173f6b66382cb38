"""The erasures that the lake knows, beside the tables: a restore of an older backup must make those that came since.

They hold what ops/erasures does, keyed hashes and times, and the lake's own key as vault/keys has it, sealed.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry, Manifest
from triage.backup.repository.repository import Repository
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LAKE_KEYS

LIST, LAKE_KEYS_LIST = "erasures.json", "lake-keys.json"
Row = dict[str, Any]
"""A row of ops/erasures, with its time in ISO 8601."""


def store_erasures(store: Store, files: FileStore, earlier: Sequence[Row] = ()) -> Iterator[Entry]:
    """The rows of ops/erasures at present, which may be newer than the tables of the backup, and the `earlier` ones.

    Those are of the backup before: the lake may have been restored since from one that knew less.
    """
    present = [row | {"erased_at": row["erased_at"].isoformat()} for row in store.rows(ERASURES, ERASURES.column_names)]
    rows = {(row["erasure_id"], row["phase"]): row for row in (*earlier, *present)}
    if not rows:
        return
    sealed = [row | {"sealed": bytes(row["sealed"]).hex()} for row in store.rows(LAKE_KEYS, ("key_id", "sealed"))]
    ordered = sorted(rows.values(), key=lambda row: (row["erased_at"], row["erasure_id"], row["phase"]))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in ((LIST, ordered), (LAKE_KEYS_LIST, sealed)):
            file = Path(folder, name)
            file.write_text(json.dumps(content, indent=1), "utf-8")
            yield files.store("erasures", name, file)


def stored_rows(repository: Repository, manifest: Manifest, name: str) -> list[Row]:
    """The rows of a backup's list `name`; none where it has no such list. Raises ContractError where it is damaged."""
    entries = [entry for entry in manifest.entries if entry.place == "erasures" and entry.path == name]
    return [row for entry in entries for row in json.loads(b"".join(repository.get(entry.sha256)))]
