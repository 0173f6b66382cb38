"""Labelled sets of `../shared/data` as rows with a fixed train and test part; nothing is copied into the project.

A row has subject, body and sender (the domain's words only), label, sent_at (seconds; None where unknown) and the
group that must not stand on both sides: the thread where the set tells it, else equal text.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from triage.config import LimitSettings
from triage.mail.parsing.message import ParsedMail, parse

TEST_SHARE = 0.25
_PREFIX = re.compile(r"^(\s*(re|aw|fwd?|wg)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LIST_TAG = re.compile(r"\[[^\]\n]{0,40}\]")
_LIST_NAMES = re.compile(
    r"(?im)^.*(mailing list|mailman/listinfo|unsubscribe|@r-project|stat\.ethz\.ch).*$"
    r"|\bR-?(sig-?(finance|geo|mac|mixed-?models)|package-?devel|devel|help|announce)\b"
)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One labelled text."""

    subject: str
    body: str
    label: str
    group: str
    sent_at: float | None = None
    sender: str = ""
    test: bool = False


def _table(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))


def _tickets(name: str, label: str, text: str) -> Callable[[Path], Iterator[LabelRow]]:
    def rows(data: Path) -> Iterator[LabelRow]:
        for given in _table(data / name):
            body = given[text].replace("\\n", "\n")
            yield LabelRow(given.get("subject", ""), body, given[label], _bare(body))

    return rows


def _omq(key: str) -> Callable[[Path], Iterator[LabelRow]]:
    """Mails with two categories are left out, as are categories of fewer than five mails."""

    def rows(data: Path) -> Iterator[LabelRow]:
        with (data / "omq_german_support_mail" / "emails.jsonl").open(encoding="utf-8") as stream:
            given = [json.loads(line) for line in stream]
        for row in given:
            if len(row[key]) == 1:
                yield LabelRow("", row["text"], row[key][0], _bare(row["text"]))

    return rows


def _parsed(data: bytes) -> ParsedMail:
    return parse(data, LimitSettings())


def _mail_row(mail: ParsedMail, label: str) -> LabelRow:
    subject = mail.subject or ""
    group = _PREFIX.sub("", _LIST_TAG.sub("", subject)).strip().lower() or _bare(mail.body)
    when = mail.sent_at.timestamp() if mail.sent_at else None
    domain = (mail.sender.address if mail.sender else "").rpartition("@")[2]
    return LabelRow(subject, mail.body, label, group, when, domain)


def _lists(data: Path) -> Iterator[LabelRow]:
    """Subject tags and list names are taken out, because they say the label."""
    for path in sorted((data / "r_mailing_lists").glob("*.mbox.gz")):
        for record in re.split(rb"\n(?=From \S.*\d\d:\d\d:\d\d \d{4}\n)", gzip.decompress(path.read_bytes())):
            mail = _parsed(record)
            if mail.sent_at is None:
                continue
            row = _mail_row(mail, path.name.removesuffix(".mbox.gz"))
            subject = _LIST_NAMES.sub(" ", _LIST_TAG.sub(" ", row.subject))
            yield replace(row, subject=subject, body=_LIST_NAMES.sub(" ", row.body), sender="")


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                yield member.name, stream.read()


def _newsgroups(data: Path) -> Iterator[LabelRow]:
    for name, content in _members(data / "mini_newsgroups" / "messages.tar.gz"):
        yield _mail_row(_parsed(content), name.split("/")[-2])


def _genre(data: Path) -> Iterator[LabelRow]:
    labels = {row["file"]: row["genre_name"] for row in _table(data / "enron_categories" / "labels.csv")}
    for name, content in _members(data / "enron_categories" / "messages.tar.gz"):
        yield _mail_row(_parsed(content), labels[name])


SETS: dict[str, Callable[[Path], Iterator[LabelRow]]] = {
    "it_service_tickets": _tickets("it_service_tickets/tickets.csv.gz", "Topic_group", "Document"),
    "r_mailing_lists": _lists,
    "mini_newsgroups": _newsgroups,
    "enron genre": _genre,
    "german queue": _tickets("support_tickets_german/all_sectors.csv.gz", "queue", "body"),
    "german priority": _tickets("support_tickets_german/all_sectors.csv.gz", "priority", "body"),
    "omq category": _omq("category"),
    "omq group": _omq("group"),
    "banking77": _tickets("banking77/train.csv", "category", "text"),
}
"""By name, in the order of the report."""


def label_rows(name: str, data: Path) -> list[LabelRow]:
    """A set with its test part marked: the latest quarter of the groups where times are known, else a quarter by hash.

    Labels of fewer than five rows are left out. Rows of a group that began before the cut but came after it are left
    out.
    """
    rows = [row for row in SETS[name](data) if (row.body + row.subject).strip()]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.label] = counts.get(row.label, 0) + 1
    rows = [row for row in rows if counts[row.label] >= 5]
    return _by_time(rows) if name == "r_mailing_lists" else [replace(row, test=_hashed(row.group)) for row in rows]


def _by_time(rows: list[LabelRow]) -> list[LabelRow]:
    times = sorted(row.sent_at or 0.0 for row in rows)
    cut = times[int(len(times) * (1 - TEST_SHARE))]
    begun: dict[str, float] = {}
    for row in rows:
        begun[row.group] = min(begun.get(row.group, float("inf")), row.sent_at or 0.0)
    kept = [row for row in rows if (row.sent_at or 0.0) < cut or begun[row.group] >= cut]
    return [replace(row, test=(row.sent_at or 0.0) >= cut) for row in kept]


def _hashed(group: str) -> bool:
    digest = hashlib.sha256(f"7:{group}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < TEST_SHARE


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
