"""Maildir: a folder with cur, new and tmp; one message a file, subfolders after Maildir++ or plain."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.base import RawMessage, read_whole

# Bookkeeping of Dovecot, Courier, Cyrus and Exim beside the messages; no mail is in them.
_SERVER_FILES = re.compile(
    r"dovecot.*|courier.*|maildir(?:size|folder|filter)|subscriptions|shared-.*|\..*|cyrus\..*|maildirsize.*"
)


@dataclass(frozen=True, slots=True)
class Maildir:
    """The files of cur and new; those in tmp are not yet delivered and are left alone."""

    name: str = "maildir"
    splittable: bool = False
    message_folders: tuple[str, ...] = ("cur", "new")
    skipped_folders: tuple[str, ...] = ("tmp",)

    def matches(self, name: str, head: bytes) -> bool:
        return False  # a maildir is recognized by its folder, not by a file's name or bytes

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        yield read_whole(stream, limits)

    def matches_folder(self, folder: str) -> bool:
        return all(os.path.isdir(os.path.join(folder, name)) for name in self.message_folders)

    def is_bookkeeping(self, name: str) -> bool:
        return _SERVER_FILES.fullmatch(name) is not None
