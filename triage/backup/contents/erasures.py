"""The erasures that the lake knows, beside the tables: a restore of an older backup must make those that came since.

They hold what ops/erasures does: keyed hashes and times.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry
from triage.lake.store import Store
from triage.lake.tables import ERASURES

LIST = "erasures.json"
_COLUMNS = ("erasure_id", "phase", "erased_at", "subject_hash", "mail_hashes")


def store_erasures(store: Store, files: FileStore) -> Iterator[Entry]:
    """The rows of ops/erasures at present; they may be newer than the tables of the backup."""
    rows = list(store.rows(ERASURES, _COLUMNS))
    if not rows:
        return
    plain = [row | {"erased_at": row["erased_at"].isoformat()} for row in rows]
    ordered = sorted(plain, key=lambda row: (row["erased_at"], row["erasure_id"], row["phase"]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, LIST)
        file.write_text(json.dumps(ordered, indent=1), "utf-8")
        yield files.store("erasures", LIST, file)
