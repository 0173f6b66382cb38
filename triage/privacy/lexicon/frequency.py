"""How often words are used in a language, offline: the lists of wordfreq, loaded with the first word of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from math import log10

_LIST_LANGUAGES = {"no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh"}
"""Languages by ISO 639-1 code that share another one's list."""
_ORDINARY_ZIPF = {"pl": 1.5, "cs": 1.5, "fi": 1.5, "ru": 1.5, "uk": 1.5}
"""The bounds of languages with many forms a word, each of which is seldom."""
_USUAL_ZIPF = 2.0
_FREQUENT_ZIPF = 3.2
_RARE = 600
"""Hundredths of the decimal logarithm from which a word is rare: once in a million words, the end of short lists."""
_UNSPACED = {"ja", "ko", "th", "zh"}
"""Languages whose words the lists part otherwise than spaces do."""
_PARTS = re.compile(r"[\s\-.’]+")


def zipf(words: str, language: str) -> float:
    """How often words are used: log10 of uses in a billion words, 0 for a word or language that is not known.

    As wordfreq's own function (the harmonic mean of the words' frequencies), without its tokenizer, which takes
    longer than the lookup.
    """
    known, folded = _frequencies(language), words.casefold()
    if (rarity := known.get(folded)) is not None:
        return _zipf_of(rarity)
    parts = [known.get(part) for part in _PARTS.split(folded) if part]
    if not parts or None in parts:
        return 0.0
    return _zipf_of(*(rarity for rarity in parts if rarity is not None))


def rarity_test(language: str) -> Callable[[str], bool] | None:
    """A function that says of one word whether it is used less than once in a million words of the language.

    None where there is no list of the language's words, or its words are not parted by spaces.
    """
    known = {} if language in _UNSPACED else _frequencies(language)
    return (lambda word: known.get(word.casefold(), _RARE + 1) > _RARE) if known else None


def is_ordinary(word: str, language: str) -> bool:
    """Whether the word, or each part of it around hyphens, is in common use in the language or in English."""
    parts = word.casefold().split("-")
    return all(_is_common(part, language) for part in parts if part)


def is_frequent(word: str, language: str) -> bool:
    """Whether an ordinary word is one of the more frequent ones; a compound with hyphens counts as one."""
    return "-" in word or any(zipf(word, code) >= _FREQUENT_ZIPF for code in {"en", language})


def _is_common(word: str, language: str) -> bool:
    forms = (word, word.removesuffix("s"), word.removesuffix("'s"))
    return any(_reaches_bound(form, code) for code in ("en", language) for form in forms)


def _reaches_bound(word: str, language: str) -> bool:
    """Whether a word is used as often as the language's bound says; a short list holds no word below 3 at all."""
    rarity = _frequencies(language).get(word)
    return rarity is not None and rarity < round(100 * (9 - _ORDINARY_ZIPF.get(language, _USUAL_ZIPF)))


@lru_cache(maxsize=10_000)
def _zipf_of(*rarities: int) -> float:
    return max(0.0, 9 - log10(sum(10 ** (rarity / 100) for rarity in rarities)))


@cache
def _buckets(language: str) -> list[list[str]]:
    """The words of the language's largest list, by rarity in hundredths of the decimal logarithm."""
    import wordfreq  # half a second, which a reason without a name need not wait for

    code = _LIST_LANGUAGES.get(language, language)
    for size in ("large", "small"):
        if code in wordfreq.available_languages(size):
            return wordfreq.get_frequency_list(code, size)
    return []


@cache
def _frequencies(language: str) -> dict[str, int]:
    """The rarity of each word, in hundredths of the decimal logarithm."""
    return {word: rarity for rarity, bucket in enumerate(_buckets(language)) for word in bucket}
