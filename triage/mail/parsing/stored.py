"""What a mail store noted of its copy of a mail: Gmail's labels, and the flags of Thunderbird and Unix mailboxes.

Labels that a person made up may name people, so only Gmail's own are known here, and each becomes a mark; all others
are dropped unread. Sources: the labels as Takeout writes them in four languages; nsMsgMessageFlags of Thunderbird
(0x0004 marked, 0x0008 expunged); the field X-Status as mutt and UW IMAP write it (D deleted, F flagged, T draft).
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from triage.mail.parsing import headers
from triage.reasons import Mark

_LONGEST = 10_000
_LABELS: dict[Mark, tuple[str, ...]] = {
    Mark.STORED_INBOX: ("inbox", "posteingang", "boîte de réception", "recibidos"),
    Mark.STORED_SENT: ("sent", "gesendet", "messages envoyés", "enviados"),
    Mark.STORED_DRAFT: ("drafts", "draft", "entwürfe", "brouillons", "borradores"),
    Mark.STORED_SPAM: ("spam",),
    Mark.STORED_TRASH: ("trash", "bin", "papierkorb", "corbeille", "papelera"),
    Mark.STORED_STARRED: ("starred", "markiert", "suivis", "destacados"),
    Mark.STORED_IMPORTANT: ("important", "wichtig", "importante", "importants", "importantes"),
    Mark.STORED_UNREAD: ("unread", "ungelesen", "non lus", "no leídos"),
    Mark.STORED_ARCHIVED: ("archived", "archiviert", "archivé", "archivados"),
    Mark.STORED_PROMOTIONS: ("category promotions", "kategorie „werbung“", "category_promotions"),
    Mark.STORED_SOCIAL: ("category social", "kategorie „soziale netzwerke“", "category_social"),
    Mark.STORED_UPDATES: ("category updates", "kategorie „benachrichtigungen“", "category_updates"),
    Mark.STORED_FORUMS: ("category forums", "kategorie „foren“", "category_forums"),
}
_MARK_OF = {label: mark for mark, labels in _LABELS.items() for label in labels}
_FLAGS = {"D": Mark.STORED_TRASH, "F": Mark.STORED_STARRED, "T": Mark.STORED_DRAFT}
_MOZILLA = {0x0004: Mark.STORED_STARRED, 0x0008: Mark.STORED_TRASH}


def stored_marks(mail: Message) -> set[Mark]:
    """The marks of a mail's copy, none where nothing is noted of it."""
    return {*_gmail(mail), *_mozilla(mail), *_unix(mail)}


def _gmail(mail: Message) -> Iterator[Mark]:
    labels = headers.text(headers.value(mail, "x-gmail-labels")[:_LONGEST])
    for label in labels.split(","):
        mark = _MARK_OF.get(label.strip().strip('"').lower())
        if mark:
            yield mark


def _mozilla(mail: Message) -> Iterator[Mark]:
    try:
        flags = int(headers.value(mail, "x-mozilla-status")[:8] or "0", 16)
    except ValueError:
        return
    yield from (mark for bit, mark in _MOZILLA.items() if flags & bit)


def _unix(mail: Message) -> Iterator[Mark]:
    flags = headers.value(mail, "x-status")[:20]
    yield from (mark for flag, mark in _FLAGS.items() if flag in flags)
