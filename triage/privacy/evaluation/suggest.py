"""Terms of own mail that are hidden often and look harmless: what a privacy officer may add to `allow`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex
from rich.console import Console
from rich.table import Table

from triage.privacy.detection.spans import Span
from triage.privacy.evaluation.gold import GoldRow
from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.tokens import pseudonym

_PROPOSED = frozenset({"PERSON", "ORGANIZATION", "LOCATION", "NRP"})
_FEWEST_MAILS = 3
_MOST_TERMS = 50
_WORD = regex.compile(r"(?<![\p{L}\p{N}@._\-])[\p{L}\p{M}]+(?![\p{L}\p{N}@_])")
_WIDTH = 132


@dataclass(frozen=True, slots=True)
class Term:
    """A hidden term as it is first written, and what makes it look harmless.

    `finds` and `mails` count where it was hidden; `lower_case` counts its least frequent word in lower case outside of
    findings; `is_ordinary` says that all its words are ordinary ones of the mail's language.
    """

    entity: str
    value: str
    finds: int
    mails: int
    lower_case: int
    is_ordinary: bool


@dataclass(slots=True)
class HiddenTerms:
    """The names that detection hid in own mail, and the words that it left in lower case."""

    _finds: Counter[tuple[str, str]] = field(default_factory=Counter)
    _mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    _spelling: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _lower: Counter[str] = field(default_factory=Counter)
    _participants: set[str] = field(default_factory=set)

    def add(self, row: GoldRow, found: Sequence[Span]) -> None:
        """Counts what was hidden in a mail, and its other words in lower case."""
        terms = defaultdict[tuple[str, str], list[str]](list)
        for span in found:
            if span.entity in _PROPOSED:
                value = row.text[span.start : span.end]
                terms[span.entity, " ".join(value.casefold().split())].append(value)
        for term, values in terms.items():
            self._finds[term] += len(values)
            self._mails[term] += 1
            self._spelling.setdefault(term, (values[0], row.language or "und"))
        self._lower.update(word for word in _words_outside(row.text, found) if word.islower())
        self._participants.update(w.casefold() for text in row.headers.values() for w in _WORD.findall(text))

    def harmless(self) -> list[Term]:
        """The terms of several mails that look harmless, those of most mails first; none that a participant bears."""
        often = [term for term, mails in self._mails.most_common() if mails >= _FEWEST_MAILS]
        terms = (self._term(*term) for term in often if self._participants.isdisjoint(_WORD.findall(term[1])))
        return [term for term in terms if term.lower_case or term.is_ordinary][:_MOST_TERMS]

    def _term(self, entity: str, folded: str) -> Term:
        key = entity, folded
        value, language = self._spelling[key]
        words = _WORD.findall(folded)
        lower = min((self._lower[word] for word in words), default=0)
        ordinary = bool(words) and all(kind(word, language) in (Kind.ORDINARY, Kind.RARE) for word in words)
        return Term(entity, value, self._finds[key], self._mails[key], lower, ordinary)


def _words_outside(text: str, found: Sequence[Span]) -> Iterator[str]:
    position = 0
    for span in sorted(found):
        yield from _WORD.findall(text[position : span.start])
        position = max(position, span.end)
    yield from _WORD.findall(text[position:])


def print_terms(terms: Sequence[Term], keys: Keys, *, in_clear: bool = False) -> None:
    """Prints the terms on standard output, as tokens, or `in_clear` after the disclosure was recorded."""
    headings = ("term", "entity", "finds", "mails", "in lower case", "ordinary words")
    table = Table(*headings, title="hidden often, likely harmless")
    for term in terms:
        shown = term.value if in_clear else pseudonym(term.entity, term.value, keys)
        counts = map(str, (term.finds, term.mails, term.lower_case))
        table.add_row(shown, term.entity, *counts, "yes" if term.is_ordinary else "no")
    Console(width=_WIDTH, markup=False).print(table if terms else "No term is hidden often and looks harmless.")
