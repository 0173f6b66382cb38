"""Phone numbers as they are dialled in a country, and the one spelling of a number that its token is made of."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType

EXTENSION = (
    r"(?i:[ \t]{0,2},?[ \t]{0,2}(?:x|extn?\.?|ex\.?|extension|durchwahl|dw\.?|apparat|app\.|poste|interno|extensi[oó]n|"
    r"anexo|toestel|wewn?\.|wewnętrzny|anknytning|lokal(?:nummer)?|linka|klapka|alanumero|εσωτ\.?)"
    r"[ \t]{0,2}[:.\-]?[ \t]{0,2})"
)
"""A pattern of what announces an extension behind a number."""
PHONE_REGIONS = ("US", "GB", "DE", "FR", "CH", "ES")
"""ISO 3166 countries in which a number without a country is read for its token. Another list would give other tokens to
numbers that rows already hold, so it does not follow the policy."""
LANGUAGE_REGIONS = {
    "at": ("AT",), "cs": ("CZ", "SK"), "da": ("DK",), "de": ("AT",), "el": ("GR", "CY"), "es": ("ES",), "et": ("EE",),
    "fi": ("FI",), "fr": ("BE", "LU"), "hu": ("HU",), "it": ("IT",), "nb": ("NO",), "nl": ("NL", "BE"), "no": ("NO",),
    "pl": ("PL",), "pt": ("PT",), "ro": ("RO",), "sk": ("SK",), "sl": ("SI",), "sv": ("SE", "FI"), "tr": ("TR",),
}  # fmt: skip
"""ISO 3166 countries in which a language is spoken, whose numbers are known in a text of it besides the policy's."""
OTHER_REGIONS = tuple(
    sorted({region for regions in LANGUAGE_REGIONS.values() for region in regions} - {*PHONE_REGIONS})
)
"""The further countries whose numbers are detected. A number that may be of one of them has no country known."""
_OPEN_PLANS = frozenset({"AT", "FI", "IT", "LU", "SE"})
"""Countries whose fixed lines have numbers of any length, so that nearly each number of another country is valid there:
as `713-853-1234` in Luxembourg. Only their mobile numbers count: with fixed lines hardly a number would have a country
known, and rows would hold other tokens. So such a fixed line, written without its country, may have the token of the
one country of PHONE_REGIONS in which its digits are valid too."""
_WITH_EXTENSION = re.compile(rf"(?P<number>.*\d\)?){EXTENSION}(?P<extension>\d{{1,6}})\D*", re.DOTALL)
_NORTH_AMERICA = 1
_NO_DIGIT = re.compile(r"\D")


def normalized(value: str) -> str:
    """The E.164 form of a number whose country is known, else its digits; behind it an extension as in RFC 3966.

    A country is known where `+` or `00` states it, or where the number is valid, as it is dialled, in one of
    PHONE_REGIONS only, and in none of OTHER_REGIONS: `601 234 567` may be Spanish or Polish. One that is valid in
    several may be of any of them: the E.164 form of a German's `0711 234567` may be what another person, a Swiss,
    writes of hers, and both would share a token. Digits are shared only by what is written with the same digits. A
    number that states a country and is not valid keeps its `+`, because its digits may
    be a number in another country. A number and its extensions are as many values.
    """
    split = _WITH_EXTENSION.fullmatch(value)
    number, extension = (split["number"], f";ext={split['extension']}") if split else (value, "")
    return (_international(number) or _in_one_country(number) or _NO_DIGIT.sub("", number)) + extension


def is_international(value: str) -> bool:
    """Whether a number states its country with `+` or `00` and is valid there."""
    text = value.strip().removeprefix("(")
    return text.startswith(("+", "00")) and _valid(_with_plus(text), None) is not None


def national(value: str, region: str) -> str | None:
    """The E.164 form of a number that is valid in a region, and written as it is dialled there; else None.

    That is with the region's trunk prefix where it has one (`0` in Germany), which `phonenumbers` does not ask for:
    without it, nearly all numbers of one country would be another's.
    """
    metadata = PhoneMetadata.metadata_for_region(region)
    prefix = metadata.national_prefix if metadata is not None else None
    is_optional = metadata is None or metadata.country_code == _NORTH_AMERICA
    if prefix and not is_optional and not _NO_DIGIT.sub("", value).startswith(prefix):
        return None
    return _valid(value, region)


def _international(value: str) -> str | None:
    text = value.strip().removeprefix("(")
    if not text.startswith(("+", "00")):
        return None
    text = _with_plus(text)
    return _valid(text, None) or "+" + _NO_DIGIT.sub("", text)


def _with_plus(text: str) -> str:
    return "+" + text.removeprefix("00").removeprefix("+")


def _in_one_country(value: str) -> str | None:
    found = {number for region in PHONE_REGIONS if (number := national(value, region))}
    return found.pop() if len(found) == 1 and not any(_may_be_of(value, region) for region in OTHER_REGIONS) else None


def _may_be_of(value: str, region: str) -> bool:
    number = national(value, region)
    return number is not None and (region not in _OPEN_PLANS or _is_mobile(number))


def _is_mobile(number: str) -> bool:
    return phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.MOBILE


@lru_cache(maxsize=65_536)
def _valid(value: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(value, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
