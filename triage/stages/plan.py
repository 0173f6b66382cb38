"""The plan: what is new in the exports, cut into batches and written to `ops/ledger` before anything is read."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from triage.config import IngestSettings, Settings
from triage.errors import KeyMaterialError, PrivacyError
from triage.lake.store import Store
from triage.lake.tables import LEDGER, RAW_MAIL
from triage.mail.exports import Listing, SourceFile, list_sources, native, opened
from triage.mail.formats import FORMATS, Growable
from triage.mail.places import NO_STORAGE, Storage, is_remote
from triage.mail.source_file import UNREADABLE
from triage.privacy.pseudonyms.file_tokens import file_token
from triage.privacy.pseudonyms.keys import Keys, keyed_name
from triage.privacy.pseudonyms.lake_key import require_no_open_rotation
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.reasons import Reason

_CHUNK = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger holds of a file: bytes, time, and the hash of those bytes (None: it could not be read)."""

    size_bytes: int
    modified_at: datetime
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """The bytes [start, end) of a file that one batch takes."""

    file: SourceFile
    file_key: str
    sha256: str | None
    start: int
    end: int


def file_key(path: str, keys: Keys) -> str:
    """Keyed hash of a file's path (32 hex digits): a path may name a person."""
    return keyed_name(b"FILE", path.encode("utf-8", "surrogateescape"), keys)


def plan_new_files(
    settings: Settings,
    store: Store,
    keys: Keys,
    log: Callable[[str], None] = lambda _: None,
    listing: Listing | None = None,
) -> list[int]:
    """Ids of the batches planned for what the sources hold and the ledger does not.

    A file with the known size and time is not read. A file that only grew is read on from where it ended;
    one that changed is read anew, and what is known of it counts as duplicate. Without a `listing` the sources are
    listed. Raises SourceError for a missing source.
    """
    listing = list_sources(settings.sources, settings.source_storage) if listing is None else listing
    found = {file.path: file for files in listing.values() for file in files}
    unique = sorted(found.values(), key=lambda file: file.path)
    known = _known_files(store, [file_key(file.path, keys) for file in unique])
    shares = _shares(unique, known, keys, settings.source_storage)
    batches = list(cut_into_batches(shares, settings.ingest))
    if not batches:
        return []
    first = store.last_batch(LEDGER) + 1
    rows = [_row(share, first + number, keys) for number, batch in enumerate(batches) for share in batch]
    log(f"{len({row['file_key'] for row in rows})} new or changed files of {len(unique)}, in {len(batches)} batches")
    store.append_rows(LEDGER, rows, first + len(batches) - 1)
    return list(range(first, first + len(batches)))


def planned_bytes(batch_id: int, store: Store) -> int:
    """How much of the exports a batch reads; 0 for a replay."""
    shares = store.rows(LEDGER, ("range_start", "range_end"), kind=["file"], batch_id=[batch_id])
    return sum(share["range_end"] - share["range_start"] for share in shares)


def validate_key(store: Store, keys: Keys) -> None:
    """Raises KeyMaterialError when the lake was begun with another key, under which nothing would join.

    Raises ContractError while a rotation has not ended.
    """
    require_no_open_rotation(store)
    row = next(store.rows(LEDGER, ("file_key", "sealed_path"), kind=["file"]), None)
    if row is None:
        return
    try:
        unseal(bytes(row["sealed_path"]), row["file_key"].encode(), keys)
    except PrivacyError:
        raise KeyMaterialError(
            "The key is not the one that this lake was begun with.",
            where=store.root,
            remedy="Give that key, by TRIAGE_KEY or privacy.key_file, or begin another lake.",
        ) from None


def cut_into_batches(shares: Iterable[Share], limits: IngestSettings) -> Iterator[list[Share]]:
    """Shares grouped in order, up to the limits of a batch; a splittable file may span several batches."""
    batch: list[Share] = []
    room = limits.batch_bytes
    for share in _within(shares, limits.batch_bytes):
        size = share.end - share.start
        if batch and (size > room or len(batch) >= limits.batch_files):
            yield batch
            batch, room = [], limits.batch_bytes
        batch.append(share)
        room -= size
    if batch:
        yield batch


def _within(shares: Iterable[Share], most: int) -> Iterator[Share]:
    for share in shares:
        if not is_splittable(share.file.format):
            yield share
            continue
        for start in range(share.start, max(share.end, share.start + 1), most):
            yield Share(share.file, share.file_key, share.sha256, start, min(start + most, share.end))


