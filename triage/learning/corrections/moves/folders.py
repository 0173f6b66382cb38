"""In which folders of a mailbox each mail lies: by the exported files' places, or by Gmail's labels in the mails."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from triage.config import LimitSettings
from triage.mail.exports import SourceFile, discover, read
from triage.mail.keys import mail_key
from triage.mail.parsing.headers import text as header_text

_GMAIL_LABELS = re.compile(rb"^X-Gmail-Labels[ \t]*:(?P<value>[^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE | re.IGNORECASE)
_ENDINGS = re.compile(r"\.(?:mbox|mbx|sbd|eml|jsonl?|csv|txt|zip|tgz|tar|gz|bz2|xz|zst)$", re.IGNORECASE)
_ONE_MAIL_A_FILE = ("eml", "maildir")
_MESSAGE_FOLDERS = ("cur", "new", "mbox")
"""Folders and files that hold a folder's mails and are none themselves; `mbox` is Apple Mail's."""


def folders_by_mail(source: str, limits: LimitSettings) -> Iterator[tuple[str, str]]:
    """Mail key and folder, `/` between the parts, of each mail of an export; a mail in two folders comes twice.

    Records that cannot be read are left out. Raises SourceError where the export cannot be read.
    """
    for file in discover(source):
        for record in read(file.path, file.format, 0, None, limits):
            if record.fault is None:
                key = mail_key(record.data)
                yield from ((key, folder) for folder in _folders(file, record.member, record.data))


def newest_time(source: str) -> float:
    """When the export last changed, in seconds since 1970: moving a file changes its folder's time, and not its own."""
    times = [os.stat(source).st_mtime]
    for folder, _, files in os.walk(source):
        times += [os.lstat(os.path.join(folder, name)).st_mtime for name in (".", *files)]
    return max(times)


def _folders(file: SourceFile, member: str | None, data: bytes) -> list[str]:
    head = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    labels = _GMAIL_LABELS.search(head)
    if labels:
        return _gmail_labels(labels["value"])
    return [_folder(file, member)]


def _gmail_labels(value: bytes) -> list[str]:
    text = header_text(" ".join(value.decode("utf-8", "surrogateescape").split()))
    return [label.strip() for row in csv.reader([text], skipinitialspace=True) for label in row if label.strip()]


def _folder(file: SourceFile, member: str | None) -> str:
    """The folder of a mail by its place; that of a maildir's or export's own top is empty."""
    if member is not None and "/" in member:
        parts = PurePosixPath(member).parts[:-1]
    elif file.path == file.root:
        parts = (os.path.basename(file.path),)
    else:
        parts = PurePosixPath(os.path.relpath(file.path, file.root)).parts
        parts = parts[:-1] if file.format in _ONE_MAIL_A_FILE else parts
    return "/".join(part for name in parts for part in _plain(name))


def _plain(name: str) -> list[str]:
    """The parts of a folder's name: without endings; Maildir++ writes `.Sales.Europe` for `Sales/Europe`."""
    if name in _MESSAGE_FOLDERS:
        return []
    if name.startswith("."):
        return [part for part in name.split(".") if part]
    while _ENDINGS.search(name):
        name = _ENDINGS.sub("", name)
    return [name] if name else []
