"""From the bytes of a message to a ParsedMail; whatever the bytes are, the answer is a value."""

from __future__ import annotations

from email.message import Message

from triage.config import LimitSettings
from triage.mail.dates import sent_at
from triage.mail.file_signatures import recognized
from triage.mail.formats.separators import starts_with_field
from triage.mail.language import language
from triage.mail.language_signs import prior_of
from triage.mail.parsing import headers
from triage.mail.parsing.addresses import addresses
from triage.mail.parsing.body import body, content
from triage.mail.parsing.bounds import ExceededError, message_tree
from triage.mail.parsing.invitations import invitations
from triage.mail.parsing.parsed import Address, Attachment, MailSigns, ParsedMail, Recipient, Role
from triage.mail.parsing.signs import signs
from triage.mail.parsing.stored import stored_marks
from triage.reasons import Mark, Reason

__all__ = ["Address", "Attachment", "MailSigns", "ParsedMail", "Recipient", "correspondents", "parse"]

_ROLES: tuple[tuple[Role, str], ...] = (("to", "to"), ("cc", "cc"), ("bcc", "bcc"), ("reply_to", "reply-to"))


def parse(data: bytes, limits: LimitSettings) -> ParsedMail:
    """The message in `data` (one record of an export, with or without its "From " line).

    Raises MemoryError only, which is the process's matter (triage.sandbox.pool): what cannot be published comes back
    with its reason code in `faults` and nothing else.
    """
    try:
        return _parsed(message_tree(data, limits), limits)
    except ExceededError as fault:
        seen = recognized(data) if fault.code is Reason.NOT_A_MAIL else None
        return ParsedMail(faults=(seen or fault.code,))
    except RecursionError:
        return ParsedMail(faults=(Reason.TOO_DEEP,))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the boundary that turns any fault into a reason code
        return ParsedMail(faults=(Reason.PARSE_ERROR,))


def correspondents(data: bytes, limits: LimitSettings) -> tuple[Address, ...]:
    """Sender and recipients of the message in `data`, as `parse` gives them; none where it gives a fault for its form.

    What takes `parse` longest, its body's text and language, is left out.
    """
    try:
        mail = message_tree(data, limits)
        hint = headers.charset(mail)
        sender = next((who for raw in headers.values(mail, "from") for who in addresses(raw, hint)), None)
        recipients = tuple(Address(one.name, one.address) for one in _recipients(mail, hint, limits))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as in `parse`, whatever the bytes are
        return ()
    return recipients if sender is None else (sender, *recipients)


def _parsed(mail: Message, limits: LimitSettings) -> ParsedMail:
    if not any(starts_with_field(f"{name}:".encode("ascii", "replace")) for name in mail.keys()):  # noqa: SIM118
        raise ExceededError(Reason.NOT_A_MAIL)
    collected = content(mail, limits)
    hint = headers.charset(mail)
    subject = headers.text(headers.value(mail, "subject"), hint)
    invited = invitations(collected, limits)
    text = invited.below(body(collected, limits), subject, limits)
    sender = next((who for raw in headers.values(mail, "from") for who in addresses(raw, hint)), None)
    recipients = _recipients(mail, hint, limits)
    date = headers.value(mail, "date")
    moment = sent_at(date)
    receivers = (recipient.address for recipient in recipients if recipient.role == "to")
    prior = prior_of(headers.value(mail, "content-language"), sender.address if sender else "", receivers)
    tongue, score = language(subject, text, prior)
    return ParsedMail(
        message_id=headers.message_id(headers.value(mail, "message-id")),
        in_reply_to=next(iter(headers.message_ids(headers.value(mail, "in-reply-to"))), None),
        references=headers.message_ids(headers.value(mail, "references")),
        subject=subject,
        body=text,
        sent_at=moment,
        sender=sender,
        recipients=recipients,
        invited=invited.people,
        attachments=tuple(collected.attachments),
        has_html=collected.has_html,
        language=tongue,
        language_score=score,
        signs=signs(mail, subject),
        marks=tuple(
            sorted(collected.marks | stored_marks(mail) | _marks(mail, subject, text, sender, date, moment is None))
        ),
    )


def _recipients(mail: Message, hint: str | None, limits: LimitSettings) -> tuple[Recipient, ...]:
    mailboxes = [
        Recipient(role, person.name, person.address)
        for role, field in _ROLES
        for raw in headers.values(mail, field)
        for person in addresses(raw, hint)
    ]
    if len(mailboxes) > limits.addresses:
        raise ExceededError(Reason.TOO_MANY_ADDRESSES)
    return tuple(mailboxes)


def _marks(mail: Message, subject: str, text: str, sender: Address | None, date: str, undated: bool) -> set[Mark]:
    facts = {
        Mark.DATE_MISSING: not date,
        Mark.DATE_UNREADABLE: bool(date) and undated,
        Mark.SENDER_MISSING: sender is None,
        Mark.SUBJECT_MISSING: not subject,
        Mark.BODY_EMPTY: not text,
        Mark.MIME_DEFECT: any(part.defects for part in mail.walk()),
    }
    return {code for code, holds in facts.items() if holds}
