"""The free text in which a person says why, without the personal data in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.config import Settings
from triage.learning.corrections.vault import Value
from triage.mail.language import language
from triage.mail.parsing.parsed import ParsedMail
from triage.privacy.lexicon.stated_names import has_full_name
from triage.privacy.pseudonyms.keys import Keys


@dataclass(frozen=True, slots=True)
class StoredReason:
    """A reason as it may be stored, with the tokens in it; `text` is None where nobody stated one."""

    text: str | None = None
    tokens: tuple[Value, ...] = ()
    was_dropped: bool = False
    """Personal data in it could not be ruled out, so it is not stored."""


def anonymized_reasons(reasons: Sequence[str | None], settings: Settings, keys: Keys) -> list[StoredReason]:
    """Each reason as the nightly job would publish it as a mail's text, in order.

    A reason is dropped where detection fails or personal data is left: the correction counts without it.
    """
    stated = {number: text.strip() for number, text in enumerate(reasons) if text and text.strip()}
    if not stated:
        return [StoredReason() for _ in reasons]
    anonymized = dict(zip(stated, _anonymized(list(stated.values()), settings, keys), strict=True))
    return [anonymized.get(number, StoredReason()) for number in range(len(reasons))]


def _anonymized(texts: Sequence[str], settings: Settings, keys: Keys) -> list[StoredReason]:
    from triage.privacy.anonymizer import Anonymizer  # slow to import, and most corrections state no reason

    mails = []
    for text in texts:
        code, score = language("", text)
        mails.append(ParsedMail(body=text, language=code, language_score=score))
    published = Anonymizer(settings, keys).anonymize(mails)
    return [
        StoredReason(was_dropped=True)
        if mail.fault or has_full_name(mail.body)
        else StoredReason(mail.body, mail.tokens)
        for mail in published
    ]
