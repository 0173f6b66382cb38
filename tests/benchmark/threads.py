"""Threads beside JWZ's algorithm, on real mail: `python -m tests.benchmark.threads --data ../shared/data`.

For each set the pairs of mails that are in one thread by both, by ours alone and by the reference alone; the reference
once by references and once with subjects. The order is drawn anew ten times, and the mails come in ten batches, each
looked at with the families that it touches, as a run of the job does. `--differences` prints a few pairs of each kind,
by Message-ID and subject, for a person to look at.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import re
import sys
import tarfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmark.jwz import Message, jwz_threads
from tests.conftest import SHARED_DATA
from triage.config import LimitSettings
from triage.mail.formats.mailboxes.mbox import Mbox
from triage.mail.keys import mail_key
from triage.mail.parsing.message import ParsedMail, parse
from triage.mail.subjects import base_subject, is_forward, is_reply
from triage.mail.threading.mails import ThreadMail, ThreadRow
from triage.mail.threading.subjects import SUBJECT_DAYS
from triage.mail.threading.threads import threads

_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
_LIMITS = LimitSettings()
Pair = frozenset[str]
Parsed = dict[str, ParsedMail]


def lists(data: Path) -> Iterator[tuple[str, list[bytes]]]:
    """The mailboxes of the R lists."""
    for file in sorted((data / "r_mailing_lists").glob("*.mbox.gz")):
        stream = io.BytesIO(gzip.decompress(file.read_bytes()))
        size = len(stream.getbuffer())
        yield file.name.partition(".")[0], [one.data for one in Mbox().read(stream, _LIMITS, 0, size)]


def notmuch(data: Path) -> Iterator[tuple[str, list[bytes]]]:
    """The maildirs with which notmuch tests itself."""
    with tarfile.open(data / "hard_mail" / "messages.tar.gz") as archive:
        found = [archive.extractfile(one) for one in archive if one.isfile() and "notmuch" in one.name]
        yield "notmuch", [stream.read() for stream in found if stream]


def parsed(raws: Iterable[bytes]) -> Parsed:
    """The readable mails by key."""
    found = ((mail_key(raw), parse(raw, _LIMITS)) for raw in raws)
    return {key: mail for key, mail in found if not mail.faults}


def thread_mail(key: str, mail: ParsedMail) -> ThreadMail:
    """As the stage makes it, with addresses in the place of their pseudonyms."""
    by_role: dict[bool, set[str]] = {True: set(), False: set()}
    for one in mail.recipients:
        if one.role != "reply_to":
            by_role[one.role == "to"].add((one.address or one.name).lower())
    return ThreadMail(
        key=key,
        at=mail.sent_at or _UNKNOWN,
        message=mail.message_id,
        references=mail.references,
        reply=mail.in_reply_to,
        sender=(mail.sender.address or mail.sender.name).lower() if mail.sender else None,
        to=frozenset(by_role[True]),
        others=frozenset(by_role[False]),
        subject=base_subject(mail.subject),
        is_answer=is_reply(mail.subject) or is_forward(mail.subject),
        is_list=mail.signs.list_mail,
    )


def pairs(groups: Iterable[Iterable[str]]) -> set[Pair]:
    """Each two keys of one group."""
    return {frozenset(pair) for keys in groups for pair in combinations(sorted(keys), 2)}


def grouped(rows: Iterable[ThreadRow]) -> list[set[str]]:
    """The keys of each thread."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.thread].add(row.key)
    return list(found.values())


def in_batches(mails: Sequence[ThreadMail], batches: int) -> list[ThreadRow]:
    """The rows once all batches have come, each with the families that it touches."""
    stored: dict[str, ThreadRow] = {}
    arrived: dict[str, ThreadMail] = {}
    for at in range(batches):
        new = mails[at::batches]
        named = {token for one in new for token in (one.message, *one.links)}
        subjects = {one.subject for one in new if one.subject}
        touched = {
            stored[old.key].family
            for old in arrived.values()
            if not named.isdisjoint((old.message, *old.links)) or old.subject in subjects
        }
        again = [old for old in arrived.values() if stored[old.key].family in touched]
        stored |= {row.key: row for row in threads([*again, *new])}
        arrived |= {one.key: one for one in new}
    return list(stored.values())


