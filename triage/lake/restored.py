"""The record of a restore, in the lake's folder: from which backup it is, and which erasures since it must make again.

Until they are made, no job reads or writes the tables but the erasure itself: whoever was erased would be back. The
record goes with the lake where that is moved or copied, to a bucket as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from pydantic import BaseModel, ConfigDict

from triage.errors import PrivacyError
from triage.lake.root_files import read_root_file, write_root_file
from triage.paths import bucket_of, is_local

RECORD = "_restored.json"
"""The record's file in the lake's folder."""

_is_erasing: ContextVar[bool] = ContextVar("is_erasing", default=False)


class DueErasure(BaseModel):
    """An erasure made after the backup; the subject is known by a keyed hash, or by the salted one of a certificate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    erasure_id: str
    subject_hash: str | None = None
    salt: str | None = None
    salted_hash: str | None = None
    mail_hashes: tuple[str, ...] = ()

    def is_of(self, identifier: str, keyed: Callable[[str], str]) -> bool:
        """Whether the subject has this identifier; `keyed` gives its hash under the lake's own key."""
        if self.subject_hash is not None:
            return keyed(identifier) == self.subject_hash
        salted = hashlib.sha256(bytes.fromhex(self.salt or "") + identifier.encode("utf-8", "surrogatepass"))
        return salted.hexdigest() == self.salted_hash


class SealedLakeKey(BaseModel):
    """The lake's own key as the operator's key `key_id` seals it, in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_id: str
    sealed: str


class RestoreRecord(BaseModel):
    """From which backup a lake was restored, and the erasures that are due.

    `lake_keys` are those of all backups: a lake that had none yet when it was backed up must take over the later one,
    under which the hashes of the erasures since were made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backup: str
    restored_at: str
    due: tuple[DueErasure, ...] = ()
    lake_keys: tuple[SealedLakeKey, ...] = ()


def read_record(root: str) -> RestoreRecord | None:
    """The record of the lake at `root`; None where it was not restored.

    Raises PrivacyError where it is damaged, or may not be read, which holds for others while erasures are due.
    """
    try:
        text = read_root_file(root, RECORD)
        return None if text is None else RestoreRecord.model_validate_json(text)
    except PermissionError:
        raise PrivacyError(
            "This lake was restored from a backup, and its record may not be read: erasures may be due.",
            where=f"{root}/{RECORD}",
            remedy="Ask the lake's owner to start the same jobs/restore.py again.",
        ) from None
    except ValueError:
        raise PrivacyError(
            "The record of the restore cannot be read, so nobody knows which erasures are due.",
            where=f"{root}/{RECORD}",
            remedy="Restore the lake again.",
        ) from None


def write_record(root: str, record: RestoreRecord) -> None:
    """Writes the record whole; others may read it once it holds no hash of a person."""
    text = json.dumps(json.loads(record.model_dump_json()), indent=1)
    write_root_file(root, RECORD, text, 0o600 if record.due else 0o644)


def require_no_due_erasure(root: str) -> None:
    """Raises PrivacyError while erasures are due in a restored lake, except within `erasing`."""
    record = None if _is_erasing.get() or not _may_be_restored(root) else read_record(root)
    if record and record.due:
        ids = ", ".join(one.erasure_id for one in record.due[:5])
        raise PrivacyError(
            f"This lake was restored from a backup made before {len(record.due)} erasures: {ids}. They are due again.",
            where=root,
            remedy="Start the same jobs/restore.py again with the lake's key, or jobs/erase.py for these persons.",
        )


def _may_be_restored(root: str) -> bool:
    """Not so where the storage is one that no job of this project writes to (`connection_to`)."""
    return is_local(root) or bucket_of(root) is not None


def later_lake_key(root: str, key_id: str) -> bytes | None:
    """The lake's own key, sealed, that a restored lake without one takes over; None where none is known.

    Raises PrivacyError where erasures are due whose hashes could not be compared under a new one.
    """
    record = read_record(root) if _may_be_restored(root) else None
    if record is None:
        return None
    for one in record.lake_keys:
        if one.key_id == key_id:
            return bytes.fromhex(one.sealed)
    if any(one.subject_hash for one in record.due):
        raise PrivacyError(
            "The erasures that are due cannot be compared: the lake's own key came after this backup, under "
            "another key of the operator's.",
            where=root,
            remedy="Restore a backup that was made after the first erasure, or with the key of then.",
        )
    return None


@contextmanager
def erasing() -> Iterator[None]:
    """An erasure may open a lake in which erasures are due."""
    token = _is_erasing.set(True)
    try:
        yield
    finally:
        _is_erasing.reset(token)


def settle(root: str, identifiers: Sequence[str], keyed: Callable[[str], str]) -> None:
    """Takes the erasures of these subjects off the list of the due ones, once they are made."""
    record = read_record(root) if _may_be_restored(root) else None
    if record and record.due:
        due = tuple(one for one in record.due if not any(one.is_of(text, keyed) for text in identifiers))
        write_record(root, record.model_copy(update={"due": due}))
