"""A last check of what is about to be published: no participant and no plain number may be left in clear."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import regex

from triage.privacy.folding import fold
from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.pseudonyms.tokens import TOKEN
from triage.privacy.recognizers.credit_card import luhn
from triage.privacy.recognizers.email import ANY_EMAIL
from triage.privacy.recognizers.iban import Iban

_SSN = regex.compile(r"(?<![\w\-.])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w\-])")
_CARD = regex.compile(r"(?<![\w.,\-])[3-6]\d{3}([ \-]?)\d{4}\1\d{4}\1\d{4}(?![\w\-]|[.,]\d)")
_NAME = regex.compile(r"\p{Lu}\p{L}+(?:[ ]\p{Lu}\p{L}*\.?)*[ ]\p{Lu}\p{L}+")
_SHORTEST = 6


def has_residue(texts: Iterable[str], participants: Iterable[tuple[str, str]], entities: Collection[str]) -> bool:
    """Whether a published text still holds a participant (name, address) or a number of the given entities.

    It is read folded, as detection reads it, so that no form that a reader can see through passes.
    """
    text = fold(TOKEN.sub(" ", "\n".join(texts))).text
    participants = [(fold(name).text, fold(address).text) for name, address in participants]
    return _has_numbers(text, entities) or _has_participants(text, participants, entities)


def _has_numbers(text: str, entities: Collection[str]) -> bool:
    checks: dict[str, Callable[[], object]] = {
        "EMAIL_ADDRESS": lambda: "@" in text and ANY_EMAIL.search(text),
        "US_SSN": lambda: _SSN.search(text),
        "CREDIT_CARD": lambda: any(luhn(match.group()) for match in _CARD.finditer(text)),
        "IBAN_CODE": lambda: next(Iban().find(text), None),
    }
    return any(entity in entities and bool(check()) for entity, check in checks.items())


def _has_participants(text: str, participants: Iterable[tuple[str, str]], entities: Collection[str]) -> bool:
    lowered = text.casefold()
    for name, address in set(participants):
        if "EMAIL_ADDRESS" in entities and "@" in address and address.casefold() in lowered:
            return True
        if "PERSON" in entities and _is_full_name(name) and regex.search(rf"\b{regex.escape(name)}\b", text):
            return True
    return False


def _is_full_name(name: str) -> bool:
    """A display name such as `Simon Wood`; not a list's or a role's, which are ordinary words."""
    if len(name) < _SHORTEST or not _NAME.fullmatch(name):
        return False
    return any(kind(word.strip("."), "en") not in (Kind.ORDINARY, Kind.EITHER) for word in name.split())
