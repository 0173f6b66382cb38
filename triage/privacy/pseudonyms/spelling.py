"""The one spelling that all spellings of a value are reduced to, so that they share a token and no two values do.

Spellings are equal that differ in Unicode's compatible forms (NFKC), invisible characters, case, blanks and, by entity,
in what the functions here say. What is not said to be equal is not: a token that two people share is worse than two
tokens for one. Rows hold tokens of these spellings, so a change gives a value another token than it had.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import regex

from triage.privacy.folding import visible
from triage.privacy.pseudonyms import phone_numbers

_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam herr herrn frau fräulein dipl monsieur madame mademoiselle mme mlle"
    " maître señor señora señorita sra srta phd esq".split()
)
_FIRST_TITLES = frozenset("m me ing sr don doña".split())
"""Titles at the beginning only, because elsewhere they are parts of a name: `Ann M. Berg`, `John Smith Sr`."""
_GIVEN_TITLES = frozenset({"don"})
_LAST_TITLES = frozenset({"md"})
"""Titles at the end only: `Md` is a given name."""
_NOTE = re.compile(r"[(\[{][^)\]}]*[)\]}]|\s/o=\S.*$|/[a-z/]+@\w+$", re.IGNORECASE)
_AT = re.compile(r"\s*(?:@|[(\[{<]\s*(?:at|ät)\s*[)\]}>]|\bat\b|\bät\b)\s*", re.IGNORECASE)
_DOT = re.compile(r"\s*(?:[(\[{]\s*(?:dot|punkt|point|punto)\s*[)\]}]|\s(?:dot|punkt)\s)\s*", re.IGNORECASE)
_BEHIND_SIGN = re.compile(r"(?<=[-/_.])[ \t\r]*\n[\s>|:]*")
_LINE_END = re.compile(r"[ \t\r]*\n[\s>|:]*")
"""A line's end with the quote marks of the next line."""
_UNBROKEN = dict.fromkeys(("EMAIL_ADDRESS", "URL"), "") | dict.fromkeys(
    ("PHONE_NUMBER", "NATIONAL_ID", "PASSPORT", "ACCOUNT_NUMBER", "LICENSE_PLATE"), " "
)
"""What a line's end stands for; names and streets are compared by their words in any case."""
_AROUND_SIGN = re.compile(r"\s*([.@])\s*")
_SENT_AT = re.compile(r"[^\s@()\[\]{}<>]@[^\s@]")
_HEAD = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]{1,20}://)?(?P<user>[^/?#@]*@)?(?P<host>[^/?#]*)")
_POSTCODE_HYPHEN = re.compile(r"(?<=\b\d{5})-(?=\d{4}\b)|(?<=\b\d{2})-(?=\d{3}\b)|(?<=\b\d{4})-(?=\d{3}\b)")
_NO_NAME_WORD = regex.compile(r"[^\w\p{N}\p{M}'’-]+")
"""All but what a name's words are made of, with marks (`\\p{M}`): the vowels of Indic scripts are marks, without which
`राम` and `रोम` are one name. `\\p{N}` is of the `\\w` of `re` and not of that of `regex`, and rows have it."""
_NO_STREET_WORD = regex.compile(r"(?<!\d)[^\w\p{N}\p{M}]|[^\w\p{N}\p{M}\-/.]|[^\w\p{N}\p{M}](?!\d)")
"""All but letters with their marks, digits, and the `-`, `/` or `.` between two digits."""
_NO_WORD = regex.compile(r"[^\w\p{N}\p{M}]+")


@lru_cache(maxsize=65_536)
def normalize(entity: str, value: str) -> str:
    """The one spelling of a value, by the rules of its entity.

    What is invisible does not count, so that a name with a soft hyphen is the name without it; nor do the line end and
    the quote marks inside a number or an address that a mail program wrapped. A secret is one as it is written only.
    """
    if entity == "SECRET":
        return value.strip() or value
    plain = unicodedata.normalize("NFKC", visible(value)).strip()
    if "\n" in plain and entity in _UNBROKEN:
        plain = _LINE_END.sub(_UNBROKEN[entity], _BEHIND_SIGN.sub("", plain))
    return _NORMALIZERS.get(entity, _words)(plain) or plain.casefold()


def _words(value: str) -> str:
    return " ".join(value.casefold().replace("\u2010", "-").split())  # NFKC makes no `-` of a no-break hyphen


def _person(value: str) -> str:
    text = _NOTE.sub(" ", value)
    last, comma, first = text.partition(",")
    if comma and first.strip() and "," not in first:
        text = f"{first} {last}"
    words = _NO_NAME_WORD.sub(" ", text.casefold()).replace("’", "'").split()
    words = [word.strip("'-") for word in words]
    words = [word.removesuffix("'s") for word in words if word]
    return " ".join(_without_titles(words) or words)


def _without_titles(words: list[str]) -> list[str]:
    """The words of a name. `Don` alone before a surname is a given name, as in `Don Smith`."""
    rest = [word for word in words if word not in _TITLES]
    while len(rest) > 1 and rest[-1] in _LAST_TITLES:
        rest.pop()
    while rest and rest[0] in _FIRST_TITLES and not (rest[0] in _GIVEN_TITLES and len(rest) == 2):
        rest.pop(0)
    return rest


def _email(value: str) -> str:
    """In lower case, not case-folded: `groß@` and `gross@` are two. Blanks beside `.` and `@` do not count."""
    text = value.lower().strip("<>()[]\"' \t.,;:").removeprefix("mailto:")
    if "|" in text:
        return _words(text)
    if '"' in text:
        return text
    if _SENT_AT.search(text) is None:
        text = _AT.sub("@", text, count=1)
    return " ".join(_AROUND_SIGN.sub(r"\1", _DOT.sub(".", text)).split())


def _url(value: str) -> str:
    """Scheme and host in lower case, the rest as it is: the paths `/AbC` and `/abc` are two, and so are passwords."""
    text = re.sub(r"\s+", "", value)
    head = _HEAD.match(text)
    assert head is not None  # it matches the empty text
    scheme, user, host = (part or "" for part in head.group("scheme", "user", "host"))
    return f"{scheme.lower()}{user}{host.lower()}{text[head.end() :]}"


def _street(value: str) -> str:
    """Its words and numbers: `1/3`, `1-3` and `1, 3` are three addresses; a postcode's own hyphen does not count."""
    plain = _POSTCODE_HYPHEN.sub(" ", value.casefold())
    return " ".join(_NO_STREET_WORD.sub(" ", plain).split())


def _compact(value: str) -> str:
    return _NO_WORD.sub("", value).replace("_", "").casefold()


def _ip(value: str) -> str:
    try:
        return ipaddress.ip_address(value.strip("[]")).compressed
    except ValueError:
        return value.casefold()


def _wallet(value: str) -> str:
    """Base58 tells capitals from small letters; bech32 and hexadecimal do not."""
    return value.casefold() if value[:3].casefold() in {"bc1", "ltc"} or value[:2] == "0x" else value


_NORMALIZERS: dict[str, Callable[[str], str]] = {
    "PERSON": _person,
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": phone_numbers.normalized,
    "CREDIT_CARD": _compact,
    "IBAN_CODE": _compact,
    "US_SSN": _compact,
    "CRYPTO": _wallet,
    "IP_ADDRESS": _ip,
    "MESSAGE_ID": lambda value: value.strip("<> \t"),
    "STREET_ADDRESS": _street,
    "URL": _url,
}
