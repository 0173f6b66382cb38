"""Maildir: a folder with cur, new and tmp; one message a file, subfolders after Maildir++ or plain."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage, read_whole

DELIVERED = ("cur", "new")

# Bookkeeping of Dovecot, Courier, Cyrus and Exim beside the messages; no mail is in them.
_SERVER_FILES = re.compile(
    r"dovecot.*|courier.*|maildir(?:size|folder|filter)|subscriptions|shared-.*|\..*|cyrus\..*|maildirsize.*"
)


@dataclass(frozen=True, slots=True)
class Maildir:
    """The files of cur and new; those in tmp are not yet delivered and are left alone."""

    name: str = "maildir"
    splittable: bool = False
    growable: bool = False

    def matches(self, name: str, head: bytes) -> bool:
        return False  # its folder tells a maildir, not a file's name or bytes

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        yield read_whole(stream, limits)


def is_maildir(folder: str) -> bool:
    """Whether a folder holds a maildir's two folders of delivered mail."""
    return all(os.path.isdir(os.path.join(folder, name)) for name in DELIVERED)


def is_server_file(name: str) -> bool:
    """Whether a file beside cur and new (or a hidden one in them) is a server's own."""
    return _SERVER_FILES.fullmatch(name) is not None
