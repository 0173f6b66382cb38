"""Names of hashed terms for people, from public word lists and from words that many senders of the run share.

A hash has 18 bits, so that some words share one: a name is a guess, and the likeliest. The mails' own words come first,
since of all words with the hash one that is in the mails is meant; of a list's, the most frequent.

What is named goes to metrics/drift, pages and MLflow and stays there, so no word may lead to a person: a word of the
mails needs several senders, since all mails of one may end in a name that the detector missed, and a word that is known
as a name of persons names no term, wherever it comes from. The term keeps its number then. An erasure therefore leaves
these words: each was written by several people, and none says in which mail or of whom. What remains possible is a name
that no list knows, that the detector missed, and that several people wrote; `retention.metrics` bounds its time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from triage.mail.word_terms import word_hash, words_of
from triage.monitoring.drift.statistics.presence import TERM
from triage.monitoring.record import DriftRow, Driver

FEWEST_SENDERS = 5
"""Senders of the sample who use a word at least, in a mail each: a word of fewer could single out a person."""

LIST_WORDS = 50_000
"""Words of a language's list that are hashed, the most frequent ones."""


class SampledMail(NamedTuple):
    """A mail of the sample: the pseudonym of its sender (None where it has none), and its anonymized text."""

    sender: str | None
    text: str


def moved_terms(rows: Iterable[DriftRow]) -> frozenset[int]:
    """The terms that rows of a term drift name as drivers; none where nothing moved."""
    moved = (row for row in rows if row.feature == "terms" and row.status in ("watch", "alert"))
    numbers = (_term(driver.value) for row in moved for driver in row.drivers)
    return frozenset(number for number in numbers if number is not None)


def sample_words(mails: Iterable[SampledMail]) -> Counter[str]:
    """In how many of the (anonymized) mails each word is, of words that at least `FEWEST_SENDERS` use.

    Mails whose sender is not known are left out, since they may all be one person's.
    """
    found: Counter[str] = Counter()
    senders: defaultdict[str, set[str]] = defaultdict(set)
    for mail in mails:
        if mail.sender:
            for word in set(words_of(mail.text)):
                found[word] += 1
                senders[word].add(mail.sender)
    return Counter({word: found[word] for word, own in senders.items() if len(own) >= FEWEST_SENDERS})


def term_words(
    terms: Iterable[int], words: Mapping[str, int], languages: Sequence[str], is_name: Callable[[str], bool]
) -> dict[int, str]:
    """A word for each of the terms that has one: of `words` (mails by word), else of the languages' lists.

    `is_name` says of a word in lower case whether persons are called so; its term then has no word, rather than
    another with the same hash, which would be a wrong one.
    """
    wanted = set(terms)
    named: dict[int, str] = {}
    for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        if word_hash(word) in wanted:
            named.setdefault(word_hash(word), word)
    for language in languages:
        known = _list_words(language) if wanted - named.keys() else {}
        named |= {term: known[term] for term in wanted - named.keys() if term in known}
    return {term: word for term, word in named.items() if not is_name(word)}


def with_words(rows: Iterable[DriftRow], named: Mapping[int, str]) -> list[DriftRow]:
    """The rows with words instead of the terms' numbers, in their drivers and histograms."""
    names = {TERM.format(term): word for term, word in named.items()}
    return [_renamed(row, names) if row.feature == "terms" else row for row in rows]


def _renamed(row: DriftRow, names: Mapping[str, str]) -> DriftRow:
    drivers = tuple(Driver(names.get(one.value, one.value), one.was, one.now) for one in row.drivers)
    histogram, was = ({names.get(k, k): n for k, n in found.items()} for found in (row.histogram, row.was))
    return replace(row, drivers=drivers, histogram=histogram, was=was)


@lru_cache(maxsize=8)
def _list_words(language: str) -> Mapping[int, str]:
    """The most frequent word of the language's list by hash; empty for a language without a list."""
    from wordfreq import top_n_list

    try:
        listed = top_n_list(language, LIST_WORDS)
    except LookupError:
        return {}
    return {word_hash(word): word for word in reversed(listed)}


def _term(name: str) -> int | None:
    number = name.removeprefix(TERM.format(""))
    return int(number) if number.isdigit() and name != number else None
