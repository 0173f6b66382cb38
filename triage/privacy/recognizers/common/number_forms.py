"""Numbers that are written as dates, times, amounts or addresses of the internet protocol, and so are no phone's."""

from __future__ import annotations

import regex

_D, _M, _Y, _SHORT_Y = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:18|19|20)\d\d", r"\d\d"


def _dates(year: str, signs: tuple[str, ...]) -> str:
    """A date in all orders of its parts, with the same sign between them."""
    orders = ((_D, _M, year), (_M, _D, year), (year, _M, _D))
    return f"(?:{'|'.join(sign.join(order) for sign in signs for order in orders)})"


_DATE = _dates(_Y, (r"\.", r"/", r"\-", r"[ ]", r"\.[ ]"))
_SHORT_DATE = _dates(_SHORT_Y, (r"\.", r"/", r"\-"))
_TIME = r"(?:[01]?\d|2[0-3])[.:h]?[0-5]\d(?:[.:][0-5]\d)?"
_HOUR = r"(?:[01]?\d|2[0-3])"
_TO = r"[ ]?[\-/][ ]?"
_WHEN = regex.compile(
    rf"(?:.*[ (])?{_DATE}(?:[ ).,].*|{_TO}\d.*)?|{_SHORT_DATE}(?:(?:[ ]|{_TO})(?:{_TIME}|{_HOUR}|{_SHORT_DATE})(?:{_TO}{_TIME})?)?|"
    rf"{_D}[./]{_M}\.?{_TO}{_D}[./]{_M}(?:[./](?:{_Y}|\d\d))?|{_Y}{_TO}{_Y}|{_TIME}{_TO}{_TIME}(?:[ ]{_DATE})?"
)
_SIGNED_DATE = _dates(r"(?:19|20)\d\d", (r"\.", r"/", r"\-", r"\.[ ]"))
_CLOCK = rf"{_HOUR}[.:h][0-5]\d"
_WHEN_ANNOUNCED = regex.compile(
    rf"{_SIGNED_DATE}(?:(?:[ ]|{_TO})(?:{_CLOCK}|{_HOUR}|{_SIGNED_DATE})(?:{_TO}{_CLOCK})?)?|"
    rf"{_SHORT_DATE}(?:[ ]{_CLOCK})?|{_D}[./]{_M}\.?{_TO}{_D}[./]{_M}(?:[./](?:{_Y}|\d\d))?|{_CLOCK}{_TO}{_CLOCK}"
)
_DECIMAL = regex.compile(r"-?\d+\.\d\d?(?:[ ]+\d+(?:\.\d\d?)?)*")
_AMOUNT = regex.compile(
    r"(?!0\d)(?:-?\d{1,3}(?:\.\d{3})+|-?\d{1,3}(?:[ ]\d{3})+[.\-]\d\d?|-?\d+\.\d+(?:[ ]+\d+(?:\.\d+)?)*)"
)
"""No amount begins with `0` and another digit; a number as it is dialled in most countries does."""
_PROTOCOL = regex.compile(r"\d{1,3}(?:\.\d{1,5}){3}")
_NO_DIGITS_BUT_0 = regex.compile(r"[0 .\-/()]+")
_ZEROS = regex.compile(r"0+[ .\-]?0*|0{4,}.*|.*[ ]0\.\d.*")
_UNITS = (
    r"EUR|Euro?s?|USD|GBP|CHF|PLN|zł|SEK|NOK|DKK|kr|CZK|Kč|HUF|Ft(?!\.?[ ]\p{Lu})|RON|lei|JPY|CNY|\$|€|£|¥|%|‰|°|"
    r"St(?:ü|ue)?ck|Stk|pcs|pieces?|pi[èe]ces?|piezas?|pezzi|stuks|sztuk|szt|stk|ks|kg|km|cm|mm|m[²³23]|kWh|MWh|MW|KB|Bytes?"
)
"""Without `m`, `Fr`, `St`, `GB` and `MB`: behind a phone they are a mobile, a Friday, a saint's town and two regions."""
_UNIT_BEHIND = regex.compile(rf"[ ]?(?:{_UNITS})(?![\p{{L}}\d])")
_CURRENCY_BEFORE = regex.compile(r"(?:\b(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF)|[$€£¥])[ ]?$")


def is_no_phone(number: str) -> bool:
    """Whether a number in digits and signs is written as a date, a time, an amount or an address of a computer."""
    text = number.strip(" ")
    if text.startswith("+"):
        return False
    return any(form.fullmatch(text) is not None for form in (_WHEN, _AMOUNT, _PROTOCOL, _ZEROS))


def is_no_phone_announced(number: str) -> bool:
    """Whether what a word such as `Tel.` announces is no phone all the same: a date, the hours or an amount in decimals.

    Less than `is_no_phone` counts, because a phone may be written as nearly all of that: `0800 20 10 2000` ends in a
    date, `612.345.678` looks like an amount, `2045-1234` like hours.
    """
    text = number.strip(" ")
    return any(form.fullmatch(text) is not None for form in (_WHEN_ANNOUNCED, _DECIMAL, _NO_DIGITS_BUT_0))


def is_measured(text: str, start: int, end: int) -> bool:
    """Whether a currency or a unit stands beside the number at [start, end): `612 345 678 EUR`.

    What begins with `+`, a parenthesis or `0` counts nothing.
    """
    return text[start:end].lstrip(" ")[0] in "123456789" and (
        _UNIT_BEHIND.match(text, end) is not None or _CURRENCY_BEFORE.search(text, max(0, start - 4), start) is not None
    )
