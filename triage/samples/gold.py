"""Gold files: what the label models train on (no personal data in it) and what PII detection is measured on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from triage.mail.keys import mail_key
from triage.samples.files.writers import write_rows
from triage.samples.model import Field, SampleMail
from triage.samples.plain.phrases import SPAM
from triage.samples.text.draft import Fragment

SPAM_HEADS = ("kind", "priority")
"""The heads that spam has a label of."""


def write_gold(mails: Iterable[SampleMail], path: Path) -> int:
    """Write labels and placeholder text, one row a message (hostile mails and repeats left out).

    Row: message_id, mail_key, labels, language, split, subject, text, signs.
    """
    return write_rows(map(gold_row, _annotated(mails)), path)


def write_pii_gold(mails: Iterable[SampleMail], path: Path) -> int:
    """Write texts and spans as `jobs/evaluate_pii.py` reads them: id, text, spans, headers."""
    return write_rows(pii_rows(mails), path)


def pii_rows(mails: Iterable[SampleMail]) -> Iterator[dict[str, object]]:
    """A row of `pii_row` for each message (hostile mails and repeats left out)."""
    return map(pii_row, _annotated(mails))


def gold_row(mail: SampleMail) -> dict[str, object]:
    """Labels and signs of a mail, and its text with `<PERSON>`, `<IBAN_CODE>` … for every span."""
    return {
        "message_id": mail.message_id,
        "mail_key": mail_key(mail.raw),
        "labels": _learnt(mail.labels or {}),
        "language": mail.language,
        "split": mail.split,
        "subject": placeholder_text(mail, "subject"),
        "text": placeholder_text(mail, "body"),
        "signs": asdict(mail.signs),
    }


def pii_row(mail: SampleMail) -> dict[str, object]:
    """The clear body of a mail with the spans in it."""
    spans = [[span.start, span.end, span.entity] for span in mail.spans if span.field == "body"]
    return {"id": mail_key(mail.raw), "text": mail.body, "spans": spans, "headers": mail.headers}


def placeholder_text(mail: SampleMail, field: Field) -> str:
    """The subject or body with each piece of personal data replaced by its type."""
    text = mail.subject if field == "subject" else mail.body
    return placeholders(Fragment(text, tuple((s.start, s.end, s.entity) for s in mail.spans if s.field == field)))


def placeholders(fragment: Fragment) -> str:
    """The text with each mark replaced by its type, such as `<PERSON>`."""
    pieces: list[str] = []
    done = 0
    for start, end, entity in fragment.marks:
        pieces += (fragment.text[done:start], f"<{entity}>")
        done = end
    return "".join(pieces) + fragment.text[done:]


def _learnt(labels: dict[str, str]) -> dict[str, str]:
    """Without what a model should not learn: no department answers spam, and how it sounds is no customer's mood."""
    return {head: label for head, label in labels.items() if labels["kind"] != SPAM or head in SPAM_HEADS}


def _annotated(mails: Iterable[SampleMail]) -> Iterator[SampleMail]:
    return (mail for mail in mails if mail.labels is not None and not mail.duplicate)