def is_steady(mails: Sequence[ThreadMail], expected: Sequence[ThreadRow]) -> bool:
    """Whether ten random orders, each in ten batches, give the same rows."""
    wanted = sorted(expected, key=lambda row: row.key)
    orders = (random.Random(seed).sample(mails, len(mails)) for seed in range(10))
    return all(sorted(in_batches(order, 10), key=lambda row: row.key) == wanted for order in orders)


def kind_of(pair: Pair, mails: dict[str, ThreadMail]) -> str:
    """Why ours does not join two mails of one subject."""
    first, second = sorted((mails[key] for key in pair), key=lambda mail: mail.order)
    if not (first.says_answer or second.says_answer):
        return "neither answers"
    if (second.at - first.at).days > SUBJECT_DAYS:
        return "too far apart"
    if first.is_alone or second.is_alone:
        return "people unknown"
    return "references join others" if second.links else "other people"


def show(console: Console, kind: str, differing: set[Pair], mails: Parsed) -> None:
    """Some pairs of a kind of difference; the data set is public, and nothing of it is stored."""
    for pair in sorted(differing, key=sorted)[:: max(1, len(differing) // 6)][:6]:
        those = [mails[key] for key in sorted(pair)]
        shown = (f"{mail.message_id} {mail.sent_at} {mail.subject[:60]!r}" for mail in those)
        console.print(kind, *shown, sep="\n    ", markup=False)


def compare(
    console: Console, table: Table, name: str, raws: Iterable[bytes], *, differences: bool
) -> tuple[int, float]:
    """Adds the rows of a set; the mails, and the processor seconds that their threads took."""
    read = parsed(raws)
    mails = {key: thread_mail(key, mail) for key, mail in read.items()}
    start = time.process_time()
    rows = threads(mails.values())
    seconds = time.process_time() - start
    own, steady = pairs(grouped(rows)), is_steady(list(mails.values()), rows)
    for with_subjects in (False, True):
        other = pairs(jwz_threads([message(*one) for one in read.items()], with_subjects=with_subjects))
        kinds = Counter(kind_of(pair, mails) for pair in other - own)
        agreement = len(own & other) / max(1, len(own | other))
        figures = (len(mails), len(grouped(rows)), len(own & other), len(own - other), len(other - own))
        reasons = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        title = f"{name}{' with subjects' if with_subjects else ''}"
        table.add_row(title, *map(str, figures), f"{agreement:.4f}", "yes" if steady else "NO", reasons)
        if differences:
            show(console, f"{title}, ours alone", own - other, read)
            show(console, f"{title}, reference alone", other - own, read)
    return len(mails), seconds


def message(key: str, mail: ParsedMail) -> Message:
    """What the reference reads of a mail."""
    references = mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ())
    return Message(key, mail.message_id or "", references, re.sub(r"\s+", " ", mail.subject))


def main(arguments: Sequence[str]) -> int:
    """Prints the table, and with `--differences` the pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED_DATA)
    parser.add_argument("--differences", action="store_true")
    given = parser.parse_args(arguments)
    console = Console(width=140)
    columns = (
        "set",
        "mails",
        "threads",
        "both",
        "ours alone",
        "reference alone",
        "agreement",
        "steady",
        "why not ours",
    )
    table = Table(*columns)
    sets = (*lists(given.data), *notmuch(given.data))
    done = [compare(console, table, name, raws, differences=given.differences) for name, raws in sets]
    console.print(table)
    count, seconds = map(sum, zip(*done, strict=True))
    console.print(f"{count / max(seconds, 1e-9):,.0f} mails a second of processor time")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
