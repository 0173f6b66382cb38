"""The erasures that the lake knows, beside the tables: a restore of an older backup must make those that came since.

They hold what ops/erasures does, keyed hashes and times, and the lake's own key as vault/keys has it, sealed.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry
from triage.lake.store import Store
from triage.lake.tables import ERASURES, LAKE_KEYS

LIST, LAKE_KEYS_LIST = "erasures.json", "lake-keys.json"


def store_erasures(store: Store, files: FileStore) -> Iterator[Entry]:
    """The rows of ops/erasures at present; they may be newer than the tables of the backup."""
    rows = list(store.rows(ERASURES, ERASURES.column_names))
    if not rows:
        return
    sealed = [row | {"sealed": bytes(row["sealed"]).hex()} for row in store.rows(LAKE_KEYS, ("key_id", "sealed"))]
    plain = [row | {"erased_at": row["erased_at"].isoformat()} for row in rows]
    ordered = sorted(plain, key=lambda row: (row["erased_at"], row["erasure_id"], row["phase"]))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in ((LIST, ordered), (LAKE_KEYS_LIST, sealed)):
            file = Path(folder, name)
            file.write_text(json.dumps(content, indent=1), "utf-8")
            yield files.store("erasures", name, file)
