"""What bears a name or looks like one and is no person: tools, and codes of offices, currencies and numbers."""

from __future__ import annotations

import regex

from triage.privacy.detection.spans import Span
from triage.privacy.lexicon.names import Kind, kind

_CURRENCIES = frozenset(
    "EUR USD CHF GBP SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH JPY CNY KRW AUD CAD NZD INR BRL MXN ZAR ILS AED SAR"
    " SGD HKD THB ISK HRK RSD MAD TND EGP ARS CLP COP DEM FRF ITL ATS ESP NLG BEF".split()
)
_LONGEST_CODE = 4
_LISTED = (Kind.GIVEN, Kind.SURNAME, Kind.EITHER)
_ANNOUNCES = regex.compile(r"[ -]?(?:number|no\b|nr\b|num|nummer|numéro|número|code)", regex.IGNORECASE)
_LOTUS_BEFORE = regex.compile(r"[\p{L}.]/$|/[\p{Lu}&]{2,8}@$")
_LOTUS_BEHIND = regex.compile(r"/[\p{L}& ]{2,30}@\p{L}|@\p{L}")
_LOTUS_WHOLE = regex.compile(r"(?:/[\p{Lu}& ]{2,30})?@\p{Lu}{2}")
_LOTUS_REACH = 10
_TOOL_NAMES = frozenset({"allen", "phillips", "philips", "stanley", "torx", "stillson"})
_TOOL_BEFORE = regex.compile(
    r"\b(?:clés?|tournevis|llaves?|chiav[ei]|chaves?|(?:les|des|une|la|cette|ces|\d)[ ]vis)[ ]$", regex.IGNORECASE
)
_DETERMINER = regex.compile(
    r"(?:\b(?:the|an?|this|that|these|those|my|your|our|some|two|three|four|(?:set|pair)[ ]of"
    r"|d(?:er|ie|as|en|em)|(?:k?ein|mein|dein|unser)(?:e[nmrs]?)?)|\d)[ ]$",
    regex.IGNORECASE,
)
_TOOL_NOUN = regex.compile(
    r"[ ](?:keys?|wrench(?:es)?|screws?|bolts?|screwdrivers?|kni(?:fe|ves)|schlüssel)\b", regex.IGNORECASE
)
_TOOL_SURELY = regex.compile(r"[ ](?:key(?![ ]in\b)|wrench|screwdriver|knife)\b", regex.IGNORECASE)
_TOOL_REACH = 12


def is_tool(text: str, span: Span, *, is_guess: bool) -> bool:
    """Whether it is a tool that bears its inventor's name: `an Allen key`, `clés Allen`, `two Phillips screws`.

    The nouns are verbs, too (`then Allen bolts the door`): without a determiner only a noun in the singular counts,
    and only against a guess.
    """
    if text[span.start : span.end].casefold() not in _TOOL_NAMES:
        return False
    reach = max(0, span.start - _TOOL_REACH)
    if _TOOL_BEFORE.search(text, reach, span.start):
        return True
    if _DETERMINER.search(text, reach, span.start):
        return _TOOL_NOUN.match(text, span.end) is not None
    return is_guess and _TOOL_SURELY.match(text, span.end) is not None


def is_office(text: str, span: Span, language: str) -> bool:
    """Whether it is an office's code in an address of Lotus Notes: `Sara Shackleton/HOU/ECT@ECT`.

    People write names in capitals with slashes and at signs as well (`PETER/JAMES`, `@MARTINA`), so that a listed
    name is a code only in the whole form, with capitals behind the at sign (`/NA/ENRON@ENRON`).
    """
    value = text[span.start : span.end]
    before = _LOTUS_BEFORE.search(text, max(0, span.start - _LOTUS_REACH), span.start)
    if before is None or not value.isupper() or len(value) > _LONGEST_CODE:
        return False
    if before.group().endswith("@") or _LOTUS_WHOLE.match(text, span.end):
        return True
    return _may_be_code(value, language) and _LOTUS_BEHIND.match(text, span.end) is not None


def is_code(text: str, span: Span, language: str) -> bool:
    """Whether it is a currency, a short code beside a slash (`ENRON/HOU`), or announces a number (`NI number`)."""
    value = text[span.start : span.end]
    if value in _CURRENCIES:
        return True
    if value.isupper() and len(value) <= _LONGEST_CODE and _ANNOUNCES.match(text, span.end):
        return True
    around = text[max(0, span.start - 1) : span.start] + text[span.end : span.end + 1]
    return ("/" in around or "@" in around) and _may_be_code(value, language)


def _may_be_code(value: str, language: str) -> bool:
    return value.isupper() and len(value) <= _LONGEST_CODE and kind(value, language) not in _LISTED
