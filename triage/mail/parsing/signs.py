"""Facts from the header about how a mail was made: by a program, to a list, in reply."""

from __future__ import annotations

import re
from email.message import Message

from triage.mail.parsing.headers import parameter, value
from triage.mail.parsing.parsed import MailSigns
from triage.mail.subjects import is_reply

_DAEMON = re.compile(r"\b(?:mailer-daemon|mail-daemon|mail delivery (?:sub)?system)\b", re.IGNORECASE)
_BULK = frozenset({"bulk", "list", "junk"})
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-vacation")
_LEVELS = {"high": 1, "urgent": 1, "highest": 1, "normal": 3, "low": 5, "non-urgent": 5, "lowest": 5}
_LEVEL_FIELDS = ("x-priority", "importance", "priority", "x-msmail-priority")
_LEVEL = re.compile(r"\s*([1-5])\b")


def signs(mail: Message, subject: str) -> MailSigns:
    """The signs of a mail with this decoded subject."""
    precedence = value(mail, "precedence").lower()
    return MailSigns(
        auto_submitted=_auto_submitted(mail) or precedence == "auto_reply",
        bulk=precedence in _BULK,
        list_mail=any(name.lower().startswith("list-") for name in mail.keys()),  # noqa: SIM118
        bounce=_bounce(mail),
        reply=bool(value(mail, "in-reply-to") or value(mail, "references") or is_reply(subject)),
        importance=_importance(mail),
    )


def _auto_submitted(mail: Message) -> bool:
    declared = value(mail, "auto-submitted").partition(";")[0].strip().lower()
    return declared not in ("", "no") or any(field in mail for field in _AUTOMATIC)


def _bounce(mail: Message) -> bool:
    report = mail.get_content_type() == "multipart/report"
    if report and parameter(mail, "report-type").lower() == "delivery-status":
        return True
    if value(mail, "return-path").replace(" ", "") == "<>" or "x-failed-recipients" in mail:
        return True
    return _DAEMON.search(value(mail, "from")) is not None


def _importance(mail: Message) -> int | None:
    for field in _LEVEL_FIELDS:
        text = value(mail, field).lower()
        digit = _LEVEL.match(text) if field == "x-priority" else None
        level = int(digit[1]) if digit else _LEVELS.get(text.partition(" ")[0])
        if level is not None:
            return level
    return None
