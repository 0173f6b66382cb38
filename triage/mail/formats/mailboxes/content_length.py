"""Content-Length in mboxes (dialects mboxcl, mboxcl2): which "From " lines stand inside of a message.

A line is text, and begins no message, where a message before it states a length that ends exactly where another message
(or the file) ends, and covers the line. Lengths prove nothing else: programs edit mails and leave the field as it was.
So that byte ranges of a file can be read apart, a length counts up to REACH bytes, whoever states it.

Source of the dialects: J. de Boyne Pollard, Mail readers and the mbox family.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from triage.mail.formats.base import RawMessage
from triage.reasons import Reason

REACH = 2**20
"""Bytes from the begin of a message within which its stated length is believed."""
_HEAD = 2**16
_HEAD_END = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_BLANK = 2
"""Bytes of the empty line that follows a message."""


def stated_end(record: RawMessage) -> int | None:
    """Where a record ends in the file by its Content-Length; None where it states none within REACH."""
    if record.data.find(b"ength", 0, _HEAD) < 0:
        return None
    end = _HEAD_END.search(record.data, 0, _HEAD)
    stated = _FIELD.search(record.data, 0, end.start() + 1) if end else None
    if end is None or stated is None:
        return None
    size = end.end() + int(stated[1])
    return record.offset + size if size <= REACH else None


def undivided(records: Iterable[RawMessage], most: int) -> Iterator[RawMessage]:
    """The records of an mbox, in order, with those joined that are one by a proven Content-Length.

    A joined record above `most` bytes is MESSAGE_TOO_LARGE. Holds up to REACH bytes of records whose fate is open.
    """
    pending = _Pending(most)
    for record in records:
        yield from pending.add(record)
    yield from pending.end()


@dataclass(slots=True)
class _Pending:
    """Records in view, where in them messages begin, and stated ends that no boundary has proved yet."""

    most: int
    records: list[RawMessage] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)
    """The first offset of a message that states it, by stated end."""
    ends: list[int] = field(default_factory=list)

    def add(self, record: RawMessage) -> Iterator[RawMessage]:
        self._reach(record.offset)
        self.starts.append(len(self.records))
        self.records.append(record)
        yield from self._settled(record.offset)
        stated = None if record.fault else stated_end(record)
        if stated is not None and stated not in self.open:
            self.open[stated] = record.offset
            heapq.heappush(self.ends, stated)

    def end(self) -> Iterator[RawMessage]:
        if self.records:
            last = self.records[-1]
            self._reach(last.offset + len(last.data))
        yield from self._groups(len(self.starts))

    def _reach(self, boundary: int) -> None:
        """A message, or the file, ends here: what that proves is joined, what it disproves is dropped."""
        for gap in range(_BLANK + 1):
            begins = self.open.get(boundary - gap)
            if begins is not None and not self.records[-1].data[len(self.records[-1].data) - gap :].strip(b"\r\n"):
                while self.starts and self.records[self.starts[-1]].offset > begins:
                    self.starts.pop()
        while self.ends and self.ends[0] + _BLANK <= boundary:
            self.open.pop(heapq.heappop(self.ends))

    def _settled(self, boundary: int) -> Iterator[RawMessage]:
        """The messages that nothing can join any more."""
        count = len(self.starts) - 1
        if self.open:
            old = boundary - REACH - _BLANK
            count = next((n for n in range(count) if self.records[self.starts[n + 1]].offset > old), count)
        yield from self._groups(count)

    def _groups(self, count: int) -> Iterator[RawMessage]:
        if count <= 0:
            return
        if len(self.records) == len(self.starts) == count + 1:  # no length covers anything, as in nearly every file
            yield from self.records[:-1]
            self.records, self.starts = self.records[-1:], [0]
            return
        cuts = [*self.starts, len(self.records)][: count + 1]
        groups = [self.records[a:b] for a, b in itertools.pairwise(cuts)]
        first = cuts[-1]
        self.records, self.starts = self.records[first:], [start - first for start in self.starts[count:]]
        for group in groups:
            yield _joined(group, self.most)


def _joined(group: list[RawMessage], most: int) -> RawMessage:
    if len(group) == 1:
        return group[0]
    size = sum(len(record.data) for record in group)
    if size > most or any(record.fault for record in group):
        return RawMessage(b"", group[0].offset, None, Reason.MESSAGE_TOO_LARGE)
    return RawMessage(b"".join(record.data for record in group), group[0].offset)
