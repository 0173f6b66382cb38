"""From parsed mails to mails without personal data: detect, replace, check; whatever fails is not published."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triage.config import Settings
from triage.mail import headers as fields
from triage.mail.addresses import addresses
from triage.mail.language import language as language_of
from triage.mail.parsed import Address, Attachment, ParsedMail, Recipient
from triage.privacy.detector import Detector, Finds
from triage.privacy.file_names import readable, spaced, split
from triage.privacy.gold import GoldRow
from triage.privacy.keys import Keys
from triage.privacy.operators import Operators
from triage.privacy.paragraphs import Paragraph, paragraphs
from triage.privacy.people import People
from triage.privacy.policy import load_policy
from triage.privacy.pseudonyms import TOKEN, pseudonym, recorded
from triage.privacy.residue import has_residue
from triage.privacy.spans import Span, merge, outside_tokens, repeated

DETECTOR_FAILED = "DETECTOR_FAILED"
RESIDUE = "RESIDUE"
NO_NER = "NO_NER"
_PARTICIPANTS = ("from", "to", "cc", "bcc", "reply-to")
_log = logging.getLogger(__name__)
_detectors: dict[str, Detector] = {}

Participants = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AnonymizedMail:
    """What of a mail may be published; with a `fault` (a reason code) nothing of it, and all else is empty."""

    message_token: str | None = None
    thread_token: str | None = None
    sender: Address | None = None
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    entity_counts: dict[str, int] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    fault: str | None = None
    tokens: tuple[tuple[str, str, str], ...] = field(
        default=(), repr=False
    )  # token, entity, value: vault only


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one mail (subject, body, attachment stems), cut into paragraphs."""

    texts: tuple[str, ...]
    paragraphs: tuple[tuple[Paragraph, ...], ...]
    language: str


