"""Keyed pseudonyms: one person, address or number is one token in all mails and runs."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import phonenumbers

from triage.privacy.folding import visible
from triage.privacy.pseudonyms.keys import Keys

TOKEN = re.compile(r"<(?P<entity>[A-Z][A-Z_]{1,30})_(?P<key>[0-9a-f]{6})_(?P<digest>[0-9a-f]{16})>")
"""A pseudonym: the entity, the head of the key's id, and 64 bits of a keyed digest."""

KEY_DIGITS = 6
_issued: ContextVar[dict[str, tuple[str, str]] | None] = ContextVar("issued", default=None)
PHONE_REGIONS = ("US", "GB", "DE", "FR", "CH", "ES")
_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam herr herrn frau fräulein dipl ing monsieur madame mademoiselle"
    " m mme mlle me maître señor señora señorita sr sra srta don doña phd md esq".split()
)
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
_NO_WORD = re.compile(r"[^\w]+")


def pseudonym(entity: str, value: str, keys: Keys) -> str:
    """The token of `value`, such as `<PERSON_5b21e0_7f3a9c0de1b2a394>`; a value that is a token stays one.

    After the entity stand six digits of the key's id, then 64 bits of HMAC-SHA256(token key, entity, 0, normalized
    value): without the key no dictionary leads back, and among n values of an entity two share a token with
    probability about n²/2⁶⁵.
    """
    if TOKEN.fullmatch(value):
        return value
    token = token_of(entity, normalize(entity, value), keys)
    issued = _issued.get()
    if issued is not None and (token not in issued or (issued[token][1].islower() and not value.islower())):
        issued[token] = entity, value
    return token


def token_of(entity: str, normalized: str, keys: Keys) -> str:
    """The token of a value that `normalize` made."""
    return _token(entity, normalized, keys.token_key, keys.key_id[:KEY_DIGITS])


@contextmanager
def recorded() -> Iterator[dict[str, tuple[str, str]]]:
    """Records the tokens given out inside the `with` block, each with its entity and a value that it stood for.

    That is the first value, but one with capitals goes before one without.
    """
    issued: dict[str, tuple[str, str]] = {}
    before = _issued.set(issued)
    try:
        yield issued
    finally:
        _issued.reset(before)


@lru_cache(maxsize=65_536)
def _token(entity: str, normalized: str, token_key: bytes, key: str) -> str:
    message = entity.encode() + b"\0" + normalized.encode("utf-8", "surrogatepass")
    digest = hmac.new(token_key, message, hashlib.sha256).hexdigest()[:16]
    return f"<{entity}_{key}_{digest}>"


@lru_cache(maxsize=65_536)
def normalize(entity: str, value: str) -> str:
    """The one spelling that all spellings of a value are reduced to, by the rules of its entity.

    What is invisible does not count, so that a name with a soft hyphen is the name without it; nor do the line end and
    the quote marks inside a number or an address that a mail program wrapped.
    """
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
    words = re.sub(r"[^\w'’-]+", " ", text.casefold()).replace("’", "'").split()
    words = [word.strip("'-") for word in words]
    words = [word.removesuffix("'s") for word in words if word]
    return " ".join([word for word in words if word not in _TITLES] or words)


def _email(value: str) -> str:
    text = value.casefold().strip("<>()[]\"' \t.,;:").removeprefix("mailto:")
    if "|" in text:
        return _words(text)
    return re.sub(r"\s+", "", _DOT.sub(".", _AT.sub("@", text, count=1)))


def _phone(value: str) -> str:
    for region in (None, *PHONE_REGIONS):
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", value)


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
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": _compact,
    "IBAN_CODE": _compact,
    "US_SSN": _compact,
    "CRYPTO": _wallet,
    "IP_ADDRESS": _ip,
    "MESSAGE_ID": lambda value: value.strip("<> \t"),
    "STREET_ADDRESS": lambda value: " ".join(_NO_WORD.sub(" ", value.casefold()).split()),
}
