"""Deadline and urgency of one mail in this process, as `triage.labelling.features.deadlines` reads them in the JVM.

Step by step the same: where a pattern or a comparison is odd there, it is odd here, since both must give one answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import regex

from triage.labelling.features import deadlines as of_spark
from triage.labelling.features.time_phrases import DRAWN, MONTHS

Reading = tuple[int | None, int | None, int | None]


def _java(pattern: str) -> regex.Pattern[str]:
    """A pattern of Spark's, in which a digit is one of ASCII, as Java has it."""
    return regex.compile(pattern.replace(r"\d", "[0-9]"))


_PHRASES = _java(DRAWN)
_KINDS = {kind: _java(of_spark._is(kind)) for kind in ("urgent", "calm", "today", "days", "week", "date")}  # noqa: SLF001 - the one expression
_ISO, _DIGITS, _DAY_FIRST, _MONTH_FIRST = map(_java, of_spark.DATE_FORMS)
_MONTH_NAMES = [regex.compile(names) for names in MONTHS]


def text_fact(name: str, mail: Mapping[str, Any]) -> str | None:
    """The fact `deadline` or `urgency` of a row of silver/mail; None where the mail says nothing of it."""
    said = _said(mail)
    return _deadline(said, mail) if name == "deadline" else _urgency(said)


def _said(mail: Mapping[str, Any]) -> str:
    head = (mail["body"] or "")[: of_spark.LOOKED_AT]
    newest = head.partition("\n-----")[0].partition("\n_____")[0]
    own = regex.sub(r"\n>[^\n]*", "", newest)
    return "|".join(_PHRASES.findall(f"\n{mail['subject'] or ''}\n{own}".lower()))


def _urgency(said: str) -> str | None:
    return next((kind for kind in of_spark.URGENCIES if _KINDS[kind].search(said)), None)


def _deadline(said: str, mail: Mapping[str, Any]) -> str | None:
    if not said:
        return None
    days = _days_left(said, mail)
    if _KINDS["today"].search(said) or days == 0:
        return "today"
    for name, (first, last) in of_spark.DAYS_OF.items():
        if _KINDS[name].search(said) or (days is not None and first <= days <= last):
            return name
    return None if days is None else "later"


def _days_left(said: str, mail: Mapping[str, Any]) -> int | None:
    moment: datetime | None = mail["sent_at"] or mail["received_at"]
    phrase = _KINDS["date"].search(said)
    if moment is None or phrase is None:
        return None
    written = moment.astimezone(UTC).date()
    left = [_left(written, *reading) for reading in _readings(phrase[0])]
    return min((days for days in left if days is not None), default=None)


def _readings(phrase: str) -> list[Reading]:
    """Year (None: not said), month and day in each form that dates have."""
    iso, digits = _groups(_ISO, phrase), _groups(_DIGITS, phrase)
    day_first, month_first = _groups(_DAY_FIRST, phrase), _groups(_MONTH_FIRST, phrase)
    first, second, year = map(_number, digits)
    full = year + 2000 if year is not None and year < 100 else year
    written = _DIGITS.search(phrase)
    is_slashed = written is not None and "/" in written[0]
    return [
        (_number(iso[0]), _number(iso[1]), _number(iso[2])),
        (full, second, first),
        (full, first if is_slashed else None, second),
        (None, _month(day_first[1]), _number(day_first[0])),
        (None, _month(month_first[0]), _number(month_first[1])),
    ]


def _groups(pattern: regex.Pattern[str], phrase: str) -> list[str]:
    found = pattern.search(phrase)
    return [group or "" for group in found.groups()] if found else [""] * pattern.groups


def _number(text: str) -> int | None:
    return int(text) if text else None


def _month(name: str) -> int | None:
    return next((number for number, names in enumerate(_MONTH_NAMES, start=1) if names.match(name)), None)


def _left(written: date, year: int | None, month: int | None, day: int | None) -> int | None:
    """Days until a date, None for a past or impossible one; without a year, the nearest such day is meant."""
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is not None and not 1970 <= year <= 2100:
        return None
    of_month, of_day = month, timedelta(days=day - 1)
    left = (date(written.year if year is None else year, of_month, 1) + of_day - written).days
    if year is None and left < -of_spark.HALF_A_YEAR:
        left = (date(written.year + 1, of_month, 1) + of_day - written).days
    return left if left >= 0 else None
