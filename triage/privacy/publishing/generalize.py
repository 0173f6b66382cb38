"""Coarser words for a finding: enough for statistics, too little to identify a person."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import regex
from dateutil import parser as dates

from triage.privacy.lexicon.places import country_of

_NUMBER = regex.compile(r"\d{1,3}")
_NAME = regex.compile(r"\p{Lu}[\p{L}'’.\-]*(?:[ ]\p{Lu}[\p{L}'’.\-]*)*")
_DEFAULTS = (datetime(2001, 1, 1), datetime(2002, 2, 2))  # noqa: DTZ001 - only what differs between them counts
_NETWORK_BITS = {4: 16, 6: 32}
_LONGEST_DATE = 64
_FOUR_DIGITS = regex.compile(r"(?<!\d)(?:18|19|20)\d\d(?=\d{4}(?!\d)|(?!\d))|(?<=(?<!\d)\d{4})(?:18|19|20)\d\d(?!\d)")
_NUMBERS = regex.compile(r"\d+")
_MONTH_AND_YEAR = regex.compile(r"\p{L}{3}[^\d]*\d\d$|[IVX]")
_PIVOT = 30


def generalize(entity: str, value: str) -> str:
    """What stands instead of `value`; the entity alone, such as `<DATE>`, where nothing coarser is known."""
    return _COARSER[entity](value) or f"<{entity}>"


def _month(value: str) -> str | None:
    """Year and month as in ISO 8601; only of a text that names both."""
    try:
        first, second = (dates.parse(value[:_LONGEST_DATE], default=d, fuzzy=True) for d in _DEFAULTS)
    except (ValueError, OverflowError):
        return None
    month = f"{first:%Y-%m}"
    return month if month == f"{second:%Y-%m}" else None


def _year(value: str) -> str | None:
    """The year of a date of birth; one of two digits from 30 on is of the 20th century.

    The year is the number of four digits, or eight digits' first or last four, or else the last of three numbers:
    no form of Europe writes two digits of the year first.
    """
    if four := _FOUR_DIGITS.search(value):
        return four.group()
    numbers = _NUMBERS.findall(value)
    if not numbers or len(numbers[-1]) != 2 or (len(numbers) < 3 and not _MONTH_AND_YEAR.search(value)):
        return None
    return f"{19 if int(numbers[-1]) >= _PIVOT else 20}{numbers[-1]}"


def _country(value: str) -> str | None:
    """The country of the last place that the text names."""
    names = [name for match in _NAME.finditer(value) for name in (match.group(), *match.group().split())]
    return next((found for name in reversed(names) if (found := country_of(name))), None)


def _decade(value: str) -> str | None:
    number = _NUMBER.search(value)
    if number is None:
        return None
    first = int(number.group()) // 10 * 10
    return f"{first}-{first + 9}"


def _host(value: str) -> str | None:
    """The host of a web address, which names a site but not which page, nor who read it."""
    try:
        return urlsplit(value if "://" in value else f"//{value}").hostname
    except ValueError:
        return None


def _network(value: str) -> str | None:
    try:
        address = ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, _NETWORK_BITS[address.version]), strict=False))


_COARSER: dict[str, Callable[[str], str | None]] = {
    "DATE": _month,
    "BIRTH_DATE": _year,
    "LOCATION": _country,
    "STREET_ADDRESS": _country,
    "AGE": _decade,
    "URL": _host,
    "IP_ADDRESS": _network,
}
