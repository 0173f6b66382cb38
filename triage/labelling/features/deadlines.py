"""Deadlines and urgency in a mail's own words, en, de, fr and es, as facts; read in the JVM.

One pass of one pattern over the head of the newest text draws the few phrases that speak of time; all else looks
at these phrases only. A phrase that is drawn is used up, so that `not urgent` is never read as `urgent`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyspark.sql import Column
from pyspark.sql import functions as f

from triage.labelling.features.time_phrases import DRAWN, MONTHS, PHRASES

LOOKED_AT = 1_000
"""Characters of the body, quoted lines included, that are read."""

DEADLINES = ("today", "days", "week", "later")
"""Within the day; within some five days; within two weeks; afterwards."""

URGENCIES = ("urgent", "calm")
"""The sender says that it presses, or that it does not."""

DAYS_OF = {"days": (1, 5), "week": (6, 14)}
"""First and last day from the mail on."""

HALF_A_YEAR = 180
"""Days. A date without a year that is longer ago is one of the next year."""

DATE_FORMS = (
    r"(\d{4})-(\d\d)-(\d\d)",
    r"(\d{1,2})[./](\d{1,2})(?:[./](\d{2,4}))?",
    r"(\d{1,2})(?:st|nd|rd|th|er|\.)? (?:of |de )?(\p{L}{3,4})",
    r"(\p{L}{3,4})\p{L}* (\d{1,2})$",
)
"""ISO 8601; digits; the day before the month's name, and behind it."""


def _is(kind: str) -> str:
    return rf"(?:^|\|)(?:{'|'.join(PHRASES[kind])})(?:$|\|)"


def text_facts(columns: Sequence[str]) -> list[Column]:
    """Pseudo-words `fact=deadline=today` (or days, week, later) and `fact=urgent`, `fact=calm`, for the features.

    `columns` are those of silver that are there. One column of words with blanks between, null where the text says
    nothing; none where there is no body.
    """
    if "body" not in columns:
        return []

    def words(said: Column) -> Column:
        due, tone = _deadline(said, columns), _urgency(said)
        facts = f.concat_ws(" ", f.concat(f.lit("fact=deadline="), due), f.concat(f.lit("fact="), tone))
        return f.nullif(facts, f.lit(""))

    return [_once(_said(columns), words)]


def deadline(columns: Sequence[str]) -> Column:
    """The nearest deadline that the mail names: one of `DEADLINES`, null without one.

    Dates count from sent_at, else received_at; where both are missing they are not read.
    """
    return _once(_said(columns), lambda said: _deadline(said, columns))


def urgency(columns: Sequence[str]) -> Column:
    """One of `URGENCIES`, null where the mail says neither."""
    return _once(_said(columns), _urgency)


def _once(value: Column, use: Callable[[Column], Column]) -> Column:
    """`use(value)`, with the value computed once however often it is looked at."""
    return f.element_at(f.transform(f.array(value), use), 1)


def _said(columns: Sequence[str]) -> Column:
    """The phrases of the newest text that speak of time, lower case, with | between."""
    head = f.substring(f.coalesce(f.col("body"), f.lit("")), 1, LOOKED_AT)
    newest = f.substring_index(f.substring_index(head, "\n-----", 1), "\n_____", 1)
    own = f.regexp_replace(newest, r"\n>[^\n]*", "")
    subject = f.coalesce(f.col("subject"), f.lit("")) if "subject" in columns else f.lit("")
    text = f.lower(f.concat(f.lit("\n"), subject, f.lit("\n"), own))
    return f.array_join(f.regexp_extract_all(text, f.lit(DRAWN), f.lit(1)), "|")


def _urgency(said: Column) -> Column:
    return f.when(said.rlike(_is("urgent")), "urgent").when(said.rlike(_is("calm")), "calm")


def _deadline(said: Column, columns: Sequence[str]) -> Column:
    """Null for most mails, of which nothing more than this first comparison is done."""
    return f.when(said != "", _once(_days_left(said, columns), lambda days: _nearest(said, days)))


def _nearest(said: Column, days: Column) -> Column:
    found = f.when(said.rlike(_is("today")) | (days == 0), "today")
    for name, (first, last) in DAYS_OF.items():
        found = found.when(said.rlike(_is(name)) | days.between(first, last), name)
    return found.when(days.isNotNull(), "later")


def _days_left(said: Column, columns: Sequence[str]) -> Column:
    """Days from the mail to the first date that it names as a deadline; null where there is none, or it has passed.

    Of 05/08 and the like, which countries read differently, the nearer day to come is meant.
    """
    moments = [f.col(name) for name in ("sent_at", "received_at") if name in columns]
    if not moments:
        return f.lit(None).cast("int")
    written = f.to_date(f.coalesce(*moments))

    def left(phrase: Column) -> Column:
        nearest = f.least(*(_until(written, *date) for date in _readings(phrase)))
        return f.when(phrase != "", _once(nearest, lambda days: f.when(days >= 0, days)))

    return _once(f.regexp_extract(said, f"{_is('date')}", 0), left)


def _readings(phrase: Column) -> list[tuple[Column, Column, Column]]:
    """Year (null: not said), month and day in each form that dates have."""

    def part(pattern: str, group: int) -> Column:
        return f.regexp_extract(phrase, pattern, group)

    iso, digits, day_first, month_first = DATE_FORMS
    first, second, year = (_number(part(digits, group)) for group in (1, 2, 3))
    full = f.when(year < 100, year + 2000).otherwise(year)
    never = f.lit(None).cast("int")
    return [
        (_number(part(iso, 1)), _number(part(iso, 2)), _number(part(iso, 3))),
        (full, second, first),
        (full, f.when(part(digits, 0).contains("/"), first), second),
        (never, _month(part(day_first, 2)), _number(part(day_first, 1))),
        (never, _month(part(month_first, 1)), _number(part(month_first, 2))),
    ]


def _number(text: Column) -> Column:
    return f.when(text != "", text.cast("int"))


def _month(name: Column) -> Column:
    chain = f.when(f.lit(False), 0)
    for number, names in enumerate(MONTHS, start=1):
        chain = chain.when(name.rlike(rf"^(?:{names})"), number)
    return chain


def _until(written: Column, year: Column, month: Column, day: Column) -> Column:
    """Days from one date to another, null for a past one; without a year, the nearest such day is meant."""
    date = f.struct(year.alias("year"), month.alias("month"), day.alias("day"))
    return _once(date, lambda said: _left(written, said["year"], said["month"], said["day"]))


def _left(written: Column, year: Column, month: Column, day: Column) -> Column:
    possible = month.between(1, 12) & day.between(1, 31) & f.coalesce(year.between(1970, 2100), f.lit(True))

    def days(in_year: Column) -> Column:
        return f.datediff(f.date_add(f.make_date(in_year, month, f.lit(1)), day - 1), written)

    this, following = days(f.coalesce(year, f.year(written))), days(f.year(written) + 1)
    left = f.when(year.isNull() & (this < -HALF_A_YEAR), following).otherwise(this)
    return f.when(possible & (left >= 0), left)
