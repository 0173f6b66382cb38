"""Raw mails to rows of silver or quarantine: unseal, parse, anonymize. What a guarded child process runs.

Light to import: the models come with the first call of AnonymizeMails.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from triage.config import LimitSettings, Settings
from triage.mail.envelope import envelope_date
from triage.mail.parsing.message import ParsedMail, parse
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import unseal
from triage.privacy.pseudonyms.token_vault import seal_entry
from triage.reasons import Reason

if TYPE_CHECKING:
    from triage.privacy.detection.engine import Anonymizer
    from triage.privacy.publishing.publish import AnonymizedMail

Row = dict[str, Any]
PLACE = ("mail_key", "file_key", "byte_offset", "size_bytes")
"""What is told of a mail whatever becomes of it."""
ENTRY = ("token", "entity", "sealed")
"""The fields of a token that a mail was given, for vault/pseudonyms."""
_FIRST_WORDS = (
    "Hello John Smith, please call me on Monday at +1 202 555 0123.",
    "Hallo Herr Müller, bitte rufen Sie mich morgen in München an.",
    "Hola Juan, por favor llámame mañana desde Sevilla.",
)
_LATER_WORDS = ("Bonjour Monsieur Dupont, merci de rappeler demain à Paris.",)
"""In the language whose rules spaCy compiles for seconds: not before a mail asks for them, unless there is time."""


@dataclass(frozen=True)
class AnonymizeMails:
    """Builds `process_mails` with its engine and all that this loads; equal ones share a process."""

    settings: Settings
    keys: Keys
    policy_version: str
    """Of the policy in force, so that another one is not served by a process that has loaded this one."""

    def __call__(self) -> Callable[[Sequence[Row]], Iterator[Row]]:
        """The function. Raises ConfigError for a wrong policy and PrivacyError for a missing model."""
        from triage.privacy.detection.engine import Anonymizer

        engine = Anonymizer(self.settings, self.keys)
        _read(_FIRST_WORDS, engine)  # word lists load on first use, and count for no mail's limits
        return ProcessMails(engine, self.settings.limits, self.keys)


@dataclass(frozen=True)
class ProcessMails:
    """`process_mails` with its engine."""

    engine: Anonymizer
    limits: LimitSettings
    keys: Keys

    def __call__(self, raws: Sequence[Row]) -> Iterator[Row]:
        """The processed rows."""
        return process_mails(raws, self.engine, self.limits, self.keys)

    def preload(self) -> Iterator[None]:
        """Loads what else the first mails would have to wait for, a part at a time."""
        yield from self.engine.preload()
        for sentence in _LATER_WORDS:
            _read([sentence], self.engine)
            yield


def _read(sentences: Iterable[str], engine: Anonymizer) -> None:
    for sentence in sentences:
        with contextlib.suppress(ValueError):
            engine.detect(sentence)


def process_mails(
    raws: Sequence[Row], engine: Anonymizer, limits: LimitSettings, keys: Keys
) -> Iterator[Row]:
    """Raw rows (mail_key, sealed, …) to processed rows; a mail that fails has reasons and no text."""
    readable = []
    for raw in raws:
        if raw["fault"]:
            yield held(raw, [raw["fault"]], "ingest")
            continue
        if raw["sealed"] is None:
            is_large = raw["size_bytes"] > limits.message_bytes
            yield held(raw, [Reason.MESSAGE_TOO_LARGE if is_large else Reason.BYTES_EXPIRED], "parse")
            continue
        data = unseal(raw["sealed"], raw["mail_key"].encode(), keys)
        mail = parse(data, limits)
        if mail.faults:
            yield held(raw, sorted(mail.faults), "parse")
        else:
            readable.append((raw, mail, envelope_date(data)))
    yield from _anonymized(readable, engine, keys)


def _anonymized(
    readable: Sequence[tuple[Row, ParsedMail, datetime | None]], engine: Anonymizer, keys: Keys
) -> Iterator[Row]:
    anonymized = engine.anonymize(
        [mail for _, mail, _ in readable], [raw["thread_key"] for raw, _, _ in readable]
    )
    for (raw, mail, envelope), safe in zip(readable, anonymized, strict=True):
        if safe.fault:
            yield held(raw, [safe.fault], "privacy")
        else:
            issued = [dict(zip(ENTRY, seal_entry(*told, keys), strict=True)) for told in safe.tokens]
            facts: Row = {
                "key_id": keys.key_id,
                "policy_version": engine.policy_version,
                "pseudonyms": issued,
                "tagger_fallback": engine.uses_tagger_fallback,
            }
            yield _published(raw, mail, safe, envelope) | facts


def held(raw: Row, reasons: Sequence[str], stage: str) -> Row:
    """What is told of a mail that is not published."""
    return {name: raw[name] for name in PLACE} | {"reasons": list(reasons), "stage": stage}


def _published(raw: Row, mail: ParsedMail, safe: AnonymizedMail, envelope: datetime | None) -> Row:
    signs = mail.signs
    return {name: raw[name] for name in PLACE} | {
        "reasons": [],
        "stage": "parse",
        "message_token": safe.message_token,
        "thread_token": safe.thread_token,
        "sent_at": mail.sent_at,
        "received_at": envelope or raw["received_at"],
        "sender": _fields(safe.sender, "name", "address") if safe.sender else None,
        "recipients": [_fields(r, "role", "name", "address") for r in safe.recipients],
        "subject": safe.subject,
        "body": safe.body,
        "language": mail.language,
        "language_score": mail.language_score,
        "attachments": [_fields(a, "name", "media_type", "size_bytes") for a in safe.attachments],
        "has_html": mail.has_html,
        "auto_submitted": signs.auto_submitted,
        "bulk": signs.bulk,
        "list_mail": signs.list_mail,
        "bounce": signs.bounce,
        "reply": signs.reply,
        "importance": signs.importance,
        "entity_counts": sorted(safe.entity_counts.items()),
        "marks": sorted({*mail.marks, *safe.marks}),
    }


def _fields(value: object, *names: str) -> Row:
    return {name: getattr(value, name) for name in names}
