"""Raw mails to rows of `silver/mail` or `quarantine/mail`: unseal, parse, anonymize. Runs in a guarded child process.

Light to import: the models come with the first call of MailProcessorFactory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from triage.config import LimitSettings, Settings
from triage.mail.envelope import envelope_date
from triage.mail.own_side import is_outgoing
from triage.mail.parsing.message import ParsedMail, parse
from triage.mail.word_terms import WORD_COLUMNS, word_facts
from triage.mail.zones.rows import zone_rows
from triage.privacy.pseudonyms.keys import DataKey, Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.privacy.pseudonyms.token_vault import seal_entry
from triage.reasons import Reason

if TYPE_CHECKING:
    from triage.privacy.anonymizer import Anonymizer
    from triage.privacy.publishing.publish import AnonymizedMail

Row = dict[str, Any]
PLACE = ("mail_key", "file_key", "byte_offset", "size_bytes")
"""What a row holds of every mail, published or quarantined."""
ENTRY = ("token", "entity", "sealed")
"""The fields of a token that a mail contains, for `vault/pseudonyms`."""
OPENED_BY, SEALED_BY = "data_keys", "data_key"
"""What a raw row holds besides its columns: the data keys that open it, by their ids, and the one that seals what its
tokens stand for. They come with the rows, not with the processor: that one serves all lakes and months of a key."""
_FIRST_SENTENCES = (
    "Hello John Smith, please call me on Monday at +1 202 555 0123.",
    "Hallo Herr Müller, bitte rufen Sie mich morgen in München an.",
    "Hola Juan, por favor llámame mañana desde Sevilla.",
)
_LATER_SENTENCES = ("Bonjour Monsieur Dupont, merci de rappeler demain à Paris.",)
"""In French, whose rules spaCy compiles for seconds: only when a mail needs them, or when there is time."""


@dataclass(frozen=True)
class MailProcessorFactory:
    """Builds a MailProcessor with all that it loads; equal factories share a process."""

    settings: Settings
    keys: Keys
    policy_version: str
    """Of the policy in force, so that a process that has loaded another policy does not serve this one."""

    def __call__(self) -> Callable[[Sequence[Row]], Iterator[Row]]:
        """A MailProcessor. Raises ConfigError for a wrong policy and PrivacyError for a missing model."""
        from triage.privacy.anonymizer import Anonymizer

        engine = Anonymizer(self.settings, self.keys)
        _detect(_FIRST_SENTENCES, engine)  # word lists load on first use, and must not count for a mail's limits
        return MailProcessor(engine, self.settings.limits, self.keys, self.settings.company.domains)


@dataclass(frozen=True)
class MailProcessor:
    """Raw rows (`mail_key`, `sealed`, …) to processed rows; a mail that fails has reasons and no text."""

    engine: Anonymizer
    limits: LimitSettings
    keys: Keys
    domains: Sequence[str] = ()
    """The company's own."""

    def __call__(self, raws: Sequence[Row]) -> Iterator[Row]:
        """One row for each raw row, in any order; mails of one thread are anonymized together."""
        readable = []
        for raw in raws:
            mail = self._read(raw)
            if isinstance(mail, dict):
                yield mail
            else:
                readable.append(mail)
        yield from self._anonymized(readable)

    def preload(self) -> Iterator[None]:
        """Loads what else the first mails would have to wait for, a part at a time."""
        yield from self.engine.preload()
        for sentence in _LATER_SENTENCES:
            _detect([sentence], self.engine)
            yield

    def _read(self, raw: Row) -> Readable | Row:
        """The parsed mail, or the row of one that is quarantined."""
        if raw["fault"]:
            return quarantined(raw, [raw["fault"]], "ingest")
        if raw["sealed"] is None:
            is_large = raw["size_bytes"] > self.limits.message_bytes
            return quarantined(raw, [Reason.MESSAGE_TOO_LARGE if is_large else Reason.BYTES_EXPIRED], "parse")
        data = unseal(raw["sealed"], raw["mail_key"].encode(), replace(self.keys, data_keys=raw.get(OPENED_BY, {})))
        mail = parse(data, self.limits)
        if mail.faults:
            return quarantined(raw, sorted(mail.faults), "parse")
        return Readable(raw, mail, envelope_date(data))

    def _anonymized(self, readable: Sequence[Readable]) -> Iterator[Row]:
        mails = [one.mail for one in readable]
        anonymized = self.engine.anonymize(mails, [one.raw["thread_key"] for one in readable])
        for one, safe in zip(readable, anonymized, strict=True):
            if safe.fault:
                yield quarantined(one.raw, [safe.fault], "privacy")
            else:
                yield (
                    published_row(one, safe, self.domains)
                    | _word_columns(one.mail.language, safe)
                    | self._provenance(safe, one.raw.get(SEALED_BY))
                )

    def _provenance(self, safe: AnonymizedMail, data_key: DataKey | None) -> Row:
        """How a mail was anonymized: key, policy, whether spaCy itself tagged names; and the entries of its tokens."""
        entries = [dict(zip(ENTRY, seal_entry(*token, self.keys, data_key), strict=True)) for token in safe.tokens]
        return {
            "key_id": self.keys.key_id,
            "policy_version": self.engine.policy_version,
            "pseudonyms": entries,
            "tagger_fallback": self.engine.uses_tagger_fallback,
        }


