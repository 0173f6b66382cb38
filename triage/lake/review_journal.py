"""The journal of the review page as the rest of the lake sees it: where it is, who uses it, and whose mails are in it.

Answers stay in it for seconds. After a page was killed they wait there for the next start, so an erasure deletes those
of erased mails and by erased people, and a rotation, after which names in it could not be opened any more, asks for an
empty one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from triage.errors import TransientError
from triage.lake.store import Store
from triage.lake.tables import SILVER_MAIL

TABLES = ("answers", "claims", "skips")
"""Those of the journal; each has the columns `mail_key` and `reviewer`, a token."""

_BUSY_SECONDS = 60


def review_folder(root: str) -> Path:
    """Folder beside the lake, which only its owner opens."""
    return Path(f"{root.removeprefix('file://').rstrip('/')}.review")


def journal_file(folder: Path) -> Path:
    """The journal in that folder, a SQLite database."""
    return folder / "journal.db"


@contextmanager
def page_lock(root: str) -> Iterator[Path]:
    """Held by the page that serves a lake, or by who must not meet one; gives the folder, which it makes.

    Raises TransientError where a page serves the lake. The lock ends with its process.
    """
    folder = review_folder(root)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    lock = FileLock(folder / "page.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise TransientError(
            "A review page serves this lake.",
            where=str(folder),
            remedy="Use that one, which takes many people at once (--by NAME for each), or stop it first.",
        ) from None
    try:
        yield folder
    finally:
        lock.release()


@contextmanager
def closed_journal(root: str) -> Iterator[None]:
    """No page serves the lake meanwhile, and no answer waits in the journal. Raises TransientError otherwise.

    Claims and skips, which name people by tokens of the present key, are deleted.
    """
    if not review_folder(root).is_dir():
        yield
        return
    with page_lock(root) as folder:
        if _waiting(folder):
            raise TransientError(
                "Answers of the review page wait in its journal, under names that the present key seals.",
                where=str(folder),
                remedy="Start jobs/review.py serve and stop it again, which brings them to the lake.",
            )
        _forget_claims(folder)
        yield


def forget_erased(store: Store, reviewers: Collection[str]) -> int:
    """Deletes with their bytes the rows of mails that silver/mail does not have (any more), and of these reviewers.

    `reviewers` are tokens. Returns how many answers that were. A page that serves the lake meanwhile takes no harm:
    what is still on a screen is rejected as unknown.
    """
    file = journal_file(review_folder(store.root))
    if not file.is_file():
        return 0
    with _opened(file) as (base, tables):
        base.execute("PRAGMA secure_delete=ON")
        gone = {"mail_key": _unpublished(base, tables, store), "reviewer": list(reviewers)}
        answers = sum(_delete(base, table, column, gone[column]) for table in tables for column in gone)
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return answers


def _unpublished(base: sqlite3.Connection, tables: Collection[str], store: Store) -> list[str]:
    named = {row[0] for table in tables for row in base.execute(f"SELECT mail_key FROM {table}")}  # noqa: S608
    kept = {row["mail_key"] for row in store.rows(SILVER_MAIL, ("mail_key",), mail_key=named)} if named else set()
    return list(named - kept)


def _delete(base: sqlite3.Connection, table: str, column: str, values: Collection[str]) -> int:
    """Deletes the rows with these values; how many answers that were."""
    each = [(value,) for value in values]
    deleted = base.executemany(f"DELETE FROM {table} WHERE {column} = ?", each).rowcount  # noqa: S608
    return deleted if table == "answers" and each else 0


@contextmanager
def _opened(file: Path) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
    """The journal, and those of TABLES that it has: none where a page was killed when it had only made the file."""
    with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)) as base:
        made = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        yield base, [table for table in TABLES if table in made]


def _waiting(folder: Path) -> int:
    file = journal_file(folder)
    if not file.is_file():
        return 0
    with _opened(file) as (base, tables):
        return int(base.execute("SELECT count(*) FROM answers").fetchone()[0]) if "answers" in tables else 0


def _forget_claims(folder: Path) -> None:
    """Claims last minutes; who skipped an item is asked again."""
    file = journal_file(folder)
    if not file.is_file():
        return
    with _opened(file) as (base, tables):
        base.execute("PRAGMA secure_delete=ON")
        for table in tables:
            if table != "answers":
                base.execute(f"DELETE FROM {table}")  # noqa: S608
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
