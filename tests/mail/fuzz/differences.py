"""Where this project's parser and the standard library's (email, with `default` and `compat32`) read a mail otherwise."""

from __future__ import annotations

import contextlib
import email
import email.policy
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from triage.config import LimitSettings
from triage.mail.parsing.bounds import without_quoted_envelopes
from triage.mail.parsing.message import parse

FIELDS = ("from", "to", "cc", "subject", "date", "message-id", "body", "attachments")
_FOLD = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a mail that are compared, each as a text or texts; None where the parser raised an error."""

    values: dict[str, object]

    def __getitem__(self, field: str) -> object:
        return self.values.get(field)


def ours(data: bytes, limits: LimitSettings) -> Values | None:
    """This project's values; None for a mail that goes to quarantine."""
    mail = parse(data, limits)
    if mail.faults:
        return None
    people = {role: [one.address for one in mail.recipients if one.role == role] for role in ("to", "cc")}
    return Values(
        {
            "from": [mail.sender.address] if mail.sender else [],
            **people,
            "subject": mail.subject,
            "date": mail.sent_at,
            "message-id": mail.message_id or "",
            "body": mail.body,
            "attachments": [one.name for one in mail.attachments],
        }
    )


def default(data: bytes) -> Values:
    """The standard library's values with email.policy.default, through the ways of its documentation."""
    mail = email.message_from_bytes(without_quoted_envelopes(data), policy=email.policy.default)
    found: dict[str, object] = {}
    for field in ("from", "to", "cc"):
        with _quiet():
            found[field] = [one.addr_spec for header in mail.get_all(field, []) for one in header.addresses]
    with _quiet():
        found["subject"] = str(mail["subject"] or "")
    with _quiet():
        moment = mail["date"].datetime if mail["date"] else None
        found["date"] = moment and _utc(moment)
    with _quiet():
        found["message-id"] = str(mail["message-id"] or "")
    with _quiet():
        part = mail.get_body(("plain", "html"))
        found["body"] = part.get_content() if part else ""
        found["html"] = part is not None and part.get_content_type() == "text/html"
    with _quiet():
        found["attachments"] = [part.get_filename() or "" for part in mail.iter_attachments()]
    return Values(found)


def compat32(data: bytes) -> Values:
    """The standard library's values with email.policy.compat32 and the helpers that programs of old use with it."""
    mail = email.message_from_bytes(without_quoted_envelopes(data))
    found: dict[str, object] = {}
    for field in ("from", "to", "cc"):
        with _quiet():
            found[field] = [address for _, address in getaddresses([str(one) for one in mail.get_all(field, [])])]
    with _quiet():
        found["subject"] = str(make_header(decode_header(mail["subject"] or "")))
    with _quiet():
        found["date"] = _utc(parsedate_to_datetime(str(mail["date"]))) if mail["date"] else None
    with _quiet():
        found["message-id"] = str(mail["message-id"] or "")
    with _quiet():
        found["body"], found["html"] = _text_of(mail)
    with _quiet():
        found["attachments"] = [
            part.get_filename() or "" for part in mail.walk() if part.get_content_disposition() == "attachment"
        ]
    return Values(found)


def _text_of(mail: Message) -> tuple[str, bool]:
    for kind in ("text/plain", "text/html"):
        for part in mail.walk():
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                data = part.get_payload(decode=True)
                assert isinstance(data, bytes)
                return data.decode(part.get_content_charset("utf-8"), "replace"), kind == "text/html"
    return "", False


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """An error of the standard library leaves the value out."""
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        yield


def plain(value: object) -> object:
    """A value without what is no difference: blanks, folds, brackets, the case of what has none."""
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return " ".join(_FOLD.sub(" ", text).split()).strip("<> ")
    if isinstance(value, list):
        return [one for item in value if (one := plain(item))]
    return value


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One field that a policy of the standard library reads otherwise, and in which way."""

    field: str
    library: str
    kind: str
    ours: object
    theirs: object


LIBRARIES = {"default": default, "compat32": compat32}


def disagreements(data: bytes) -> Iterator[Disagreement]:
    """Where the two read a mail that is published otherwise than we do."""
    own = ours(data, LimitSettings())
    if own is None:
        return
    for library, read in LIBRARIES.items():
        theirs = read(data)
        for field in FIELDS:
            if kind := _kind(field, own, theirs):
                yield Disagreement(field, library, kind, own[field], theirs[field])


def _kind(field: str, own: Values, theirs: Values) -> str | None:
    mine, other = plain(own[field]), plain(theirs[field])
    if field == "from" and isinstance(other, list):
        other = other[:1]
    if field == "body" and theirs["html"]:
        return None
    if mine == other:
        return None
    if field not in theirs.values:
        return "theirs raises an error"
    if not other:
        return "only ours has one"
    return "both have one" if mine else "only theirs has one"
