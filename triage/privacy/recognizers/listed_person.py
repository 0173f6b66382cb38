"""Names in running text by what their words are: given names, surnames, and words in no list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import regex

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import PARTICLES, Kind, given_names, is_common_noun, is_month, kind
from triage.privacy.lexicon.sentences import ends_sentence
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer
from triage.privacy.recognizers.common.name_scores import NAMES, Word, score_of, stretches, trimmed

_ORGANIZATION = frozenset(
    "inc ltd llc llp lp gmbh ag kg corp corporation company co plc sa sas sarl group bank university institute college"
    " street road avenue drive lane hospital school department office center centre foundation association society"
    " church award prize library conference journal airport hotel theater theatre museum orchestra band county city".split()
)
_SHORTEST_LOWER = 4
_RARE = 5.2
_WRAPPED = 24
_LOWER_WORD = re.compile(r"[^\W\d_A-Z]+")


class ListedPerson(Recognizer):
    """Runs of capitalized words that hold a listed name, or two words that no list knows."""

    entity = "PERSON"
    needs = Pattern(r"\p{L}{2}")

    _TOKEN = regex.compile(
        rf"(?<![\p{{L}}\p{{N}}_@/.\\=$#-])(?<!\p{{L}}['’])(?=\p{{Lu}}|(?:{'|'.join(sorted(PARTICLES))})(?!\p{{L}}))"
        r"\p{L}[\p{L}’']*(?:-\p{L}[\p{L}’']*)*(?![\p{L}\p{N}_(=/]|\.\p{L}{2}|@|::)"
    )
    """A word with a capital, or a particle; what stands between two is checked where they are joined."""
    _LOWER = regex.compile(
        r"(?<![\p{L}\p{N}_@/.\\=$#\-])(?P<given>\p{Ll}{3,})(?:[ ](?:\p{Ll}\.?[ ])?(?P<last>\p{Ll}{3,}(?:-\p{Ll}+)?))?+"
        r"(?![\p{L}\p{N}_(=/\-$\[]|\.\p{L}|@|::)"
    )
    _DEGREE = regex.compile(
        r"(?:,?[ ](?:Ph\.?D|M\.?D|D\.?D\.?S|D\.?V\.?M|Jr|Sr|II|III|IV|Esq|MBA|CPA)\b\.?)+", regex.IGNORECASE
    )
    _GAP = regex.compile(r"\.?[ \t]{1,2}|\.|[ \t]?\n[ \t]*")

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The names of each run; a run ends where the next word is far, lower-case or ends an organization."""
        for run in self._runs(text):
            if run[-1].text.casefold() not in _ORGANIZATION:
                yield from self._names(text, run)
        if self.supported_language in ("en", "und"):
            yield from self._lower_case(text)

    def _lower_case(self, text: str) -> Iterator[tuple[int, int, float]]:
        """`olga krylova`: a given name in lower case, with the word behind it where that is no ordinary one."""
        if _given_names().isdisjoint(_LOWER_WORD.findall(text)):
            return
        for match in self._LOWER.finditer(text, overlapped=True):
            given, last = match.group("given"), match.group("last")
            if kind(given, "en") is not Kind.GIVEN or len(given) < _SHORTEST_LOWER:
                continue
            if last and self._goes_on(given, last):
                yield *match.span(), 0.6
            elif zipf(given, "en") < _RARE and not is_common_noun(given):
                yield *match.span("given"), 0.4

    @staticmethod
    def _goes_on(given: str, last: str) -> bool:
        """Whether a word in lower case is the rest of a name; behind a common noun (`hall keys`) only a listed one is."""
        last_kind = kind(last, "en")
        if is_common_noun(given):
            return last_kind in NAMES and not is_common_noun(last)
        return last_kind in (*NAMES, Kind.UNKNOWN, Kind.RARE)

    def _runs(self, text: str) -> Iterator[list[Word]]:
        run: list[Word] = []
        for match in self._TOKEN.finditer(text):
            word = self._word(match)
            if run and (word is None or not self._joins(text, run, word)):
                yield from trimmed(run)
                run = []
            if word is not None and (run or word.kind is not None):
                run.append(word)
        yield from trimmed(run)

    def _joins(self, text: str, run: Sequence[Word], word: Word) -> bool:
        """Whether a word goes on with the run; over a line end only where prose was wrapped, not in a list."""
        gap = self._GAP.fullmatch(text, run[-1].end, word.start)
        if gap is None or ("." in gap.group() and ends_sentence(text, run[-1].end)):
            return False
        return "\n" not in gap.group() or text.rfind("\n", 0, run[0].start) + _WRAPPED < run[0].start

    def _word(self, match: regex.Match[str]) -> Word | None:
        text = match.group()
        if text in PARTICLES:
            return Word(match.start(), match.end(), text, None)
        if not text[0].isupper() or is_month(match.string, *match.span()):
            return None
        if len(text) == 1 or not (text[1:].islower() or self._inner_capital(text)):
            return self._capitals(match) if text.isupper() else None
        end = match.end() - 2 * text.endswith(("'s", "’s"))
        return Word(match.start(), end, text, kind(text, self.supported_language))

    def _capitals(self, match: regex.Match[str]) -> Word | None:
        """A word in capitals counts if it is a listed name, or an initial."""
        word_kind = kind(match.group(), self.supported_language)
        return (
            Word(match.start(), match.end(), match.group(), word_kind)
            if len(match.group()) == 1 or word_kind in NAMES
            else None
        )

    @staticmethod
    def _inner_capital(text: str) -> bool:
        return bool(
            regex.fullmatch(r"(?:Mc|Mac|De|Di|Van|Le|La|O['’]|D['’])?\p{Lu}\p{Ll}+(?:['’]s)?(?:-\p{Lu}\p{Ll}+)*", text)
        )

    def _names(self, text: str, run: Sequence[Word]) -> Iterator[tuple[int, int, float]]:
        """The stretches between ordinary words that hold enough of a name."""
        for part in stretches(text, run, self.supported_language):
            if score := score_of(text, part, self.supported_language):
                degree = self._DEGREE.match(text, part[-1].end)
                yield part[0].start, degree.end() if degree else part[-1].end, score


@cache
def _given_names() -> frozenset[str]:
    """Those that in lower case count as names, too."""
    return frozenset(name for name in given_names() if len(name) >= _SHORTEST_LOWER and kind(name, "en") is Kind.GIVEN)