class Anonymizer:
    """The privacy step of a worker process. Build it once; models and seen paragraphs are shared by policy.

    Raises ConfigError for a wrong policy and PrivacyError for a model that is not installed.
    """

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.policy = load_policy(settings.privacy.policy)
        self.policy_version = self.policy.version
        self._keys = keys
        self._operators = Operators(self.policy, keys)
        if self.policy_version not in _detectors:
            _detectors[self.policy_version] = Detector(self.policy)
        self._detector = _detectors[self.policy_version]

    def anonymize(self, mails: Sequence[ParsedMail]) -> list[AnonymizedMail]:
        """One result a mail, in order. What goes wrong with a mail becomes its fault; nothing is raised."""
        try:
            return self._together(mails)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning(
                "a batch could not be anonymized: %s; its mails are tried alone", type(error).__name__
            )
            return [self._alone(mail) for mail in mails]

    def _together(self, mails: Sequence[ParsedMail]) -> list[AnonymizedMail]:
        prepared = [self._prepare(mail) for mail in mails]
        found = self._detect(prepared)
        return [self._publish(mail, texts, found) for mail, texts in zip(mails, prepared, strict=True)]

    def _alone(self, mail: ParsedMail) -> AnonymizedMail:
        try:
            return self._together([mail])[0]
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning("a mail could not be anonymized: %s", type(error).__name__)
            return AnonymizedMail(fault=DETECTOR_FAILED)

    def detect(
        self, text: str, headers: Mapping[str, str] | None = None, language: str | None = None
    ) -> list[Span]:
        """The spans that `anonymize` replaces in a body, with the participants of From, To, Cc, Bcc and Reply-To.

        Without a `language` it is told from the text, as for a mail. Raises ValueError, without any text, when a
        recognizer fails.
        """
        return self.detect_all([GoldRow(None, text, None, dict(headers or {}), language)])[0]

    def detect_all(self, rows: Sequence[GoldRow]) -> list[list[Span]]:
        """What `detect` finds in each row, in order, read together as the nightly job reads mails."""
        known = [{name.lower(): value for name, value in row.headers.items()} for row in rows]
        subjects = [fields.text(headers.get("subject", "")) for headers in known]
        prepared = [
            _cut((subject, row.text), row.language or language_of(subject, row.text)[0])
            for row, subject in zip(rows, subjects, strict=True)
        ]
        found = self._detect(prepared)
        return [
            self._spans(texts, _named_in(headers), found)[1][1]
            for texts, headers in zip(prepared, known, strict=True)
        ]

    def _prepare(self, mail: ParsedMail) -> _Texts:
        stems = tuple(readable(split(attachment.name)[0], mail.language) for attachment in mail.attachments)
        return _cut((mail.subject, mail.body, *stems), mail.language)

    def _detect(self, prepared: Sequence[_Texts]) -> dict[tuple[str, str], Finds | None]:
        wanted: dict[str, list[str]] = defaultdict(list)
        for mail in prepared:
            wanted[mail.language] += [paragraph.text for group in mail.paragraphs for paragraph in group]
        return {
            (language, text): finds
            for language, texts in wanted.items()
            for text, finds in self._detector.detect(texts, language).items()
        }

    def _publish(
        self, mail: ParsedMail, texts: _Texts, found: Mapping[tuple[str, str], Finds | None]
    ) -> AnonymizedMail:
        marks = () if self._detector.has_ner(mail.language) else (NO_NER,)
        if marks and self.policy.without_ner == "hold":
            return AnonymizedMail(fault=NO_NER)
        try:
            people, spans = self._spans(texts, _participants(mail), found)
            with recorded() as issued:
                published = self._replaced(mail, texts, spans, people)
            tokens = tuple((token, entity, value) for token, (entity, value) in issued.items())
            return self._checked(mail, replace(published, marks=marks, tokens=tokens))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - any fault must hold the mail, not the run
            _log.warning("a mail could not be anonymized: %s", type(error).__name__)
            return AnonymizedMail(fault=DETECTOR_FAILED)

    def _spans(
        self, mail: _Texts, participants: Participants, found: Mapping[tuple[str, str], Finds | None]
    ) -> tuple[People, list[list[Span]]]:
        """The spans of each text: those of its paragraphs, and all mentions of the persons of the whole mail."""
        people = People(mail.language)
        for name, address in participants:
            people.add_participant(name, address)
        alone = [_located(group, mail.language, found) for group in mail.paragraphs]
        for text, spans in zip(mail.texts, alone, strict=True):
            people.learn(text, spans)
        hunted = "PERSON" in self.policy.entities
        values = {
            (text[s.start : s.end], s) for text, spans in zip(mail.texts, alone, strict=True) for s in spans
        }
        return people, [
            merge(
                outside_tokens(
                    [*spans, *repeated(text, values), *(people.find(text) if hunted else ())], text
                )
            )
            for text, spans in zip(mail.texts, alone, strict=True)
        ]

    def _replaced(
        self, mail: ParsedMail, texts: _Texts, spans: Sequence[Sequence[Span]], people: People
    ) -> AnonymizedMail:
        canonical = _canonical(people)
        subject = self._operators.replace(texts.texts[0], spans[0], canonical, lambda _: "subject")
        body = self._operators.replace(texts.texts[1], spans[1], canonical, lambda _: "newest")
        return AnonymizedMail(
            message_token=self._token(mail.message_id),
            thread_token=self._token(
                next(iter(mail.references), None) or mail.in_reply_to or mail.message_id
            ),
            sender=self._address(mail.sender) if mail.sender else None,
            recipients=tuple(
                replace(recipient, name=self._name(recipient.name), address=self._mailbox(recipient.address))
                for recipient in mail.recipients
            ),
            subject=subject,
            body=body,
            attachments=tuple(
                replace(attachment, name=self._file_name(attachment.name, found, canonical))
                for attachment, found in zip(mail.attachments, spans[2:], strict=True)
            ),
            entity_counts=dict(sorted(Counter(span.entity for group in spans for span in group).items())),
        )

    def _checked(self, mail: ParsedMail, published: AnonymizedMail) -> AnonymizedMail:
        texts = [
            published.subject,
            published.body,
            *(attachment.name for attachment in published.attachments),
            *(spaced(TOKEN.sub(" ", attachment.name)) for attachment in published.attachments),
        ]
        if has_residue(texts, _participants(mail), self.policy.hidden):
            return AnonymizedMail(fault=RESIDUE)
        return published

    def _token(self, message_id: str | None) -> str | None:
        return pseudonym("MESSAGE_ID", message_id, self._keys) if message_id else None

    def _address(self, given: Address) -> Address:
        return replace(given, name=self._name(given.name), address=self._mailbox(given.address))

    def _name(self, name: str) -> str:
        entity = "EMAIL_ADDRESS" if "@" in name else "PERSON"
        return self._operators.apply(entity, name.strip(), "participants")

    def _mailbox(self, address: str) -> str:
        return self._operators.apply("EMAIL_ADDRESS", address.strip(), "participants")

    def _file_name(self, name: str, spans: Sequence[Span], canonical: Callable[[Span, str], str]) -> str:
        stem, extension = split(name)
        plain = self._operators.replace(
            stem,
            spans,
            lambda span, value: canonical(span, spaced(value) if span.entity == "PERSON" else value),
            lambda _: "attachment",
        )
        return plain + extension


def _cut(texts: tuple[str, ...], language: str) -> _Texts:
    return _Texts(texts, tuple(tuple(paragraphs(text)) for text in texts), language)


def _named_in(headers: Mapping[str, str]) -> Participants:
    return [(p.name, p.address) for name in _PARTICIPANTS for p in addresses(headers.get(name, ""))]


def _participants(mail: ParsedMail) -> Participants:
    sender = [(mail.sender.name, mail.sender.address)] if mail.sender else []
    return sender + [(recipient.name, recipient.address) for recipient in mail.recipients]


def _located(
    group: Sequence[Paragraph], language: str, found: Mapping[tuple[str, str], Finds | None]
) -> list[Span]:
    """The finds of paragraphs as spans of the text. Raises ValueError where a recognizer failed."""
    spans = []
    for paragraph in group:
        finds = found[language, paragraph.text]
        if finds is None:
            raise ValueError("a recognizer failed")
        spans += [paragraph.located(find) for find in finds]
    return merge(span for span in spans if span.start < span.end)


def _canonical(people: People) -> Callable[[Span, str], str]:
    return lambda span, value: people.canonical(value) if span.entity == "PERSON" else value
