"""Lists of words by language, in the data files beside: what a language calls a thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import regex

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_DATA = Path(__file__).parent / "data"


def lines(name: str) -> Iterator[str]:
    """The lines of a data file, without comments and blank ones."""
    for line in (_DATA / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


@cache
def word_set(name: str) -> frozenset[str]:
    """All words of a data file."""
    return frozenset(word for line in lines(name) for word in line.split())


@cache
def word_lists(name: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The phrases of a file of lines such as `de verb geboren | geb.`, by language and list."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in lines(name):
        language, kind, phrases = line.split(maxsplit=2)
        found[language, kind] = found.get((language, kind), ()) + tuple(p.strip() for p in phrases.split("|"))
    return found


def words_of(name: str, kind: str) -> tuple[str, ...]:
    """The phrases of one list in all languages, each once."""
    lists = word_lists(name)
    return tuple(dict.fromkeys(phrase for (_, of), phrases in lists.items() if of == kind for phrase in phrases))


def alternatives(phrases: Collection[str]) -> str:
    """A pattern of any of the phrases, the longest first; a blank is any blanks, `*` any ending of some letters."""
    ordered = sorted(dict.fromkeys(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(_pattern(phrase) for phrase in ordered)


def whole_words(phrases: Collection[str], before: str = r"(?<![\p{L}\p{N}])") -> str:
    """A pattern of any of the phrases as whole words in any case; scripts without blanks know no whole words."""
    unspaced = [phrase for phrase in phrases if _UNSPACED.match(phrase)]
    spaced = rf"{before}(?i:{alternatives(set(phrases).difference(unspaced))})(?!\p{{L}})"
    return rf"(?:{spaced}|{alternatives(unspaced)})" if unspaced else spaced


def _pattern(phrase: str) -> str:
    escaped = regex.escape(phrase, special_only=True, literal_spaces=True)
    return escaped.replace(r"\*", r"\p{L}{0,12}").replace(" ", r"[ \t]{1,3}")


@cache
def month_stems() -> tuple[str, ...]:
    """The letters that the months of all languages begin with, the longest first."""
    stems = {stem for line in lines("months.txt") for month in line.split()[1:] for stem in month.split("/")}
    return tuple(sorted(stems, key=lambda stem: (-len(stem), stem)))