def _shares(
    files: Iterable[SourceFile], known: dict[str, Known], keys: Keys, storage: Storage = NO_STORAGE
) -> Iterator[Share]:
    for file in files:
        key = file_key(file.path, keys)
        before = known.get(key)
        if before and _is_as_known(file, before):
            continue
        prefix, whole = _digests(file, before.size_bytes if before else 0, storage)
        if before and before.sha256 == whole:
            continue
        start = _resume_offset(file, before) if before and prefix == before.sha256 is not None else 0
        yield Share(file, key, whole, start, file.size)


def _is_as_known(file: SourceFile, before: Known) -> bool:
    same = before.size_bytes == file.size and before.modified_at == modified_at(file)
    is_hopeless = file.format == UNREADABLE or not (is_remote(file.path) or os.access(native(file.path), os.R_OK))
    return same and (before.sha256 is not None or is_hopeless)


def is_splittable(format_name: str) -> bool:
    """Whether byte ranges of such a file are read apart; what cannot be opened has no known format."""
    return format_name in FORMATS and FORMATS[format_name].splittable


def _resume_offset(file: SourceFile, before: Known) -> int:
    """Where to read on in a file that still begins with the known bytes; 0 where its format may also change them.

    One on an object store, whose files are replaced and not written to, is read anew.
    """
    if is_remote(file.path):
        return 0
    format = FORMATS.get(file.format)
    return format.resume_offset(native(file.path), before.size_bytes) if isinstance(format, Growable) else 0


def modified_at(file: SourceFile) -> datetime:
    """The file's time in UTC, to the microsecond that Delta keeps."""
    return datetime.fromtimestamp(file.modified_at, UTC)


def _digests(file: SourceFile, prefix_bytes: int, storage: Storage) -> tuple[str | None, str | None]:
    """SHA-256 of the first `prefix_bytes` and of all `file.size` bytes; a file that cannot be read has none's."""
    if file.format == UNREADABLE:
        return None, None
    digest, prefix = hashlib.sha256(), ""
    try:
        with opened(file.path, storage) as stream:
            for part in (prefix_bytes, file.size - prefix_bytes):
                for chunk in _chunks(stream, part):
                    digest.update(chunk)
                prefix = prefix or digest.hexdigest()
    except OSError:
        return None, None
    return prefix, digest.hexdigest()


def _chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The next `size` bytes, or as many as there are."""
    while size > 0 and (chunk := stream.read(min(_CHUNK, size))):
        yield chunk
        size -= len(chunk)


def _known_files(store: Store, present: Sequence[str]) -> dict[str, Known]:
    """The latest plan of each file that is present; the ledger may hold many that are long gone.

    A file of which any batch of that plan failed to be read counts as unread, so that it is tried again.
    """
    rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = ("file_key", "batch_id", "size_bytes", "modified_at", "sha256", "range_start", "range_end")
    for row in store.rows(LEDGER, columns, kind=["file"], file_key=present):
        rows[row["file_key"]].append(row)
    failed = store.rows(RAW_MAIL, ("file_key", "batch_id"), fault=[Reason.SOURCE_UNREADABLE])
    unread = {(row["file_key"], row["batch_id"]) for row in failed}
    return {key: _known(_latest_plan(of_file), unread) for key, of_file in rows.items()}


def _latest_plan(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shares of a file that were planned together, the last one first: each begins where the one before it ends."""
    last, *earlier = sorted(rows, key=lambda row: (row["batch_id"], row["range_start"]), reverse=True)
    plan = [last]
    for row in earlier:
        begins = plan[-1]["range_start"]
        if begins == 0 or row["range_end"] != begins or row["sha256"] != last["sha256"]:
            break
        plan.append(row)
    return plan


def _known(plan: Sequence[dict[str, Any]], unread: set[tuple[str, int]]) -> Known:
    last = plan[0]
    is_unread = any((row["file_key"], row["batch_id"]) in unread for row in plan)
    return Known(last["size_bytes"], last["modified_at"], None if is_unread else last["sha256"])


def _row(share: Share, batch_id: int, keys: Keys) -> dict[str, Any]:
    file = share.file
    return {
        "file_key": share.file_key,
        "batch_id": batch_id,
        "kind": "file",
        "path": shown_path(file, share.file_key),
        "sealed_path": bytearray(seal(file.path.encode("utf-8", "surrogateescape"), share.file_key.encode(), keys)),
        "format": file.format,
        "size_bytes": file.size,
        "modified_at": modified_at(file),
        "sha256": share.sha256,
        "range_start": share.start,
        "range_end": share.end,
        "planned_at": datetime.now(UTC),
    }


def shown_path(file: SourceFile, key: str) -> str:
    """The folder of the source as the operator named it; the file's own name may be a person's and is a token."""
    below = Path(file.path) != Path(file.root)
    folder = file.root if below else file.root.rpartition("/")[0] or "/"
    return f"{folder}/{file_token(key)}"
