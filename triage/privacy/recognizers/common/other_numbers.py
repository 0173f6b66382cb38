"""Numbers that are no person's: of articles, and of companies in a register; and those that are an account's, no phone's."""

from __future__ import annotations

from typing import Final

import regex

from triage.privacy.lexicon.word_lists import alternatives, words_of

_WORDS = "announcing_words.txt"
_BEFORE_CHARS: Final = 40
_SIGNS = (
    r"[\s:：.#°º=]{0,4}(?:(?i:n[o°º]|nr|no|num|number|nummer|numéro|is|ist|est|es|è|lautet|de)[\s:：.#°º=]{0,3}){0,2}"
)
_OLD_ACCOUNT = r"(?:invoice|rechnung|bestellung|auftrag|facture|commande|factura|pedido|contrat|contrato|vertrag)s?(?:[\- ]?(?:nummer|nr|number|no)\.?)?"


def _at_the_end(words: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?<!\p{{L}})(?i:{words})(?!\p{{L}}){_SIGNS}$")


_THING = _at_the_end(alternatives((*words_of(_WORDS, "article"), *words_of(_WORDS, "company"))))
_ACCOUNT = _at_the_end(rf"{alternatives(words_of(_WORDS, 'account'))}|{_OLD_ACCOUNT}")


def is_of_a_thing(text: str, start: int) -> bool:
    """Whether the words before a number announce an article's or a company's: `SIRET 732 829 320 00074`."""
    return _THING.search(text, max(0, start - _BEFORE_CHARS), start) is not None


def is_of_an_account(text: str, start: int) -> bool:
    """Whether the words before a number announce a customer's, an invoice's or an order's."""
    return _ACCOUNT.search(text, max(0, start - _BEFORE_CHARS), start) is not None
