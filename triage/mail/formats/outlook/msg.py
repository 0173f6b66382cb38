"""Messages that Outlook saved (.msg): each file is rebuilt as one MIME message, in a child process under limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from triage.config import LimitSettings
from triage.mail.file_signatures import CFB, MSG_STREAM
from triage.mail.formats.base import RawMessage, read_whole
from triage.mail.formats.outlook.confined import confined
from triage.reasons import Reason
from triage.sandbox.protocol import Work


@dataclass(frozen=True, slots=True)
class Msg:
    """A compound file with a message in it; told by its list of streams, or by its name where that comes late."""

    name: str = "msg"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith(CFB) and (name.endswith(".msg") or MSG_STREAM in head)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The message as MIME, or its own bytes with SOURCE_CORRUPT or the limit that its reading exceeded."""
        whole = read_whole(stream, limits)
        if whole.fault is not None:
            yield whole
            return
        found = confined(rebuilder, whole.data, limits)
        if isinstance(found, Reason):
            yield RawMessage(whole.data, 0, None, found)
        elif len(found) > limits.stored_bytes:
            yield RawMessage(b"", 0, None, Reason.MESSAGE_TOO_LARGE)
        else:
            yield RawMessage(found, 0)


def rebuilder() -> Work:
    """The work of the child, with what it needs loaded."""
    from triage.mail.outlook.message import rebuilt

    def work(rows: list[Any]) -> Iterable[bytes]:
        return [rebuilt(row) for row in rows]

    return work
