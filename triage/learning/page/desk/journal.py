"""The journal: answers on disk from the moment that the page says saved until they are in gold/corrections.

A SQLite file beside the lake, in a folder that only its owner opens. WAL with synchronous=FULL: a transaction is on
disk when its commit returns (https://sqlite.org/pragma.html#pragma_synchronous). Claims and skips go by a connection of
their own with synchronous=NORMAL: they outlive a killed process; where the power fails, a lease is lost and no answer.
Names and reasons are sealed with the lake's keys; rows are overwritten when they are deleted.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock

from triage.lake.review_journal import journal_file
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal, unseal

_FORM = """
CREATE TABLE IF NOT EXISTS answers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, correction_id TEXT NOT NULL UNIQUE, item_id TEXT NOT NULL,
    mail_key TEXT NOT NULL, head TEXT NOT NULL, label TEXT NOT NULL, decided TEXT, model_version TEXT,
    at TEXT NOT NULL, reviewer TEXT NOT NULL, who BLOB NOT NULL, reason BLOB, source TEXT NOT NULL, undoes TEXT);
CREATE TABLE IF NOT EXISTS claims (
    mail_key TEXT NOT NULL, reviewer TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (mail_key, reviewer));
CREATE TABLE IF NOT EXISTS skips (
    item_id TEXT NOT NULL, mail_key TEXT NOT NULL, reviewer TEXT NOT NULL, PRIMARY KEY (item_id, reviewer));
"""
_COLUMNS = (
    "correction_id, item_id, mail_key, head, label, decided, model_version, at, reviewer, who, reason, source, undoes"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A label that a person gave, or (`undoes`) the taking back of one; times are in UTC."""

    correction_id: str
    item_id: str
    mail_key: str
    head: str
    label: str
    decided: str | None
    model_version: str | None
    at: datetime
    reviewer: str
    """The person's token."""
    who: str
    """The person's name."""
    reason: str | None
    source: str
    undoes: str | None = None


class Journal:
    """The file `journal.db` in `folder`, for one process at a time; its methods may be called from any thread."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        file = journal_file(folder)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._keys = keys
        self._lock = RLock()
        self._base = _connected(file, "FULL")
        self._base.executescript(_FORM)
        self._claims = _connected(file, "NORMAL")

    def close(self) -> None:
        """Closes the file, once the log is merged into it."""
        with self._lock:
            self._claims.close()
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._base.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written within is on disk when it ends, all or nothing."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def add(self, answers: Iterable[Answer]) -> None:
        """Adds answers; one whose correction is known already is left as it is."""
        rows = [self._row(answer) for answer in answers]
        marks = ", ".join("?" * 13)
        with self._lock:
            self._base.executemany(f"INSERT OR IGNORE INTO answers ({_COLUMNS}) VALUES ({marks})", rows)  # noqa: S608

    def pending(self) -> list[tuple[int, Answer]]:
        """Answers that are not in gold/corrections yet, with their numbers, in their order."""
        with self._lock:
            found = self._base.execute(f"SELECT number, {_COLUMNS} FROM answers ORDER BY number").fetchall()  # noqa: S608
        return [(row[0], self._answer(row[1:])) for row in found]

    def waiting(self) -> int:
        """How many answers are pending."""
        with self._lock:
            return int(self._base.execute("SELECT count(*) FROM answers").fetchone()[0])

    def remove(self, numbers: Sequence[int]) -> None:
        """Removes answers, and their bytes with them."""
        with self._lock:
            self._base.executemany("DELETE FROM answers WHERE number = ?", [(number,) for number in numbers])
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def claim(self, mail_key: str, reviewer: str, until: float) -> None:
        """The mail is the reviewer's until then (seconds since 1970)."""
        with self._lock:
            self._claims.execute("INSERT OR REPLACE INTO claims VALUES (?, ?, ?)", (mail_key, reviewer, until))

    def release(self, mail_key: str, reviewer: str) -> None:
        """Gives the mail back."""
        with self._lock:
            self._claims.execute("DELETE FROM claims WHERE mail_key = ? AND reviewer = ?", (mail_key, reviewer))

    def claims(self) -> list[tuple[str, str, float]]:
        """Mail, reviewer, and until when."""
        with self._lock:
            return self._claims.execute("SELECT mail_key, reviewer, until FROM claims").fetchall()

    def skip(self, item_id: str, mail_key: str, reviewer: str) -> None:
        """The reviewer does not want to see the item again."""
        with self._lock:
            self._claims.execute("INSERT OR IGNORE INTO skips VALUES (?, ?, ?)", (item_id, mail_key, reviewer))

    def unskip(self, reviewer: str) -> None:
        """The reviewer wants to see what was skipped."""
        with self._lock:
            self._claims.execute("DELETE FROM skips WHERE reviewer = ?", (reviewer,))

    def skips(self) -> list[tuple[str, str]]:
        """Item and reviewer."""
        with self._lock:
            return self._claims.execute("SELECT item_id, reviewer FROM skips").fetchall()

    def retain(self, mail_keys: Collection[str]) -> None:
        """Removes claims and skips of all other mails: those that were erased, or are in no draw any more."""
        with self.transaction():
            for table in ("claims", "skips"):
                known = {row[0] for row in self._base.execute(f"SELECT DISTINCT mail_key FROM {table}")}  # noqa: S608
                gone = [(key,) for key in known - set(mail_keys)]
                self._base.executemany(f"DELETE FROM {table} WHERE mail_key = ?", gone)  # noqa: S608

    def _row(self, answer: Answer) -> tuple[object, ...]:
        one, context = answer, answer.correction_id.encode()
        who = seal(one.who.encode(), context, self._keys)
        reason = None if one.reason is None else seal(one.reason.encode(), context, self._keys)
        decided = (one.label, one.decided, one.model_version, one.at.isoformat(), one.reviewer)
        return one.correction_id, one.item_id, one.mail_key, one.head, *decided, who, reason, one.source, one.undoes

    def _answer(self, row: Sequence[object]) -> Answer:
        fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
        context = str(fields["correction_id"]).encode()
        for name in ("who", "reason"):
            sealed = fields[name]
            fields[name] = unseal(sealed, context, self._keys).decode() if isinstance(sealed, bytes) else None
        return Answer(**{**fields, "at": datetime.fromisoformat(str(fields["at"]))})  # type: ignore[arg-type]


def _connected(file: Path, synchronous: str) -> sqlite3.Connection:
    base = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "secure_delete=ON"):
        base.execute(f"PRAGMA {pragma}")
    return base
