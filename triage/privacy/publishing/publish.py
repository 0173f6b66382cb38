"""What of a mail may be published: its personal data replaced, and checked once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from triage.mail.parsing.parsed import Address, Attachment, ParsedMail, Recipient
from triage.mail.zones.rows import zones_of
from triage.mail.zones.split import Zone as BodyZone
from triage.mail.zones.split import zone_at, zones
from triage.privacy.detection.file_names import spaced, split
from triage.privacy.detection.people import People
from triage.privacy.detection.spans import Span
from triage.privacy.detection.texts import PreparedMail, thread_of
from triage.privacy.policy import Policy, Zone
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import TOKEN, pseudonym, recorded
from triage.privacy.publishing.operators import Operators
from triage.privacy.publishing.replacements import moved, replaced
from triage.privacy.publishing.residue import has_residue
from triage.reasons import Mark, Reason

_MOST_REFERENCES = 50

Canonical = Callable[[Span, str], str]


@dataclass(frozen=True, slots=True)
class AnonymizedMail:
    """What of a mail may be published; with a `fault` nothing of it, and all else is empty."""

    message_token: str | None = None
    thread_token: str | None = None
    reply_token: str | None = None
    reference_tokens: tuple[str, ...] = ()
    sender: Address | None = None
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    body: str = ""
    zones: tuple[BodyZone, ...] = ()
    """Of `body`, without gaps or overlap."""
    attachments: tuple[Attachment, ...] = ()
    entity_counts: dict[str, int] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    fault: Reason | None = None
    tokens: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    """Token, entity and value of each pseudonym in it: for the vault only."""


class Publisher:
    """Replaces by a policy, with the tokens of a key."""

    def __init__(self, policy: Policy, keys: Keys) -> None:
        self._policy = policy
        self._keys = keys
        self._operators = Operators(policy, keys)

    def publish(
        self, mail: ParsedMail, texts: PreparedMail, spans: Sequence[Sequence[Span]], people: People
    ) -> AnonymizedMail:
        """The mail with its spans replaced; with fault RESIDUE where personal data is still found in it."""
        with recorded() as issued:
            published = self._replaced(mail, texts, spans, _canonical(people))
        if self._has_residue(published, texts):
            return AnonymizedMail(fault=Reason.RESIDUE)
        tokens = tuple((token, entity, value) for token, (entity, value) in issued.items())
        return replace(published, tokens=tokens)

    def _replaced(
        self, mail: ParsedMail, texts: PreparedMail, spans: Sequence[Sequence[Span]], canonical: Canonical
    ) -> AnonymizedMail:
        body, found = self._body(texts, spans[1], canonical)
        return AnonymizedMail(
            message_token=self._token(mail.message_id),
            thread_token=self._token(thread_of(mail)),
            reply_token=self._token(mail.in_reply_to),
            reference_tokens=tuple(filter(None, map(self._token, _shortened(mail.references)))),
            sender=self._address(mail.sender) if mail.sender else None,
            recipients=tuple(
                replace(recipient, name=self._name(recipient.name), address=self._mailbox(recipient.address))
                for recipient in mail.recipients
            ),
            subject=self._operators.replace(texts.texts[0], spans[0], canonical, lambda _: "subject"),
            body=body,
            zones=found,
            attachments=tuple(
                replace(attachment, name=self._file_name(attachment.name, inside, canonical))
                for attachment, inside in zip(mail.attachments, spans[2:], strict=True)
            ),
            entity_counts=dict(sorted(Counter(span.entity for group in spans for span in group).items())),
        )

    def _body(
        self, texts: PreparedMail, spans: Sequence[Span], canonical: Canonical
    ) -> tuple[str, tuple[BodyZone, ...]]:
        """The published body and its zones: found in the clear text, since they are told by names, and moved along."""
        subject, body = texts.texts[:2]
        found = zones(body, subject)
        edits = self._operators.replacements(body, spans, canonical, self._zone_of(found))
        ends = moved([zone.end for zone in found], edits)
        lengths = [end - start for start, end in pairwise([0, *ends])]
        return replaced(body, edits), tuple(zones_of([zone.kind for zone in found], lengths))

    def _zone_of(self, found: Sequence[BodyZone]) -> Callable[[int], Zone]:
        """The zone at each position; not looked up for a policy that treats all zones alike."""
        if not self._policy.has_zones:
            return lambda _: "newest"
        return partial(_policy_zone, found)

    def _has_residue(self, published: AnonymizedMail, texts: PreparedMail) -> bool:
        names = [attachment.name for attachment in published.attachments]
        shown = [published.subject, published.body, *names, *(spaced(TOKEN.sub(" ", name)) for name in names)]
        shown = [self._policy.without_allowed(text) for text in shown]
        return has_residue(shown, texts.participants, self._policy.hidden)

    def _token(self, message_id: str | None) -> str | None:
        return pseudonym("MESSAGE_ID", message_id, self._keys) if message_id else None

    def _address(self, given: Address) -> Address:
        return replace(given, name=self._name(given.name), address=self._mailbox(given.address))

    def _name(self, name: str) -> str:
        entity = "EMAIL_ADDRESS" if "@" in name else "PERSON"
        return self._operators.apply(entity, name.strip(), "participants")

    def _mailbox(self, address: str) -> str:
        return self._operators.apply("EMAIL_ADDRESS", address.strip(), "participants")

    def _file_name(self, name: str, spans: Sequence[Span], canonical: Canonical) -> str:
        stem, extension = split(name)

        def spelled(span: Span, value: str) -> str:
            return canonical(span, spaced(value) if span.entity == "PERSON" else value)

        return self._operators.replace(stem, spans, spelled, lambda _: "attachment") + extension


def _policy_zone(found: Sequence[BodyZone], position: int) -> Zone:
    """The zone that a policy knows: to it, what is forwarded is quoted."""
    kind = zone_at(found, position)
    return "quoted" if kind == "forwarded" else kind


def _shortened(references: tuple[str, ...]) -> tuple[str, ...]:
    """Of many references the first, which began the thread, and the last, which say what is answered."""
    return references if len(references) <= _MOST_REFERENCES else (references[0], *references[1 - _MOST_REFERENCES :])


def _canonical(people: People) -> Canonical:
    return lambda span, value: people.canonical(value) if span.entity == "PERSON" else value
