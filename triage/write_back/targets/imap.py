"""Keywords on a mail server (RFC 3501, section 2.3.2).

A message is sought by its Message-ID, which anybody may forge, and taken only where its bytes have the mail's key.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from triage.config.write_back import ImapTargetSettings
from triage.errors import TransientError
from triage.mail.keys import mail_key
from triage.write_back.message import message_id
from triage.write_back.targets.base import Item, Planned, Target, TargetError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ASK = "Ask who runs the server whether users may have keywords of their own, and how many."


class ImapTarget(Target):
    """Each mark is a keyword, such as `triage-queue-billing`. All other flags stay as they are."""

    needs_message = True

    def __init__(self, settings: ImapTargetSettings) -> None:
        self._settings = settings
        self._client: IMAPClient | None = None
        self._selected = ""
        if settings.security == "none" and settings.host not in _LOOPBACK:
            raise TargetError(
                "A password would travel in clear.", where=settings.host, remedy="Set security to tls or starttls."
            )

    def __enter__(self) -> Self:
        settings, user, password = self._settings, *_login(self._settings)
        context = _context(settings.ca_file)
        is_tls = settings.security == "tls"
        with _faults(settings):
            self._client = IMAPClient(
                settings.host, settings.port, ssl=is_tls, ssl_context=context if is_tls else None,
                timeout=settings.seconds,
            )  # fmt: skip
            if settings.security == "starttls":
                self._client.starttls(context)
            self._client.login(user, password)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            with suppress(IMAPClientError, OSError):
                self._client.logout()

    def plan(self, item: Item) -> list[Planned]:
        with _faults(self._settings):
            return [
                Planned(
                    item,
                    f"{validity}/{uid}/{folder}",
                    tuple(m for m in item.marks if self._word(m).lower() not in flags),
                )
                for folder in self._settings.folders
                for validity, uid, flags in self._copies(folder, item)
            ]

    def apply(self, planned: Sequence[Planned]) -> None:
        for one in planned:
            self._change(one, add=True)

    def undo(self, planned: Sequence[Planned]) -> int:
        return sum(not self._change(one, add=False) for one in planned)

    @property
    def _server(self) -> IMAPClient:
        assert self._client, "the target is not open"
        return self._client

    def _copies(self, folder: str, item: Item) -> Iterator[tuple[int, int, set[str]]]:
        """Validity, number and flags of each copy of the mail in a folder."""
        sought = message_id(item.message) if item.message is not None else None
        validity = self._select(folder)
        if sought is None:
            return
        for uid in self._server.search(["HEADER", "Message-ID", sought]):
            found = self._server.fetch([uid], ["BODY.PEEK[]", "FLAGS"]).get(uid, {})
            if mail_key(found.get(b"BODY[]", b"")) == item.mail_key:
                yield validity, uid, {_text(flag).lower() for flag in found[b"FLAGS"]}

    def _change(self, planned: Planned, *, add: bool) -> bool:
        """Sets or takes away keywords; False where the message is not there any more."""
        validity, uid, folder = planned.place.split("/", 2)
        words = [self._word(mark) for mark in planned.added]
        with _faults(self._settings):
            if self._select(folder) != int(validity) or not self._server.fetch([int(uid)], ["FLAGS"]):
                return False
            if words and add:
                _require_kept(words, self._server.add_flags([int(uid)], words).get(int(uid)), folder)
            elif words:
                self._server.remove_flags([int(uid)], words, silent=True)
            return True

    def _select(self, folder: str) -> int:
        """The folder's validity (UIDVALIDITY): numbers of messages are of the same messages while it stays."""
        if self._selected != folder:
            try:
                found = self._server.select_folder(folder, readonly=self.only_looks)
            except IMAPClient.ReadOnlyError:
                remedy = "Give the user the right to change flags in it, or take it out of folders."
                raise TargetError("The folder may only be read.", where=folder, remedy=remedy) from None
            if not self.only_looks and b"\\*" not in found.get(b"PERMANENTFLAGS", ()):
                raise TargetError("The server keeps no keywords in this folder.", where=folder, remedy=_ASK)
            self._validity, self._selected = int(found[b"UIDVALIDITY"]), folder
        return self._validity

    def _word(self, mark: str) -> str:
        return self._settings.prefix + re.sub(r"[^A-Za-z0-9_-]", "_", mark.replace("=", "-"))


def _require_kept(words: Sequence[str], flags: Sequence[bytes] | None, folder: str) -> None:
    """Raises TargetError where the server says which flags a message has, and some words are not among them."""
    if flags is not None and not {word.lower() for word in words} <= {_text(flag).lower() for flag in flags}:
        raise TargetError("The server did not keep a keyword in this folder.", where=folder, remedy=_ASK)


@contextmanager
def _faults(settings: ImapTargetSettings) -> Iterator[None]:
    """Faults of the server in our words: its own may quote what it was sent."""
    where = f"{settings.host}:{settings.port}"
    try:
        yield
    except LoginError:
        remedy = f"Correct {settings.user_env} and the password."
        raise TargetError("The mail server does not let the user in.", where=where, remedy=remedy) from None
    except ssl.SSLError:
        raise TargetError(
            "The mail server's certificate is not trusted.", where=where, remedy="Set ca_file, or correct the host."
        ) from None
    except IMAPClientError as fault:
        if isinstance(fault, IMAPClient.AbortError):
            raise TransientError("The mail server ended the connection.", where=where, remedy="Start again.") from None
        remedy = "Are the folders there, and may the user change flags in them?"
        raise TargetError("The mail server refuses a command.", where=where, remedy=remedy) from None
    except OSError:
        raise TransientError("The mail server does not answer.", where=where, remedy="Start again later.") from None


def _login(settings: ImapTargetSettings) -> tuple[str, str]:
    """User and password. Raises TargetError, which names the variable or file."""
    user, password = os.environ.get(settings.user_env, ""), ""
    where = settings.password_env or settings.password_file or ""
    with suppress(OSError, ValueError):
        password = os.environ.get(where, "") if settings.password_env else Path(where).read_text("utf-8").strip()
    if not user or not password:
        missing = where if user else settings.user_env
        raise TargetError("The user or password of the mail server is not given.", where=missing, remedy="Set it.")
    return user, password


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:  # an SSLError, for a file without certificates, is one
        remedy = "Name a file with certificates in PEM."
        raise TargetError("The certificates cannot be read.", where=ca_file or "", remedy=remedy) from None


def _text(flag: bytes | str | int) -> str:
    return flag.decode("ascii", "replace") if isinstance(flag, bytes) else str(flag)
