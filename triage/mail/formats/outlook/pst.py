"""Mailboxes of Outlook (.pst, .ost), unpacked by `readpst` of libpst (Debian: pst-utils), where that is installed.

The command runs alone, under limits of time and memory, without a network where the kernel lets a user do without one.
What it writes lies in a folder that only this user may read, and is removed: the one place where clear text is on a
disk. TMPDIR chooses the disk; a folder that a killed job left is removed by the next one that reads a .pst, and by the
next nightly run.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage
from triage.mail.formats.mailboxes.eml import Unknown
from triage.mail.formats.outlook.private_folder import private_folder
from triage.mail.formats.outlook.readpst import COMMAND, unpack
from triage.reasons import Reason

_MAGIC = b"!BDN"
_NUMBERS = re.compile(r"(\d+)")
_BOUNDARY = re.compile(rb"(--boundary-LibPST-iamunique-)(-?\d+)(_-_-)")
_COPY = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Pst:
    """Each mail of all folders, in the order of their paths; offsets are running numbers."""

    name: str = "pst"
    splittable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return head.startswith(_MAGIC)

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The mails, then a fault where the command gave up or left items out.

        OUTLOOK_STORE alone where there is no such command.
        """
        if shutil.which(COMMAND) is None:
            yield from Unknown().read(stream, limits)
            return
        with private_folder() as folder:
            fault = unpack(_as_file(stream, folder), folder / "out", limits)
            number = -1
            for number, record in enumerate(_mails(folder / "out", limits)):
                yield RawMessage(record.data, number, record.member, record.fault)
            if fault is not None:
                yield RawMessage(b"", number + 1, None, fault)


def _as_file(stream: BinaryIO, folder: Path) -> Path:
    """The mailbox as a file: itself, or a copy of one that lies in an archive or on another machine."""
    raw = getattr(stream, "raw", None)
    if isinstance(raw, io.FileIO) and isinstance(raw.name, str):
        return Path(raw.name)
    copy = folder / "mailbox.pst"
    with copy.open("wb") as target:
        shutil.copyfileobj(stream, target, _COPY)
    return copy


def _mails(folder: Path, limits: LimitSettings) -> Iterator[RawMessage]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for path in sorted(files, key=lambda path: _natural(str(path.relative_to(folder)))):
        if path.suffix == ".eml":
            yield _mail(path, str(path.relative_to(folder)), limits)


def _mail(path: Path, member: str, limits: LimitSettings) -> RawMessage:
    if path.stat().st_size > limits.stored_bytes:
        return RawMessage(b"", 0, member, Reason.MESSAGE_TOO_LARGE)
    data = _with_own_boundaries(path.read_bytes())
    return RawMessage(data, 0, member, None if data else Reason.EMPTY)


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(path)]


def _with_own_boundaries(data: bytes) -> bytes:
    """The mail with boundaries that do not depend on which mails stand before it, as a key must not either."""
    numbers: dict[bytes, int] = {}
    return _BOUNDARY.sub(
        lambda found: b"%s%d%s" % (found[1], numbers.setdefault(found[2], len(numbers)), found[3]), data
    )