@dataclass(frozen=True, slots=True)
class Readable:
    """A raw row with its parsed mail."""

    raw: Row
    mail: ParsedMail
    envelope: datetime | None
    """The time in the mbox "From " line."""


def _detect(sentences: Iterable[str], engine: Anonymizer) -> None:
    for sentence in sentences:
        with contextlib.suppress(ValueError):
            engine.detect(sentence)


def quarantined(raw: Row, reasons: Sequence[str], stage: str) -> Row:
    """The row of a mail that is not published."""
    return {name: raw[name] for name in PLACE} | {"reasons": list(reasons), "stage": stage}


def published_row(readable: Readable, safe: AnonymizedMail, domains: Sequence[str] = ()) -> Row:
    """The row of `silver/mail`, without how it was anonymized; `domains` are the company's own."""
    raw, mail = readable.raw, readable.mail
    signs = mail.signs
    return {name: raw[name] for name in PLACE} | {
        "reasons": [],
        "stage": "parse",
        "message_token": safe.message_token,
        "thread_token": safe.thread_token,
        "reply_token": safe.reply_token,
        "reference_tokens": list(safe.reference_tokens),
        "sent_at": mail.sent_at,
        "received_at": readable.envelope or raw["received_at"],
        "sender": _fields(safe.sender, "name", "address") if safe.sender else None,
        "recipients": [_fields(r, "role", "name", "address") for r in safe.recipients],
        "subject": safe.subject,
        "body": safe.body,
        "zones": zone_rows(safe.zones),
        "language": mail.language,
        "language_score": mail.language_score,
        "attachments": [_fields(a, "name", "media_type", "size_bytes") for a in safe.attachments],
        "has_html": mail.has_html,
        "auto_submitted": signs.auto_submitted,
        "bulk": signs.bulk,
        "list_mail": signs.list_mail,
        "bounce": signs.bounce,
        "reply": signs.reply,
        "outgoing": is_outgoing(mail.sender, domains),
        "importance": signs.importance,
        "entity_counts": sorted(safe.entity_counts.items()),
        "marks": sorted({*mail.marks, *safe.marks}),
    }


def _word_columns(language: str, safe: AnonymizedMail) -> Row:
    """Of the published text, so that nothing of a value that it hides is in a hash or a count."""
    from triage.privacy.lexicon.frequency import rarity_test  # with the lists of wordfreq

    facts = word_facts(safe.subject, safe.body, rarity_test(language))
    return _fields(facts, *WORD_COLUMNS)


def _fields(value: object, *names: str) -> Row:
    return {name: getattr(value, name) for name in names}
