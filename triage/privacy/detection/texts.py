"""A mail's texts prepared for detection, and the findings put back where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from triage.mail.language import language as language_of
from triage.mail.language_signs import prior_of
from triage.mail.parsing import headers as fields
from triage.mail.parsing.addresses import addresses
from triage.mail.parsing.parsed import ParsedMail
from triage.privacy.detection.detector import Findings
from triage.privacy.detection.file_names import readable, split
from triage.privacy.detection.paragraphs import Paragraph, paragraphs
from triage.privacy.detection.spans import Span, merge

_PARTICIPANTS = ("from", "to", "cc", "bcc", "reply-to")

FindingsByParagraph = Mapping[tuple[str, str], Findings | None]
"""Findings by language and paragraph; None where a recognizer failed."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text to detect personal data in, with the headers of its mail.

    `language` is an ISO 639-1 code, None where it is to be detected from the text.
    """

    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PreparedMail:
    """Subject, body, attachment stems and events of a mail, cut into paragraphs; who takes part; and its thread."""

    texts: tuple[str, ...]
    paragraphs: tuple[tuple[Paragraph, ...], ...]
    language: str
    participants: tuple[tuple[str, str], ...]
    """Names and addresses."""
    thread: object
    """Equal for the mails of one thread."""

    def located(self, findings: FindingsByParagraph) -> list[list[Span]]:
        """The spans of each text. Raises ValueError where a recognizer failed on one of the paragraphs."""
        return [_located(group, self.language, findings) for group in self.paragraphs]


def prepare(mail: ParsedMail) -> PreparedMail:
    """A mail's texts, in the order subject, body, attachments, events."""
    stems = tuple(readable(split(attachment.name)[0], mail.language) for attachment in mail.attachments)
    events = (event.what for event in mail.events)
    return _cut(
        (mail.subject, mail.body, *stems, *events), mail.language, participants(mail), thread_of(mail) or object()
    )


def prepare_row(row: TextRow) -> PreparedMail:
    """A row's subject and text, with the participants that its headers name."""
    headers = {name.lower(): value for name, value in row.headers.items()}
    subject = fields.text(headers.get("subject", ""))
    people = tuple((p.name, p.address) for n in _PARTICIPANTS for p in addresses(headers.get(n, "")))
    language = row.language or language_of(subject, row.text, _prior(headers))[0]
    return _cut((subject, row.text), language, people, object())


def _prior(headers: Mapping[str, str]) -> dict[str, float]:
    sender = next((person.address for person in addresses(headers.get("from", ""))), "")
    receivers = (person.address for person in addresses(headers.get("to", "")))
    return prior_of(headers.get("content-language", ""), sender, receivers)


def participants(mail: ParsedMail) -> tuple[tuple[str, str], ...]:
    """Names and addresses of sender, recipients and those whom an invitation names."""
    sender = [(mail.sender.name, mail.sender.address)] if mail.sender else []
    recipients = [(person.name, person.address) for person in mail.recipients]
    return (*sender, *recipients, *((person.name, person.address) for person in mail.invited))


def thread_of(mail: ParsedMail) -> str | None:
    """The Message-ID that began the mail's thread, as far as the mail says."""
    return next(iter(mail.references), None) or mail.in_reply_to or mail.message_id


def _cut(texts: tuple[str, ...], language: str, people: tuple[tuple[str, str], ...], thread: object) -> PreparedMail:
    return PreparedMail(texts, tuple(tuple(paragraphs(text)) for text in texts), language, people, thread)


def _located(group: Sequence[Paragraph], language: str, findings: FindingsByParagraph) -> list[Span]:
    spans = []
    for paragraph in group:
        inside = findings[language, paragraph.text]
        if inside is None:
            raise ValueError("a recognizer failed")
        spans += [paragraph.located(finding) for finding in inside]
    return merge(span for span in spans if span.start < span.end)
