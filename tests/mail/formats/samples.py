"""A small sample of each format, with the mails in it, and what damages it as a bad disk or an attacker would."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from tests.mail.formats.archives.packing import PACKERS, tarred, zipped
from tests.mail.formats.outlook import messages as outlook
from triage.config import LimitSettings
from triage.mail.exports import RawMessage, discover, read
from triage.mail.keys import mail_key
from triage.reasons import Reason

COUNT = 6
WORDS = "please send the invoice again because the first one was lost on its way to our office in the north".split()


def mail(number: int) -> bytes:
    text = " ".join(Random(number).choices(WORDS, k=40))
    return (
        f"From: Ann <ann{number}@example.org>\nTo: info@example.org\nSubject: Number {number}\n"
        f"Date: Mon, 1 May 2023 22:09:{number:02} +0200\nMessage-ID: <{number}@example.org>\n\n{text}\n"
    ).encode()


def boxed(number: int, extra: bytes = b"") -> bytes:
    return b"From ann@example.org Mon May  1 22:09:39 2023\n" + extra + mail(number) + b"\n"


def row(number: int) -> dict[str, object]:
    text = " ".join(Random(number).choices(WORDS, k=40))
    return {"from": f"ann{number}@example.org", "to": "info@example.org", "subject": f"Number {number}", "body": text}


NUMBERS = range(COUNT)
MAILS = [mail(number) for number in NUMBERS]
BOX = b"".join(map(boxed, NUMBERS))
LINES = b"".join(json.dumps(row(number)).encode() + b"\n" for number in NUMBERS)


def _table() -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(row(0)))
    writer.writeheader()
    writer.writerows(row(number) for number in NUMBERS)
    return target.getvalue().encode()


def _parquet() -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row(number) for number in NUMBERS]), target)
    return target.getvalue()


def _graph(number: int) -> dict[str, object]:
    address = {"emailAddress": {"name": "Ann", "address": f"ann{number}@example.org"}}
    return {"internetMessageId": f"<{number}@x>", "subject": f"Number {number}", "from": address, "toRecipients": [address],
            "bodyPreview": "", "body": {"contentType": "text", "content": row(number)["body"]}}  # fmt: skip


def _ticket(number: int) -> dict[str, object]:
    return {"id": number, "subject": f"Number {number}", "requester_id": 1, "description": row(number)["body"]}


def _cl2(number: int) -> bytes:
    body = b"Hello,\n\nFrom b@example.org Mon May  1 22:09:40 2023\nSubject: inner\n\n" + mail(number)
    return (
        b"From a@example.org Mon May  1 22:09:39 2023\nSubject: %d\nContent-Length: %d\n\n" % (number, len(body))
        + body
        + b"\n"
    )


MEMBERS = {f"{number}.eml": one for number, one in enumerate(MAILS)}
EMLX = b"%-10d\n" % len(MAILS[0]) + MAILS[0] + b'<?xml version="1.0"?><plist version="1.0"><dict/></plist>'
MSG = outlook.plain_msg(str(row(0)["body"]))

FILES: Mapping[str, tuple[str, bytes, int]] = {
    "mbox": ("a.mbox", BOX, COUNT),
    "mboxrd": ("a.mboxrd", BOX, COUNT),
    "mboxcl2": ("a.mboxcl2", b"".join(map(_cl2, NUMBERS)), COUNT),
    "takeout": ("Takeout", b"".join(boxed(n, b"X-GM-THRID: 1\nX-Gmail-Labels: Inbox,Sent\n") for n in NUMBERS), COUNT),
    "eml": ("a.eml", MAILS[0], 1),
    "emlx": ("a.emlx", EMLX, 1),
    "msg": ("a.msg", MSG, 1),
    "jsonl": ("a.jsonl", LINES, COUNT),
    "csv": ("a.csv", _table(), COUNT),
    "parquet": ("a.parquet", _parquet(), COUNT),
    "graph": ("a.json", json.dumps({"value": [_graph(number) for number in NUMBERS]}).encode(), COUNT),
    "tickets": ("t.json", json.dumps({"tickets": [_ticket(number) for number in NUMBERS]}).encode(), COUNT),
    "zip": ("a.zip", zipped(MEMBERS), COUNT),
    "tar": ("a.tar", tarred(MEMBERS), COUNT),
    "nested": ("n.zip", zipped({"1.tar": tarred(MEMBERS), "2.zip": zipped({"a.mbox": BOX}), "3.msg": MSG}), 2 * COUNT + 1),
    **{f"mbox.{codec}": (f"a.mbox.{codec}", pack(BOX), COUNT) for codec, pack in PACKERS.items()},
    **{f"tar.{codec}": (f"a.tar.{codec}", pack(tarred(MEMBERS)), COUNT) for codec, pack in PACKERS.items()},
}  # fmt: skip
"""By format: the name of a file, its bytes, and how many mails are in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a damaged file gave: mails as they were, others, and faults."""

    whole: int
    changed: int
    faults: tuple[Reason, ...]


def damages(data: bytes, rng: Random) -> Iterator[tuple[int, bytes]]:
    """Without end: where the first damage is, and the file with it. One in two is cut off, others have bytes changed."""
    while True:
        at = rng.randrange(len(data))
        if rng.random() < 0.5:
            yield at, data[:at]
            continue
        changed, places = (
            bytearray(data),
            sorted({at, *(rng.randrange(len(data)) for _ in range(rng.choice((0, 0, 3, 30))))}),
        )
        for place in places:
            changed[place] ^= 1 << rng.randrange(8)
        yield places[0], bytes(changed)


def records_of(folder: Path, name: str, data: bytes, limits: LimitSettings) -> Sequence[RawMessage]:
    """The records of a file, found and read as a run finds and reads it."""
    (folder / name).write_bytes(data)
    found: list[RawMessage] = []
    for file in discover(str(folder)):
        found += read(file.path, file.format, 0, None, limits)
    return found


def outcome(records: Sequence[RawMessage], mails: frozenset[str]) -> Outcome:
    """What became of `mails`, by their keys."""
    keys = [mail_key(record.data) for record in records if record.fault is None]
    whole = len(mails & set(keys))
    return Outcome(whole, len(keys) - whole, tuple(record.fault for record in records if record.fault))


def before(name: str, at: int) -> int:
    """How many mails of a format that is read in one pass stand whole before a place in it; 0 where that is not known.

    Of an mbox the line that begins the next one must stand before it, too, for without that the two are one.
    """
    after = len(boxed(0)) - len(mail(0)) - 1 if name == "mbox" else 0
    ends: Callable[[int], bytes] | None = {"mbox": boxed, "jsonl": lambda n: json.dumps(row(n)).encode() + b"\n"}.get(
        name
    )
    if ends is None:
        return 0
    size = count = 0
    for number in NUMBERS:
        size += len(ends(number))
        count += size + after <= at
    return count


_OPEN_ENDED = ("mbox", "mboxrd", "mboxcl2", "takeout", "jsonl", "csv")


def is_told(name: str, damaged: bytes, found: Outcome) -> bool:
    """Whether a loss can be seen in what a file gave. One that ends between two mails is a whole file of some formats."""
    ends_well = damaged == b"" or (name in _OPEN_ENDED and FILES[name][1].startswith(damaged))
    return bool(found.changed or found.faults) or ends_well
