"""Names in running text by what their words are: given names, surnames, and words in no list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import Kind, given_names, is_month, kind
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer

_PARTICLES = frozenset("van von vom zu der den de del della di da dos du la le ter ten bin ben al el af y".split())
_ORGANIZATION = frozenset(
    "inc ltd llc llp lp gmbh ag kg corp corporation company co plc sa sas sarl group bank university institute college"
    " street road avenue drive lane hospital school department office center centre foundation association society"
    " church award prize library conference journal airport hotel theater theatre museum orchestra band county city".split()
)
_SHORTEST_LOWER = 4
_RARE = 5.2
_WRAPPED = 24
_SELDOM = 3.0
_PLAIN = regex.compile(r"\p{Lu}\p{Ll}{3,}(?:['’]s)?")
_LOWER_WORD = re.compile(r"[^\W\d_A-Z]+")
_NAMES = (Kind.GIVEN, Kind.SURNAME)


@dataclass(frozen=True, slots=True)
class Word:
    """A capitalized word, or a particle between two, in a run."""

    start: int
    end: int
    text: str
    kind: Kind | None


class ListedPerson(Recognizer):
    """Runs of capitalized words that hold a listed name, or two words that no list knows."""

    entity = "PERSON"
    needs = Pattern(r"\p{L}{2}")

    _TOKEN = regex.compile(
        rf"(?<![\p{{L}}\p{{N}}_@/.\\=$#-])(?<!\p{{L}}['’])(?=\p{{Lu}}|(?:{'|'.join(sorted(_PARTICLES))})(?!\p{{L}}))"
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
    _SENTENCE_START = regex.compile(r"(?:^|[.!?:;\n*\"“„(\-][ \t\"]*)$")
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
            if last and kind(last, "en") in (Kind.SURNAME, Kind.GIVEN, Kind.UNKNOWN, Kind.RARE):
                yield *match.span(), 0.6
            elif zipf(given, "en") < _RARE:
                yield *match.span("given"), 0.4

    def _runs(self, text: str) -> Iterator[list[Word]]:
        run: list[Word] = []
        for match in self._TOKEN.finditer(text):
            word = self._word(match)
            if run and (word is None or not self._joins(text, run, word)):
                yield from self._trimmed(run)
                run = []
            if word is not None and (run or word.kind is not None):
                run.append(word)
        yield from self._trimmed(run)

    def _joins(self, text: str, run: Sequence[Word], word: Word) -> bool:
        """Whether a word goes on with the run; over a line end only where prose was wrapped, not in a list."""
        gap = self._GAP.fullmatch(text, run[-1].end, word.start)
        if gap is None:
            return False
        return "\n" not in gap.group() or text.rfind("\n", 0, run[0].start) + _WRAPPED < run[0].start

    def _word(self, match: regex.Match[str]) -> Word | None:
        text = match.group()
        if text in _PARTICLES:
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
            if len(match.group()) == 1 or word_kind in _NAMES
            else None
        )

    @staticmethod
    def _inner_capital(text: str) -> bool:
        return bool(
            regex.fullmatch(r"(?:Mc|Mac|De|Di|Van|Le|La|O['’]|D['’])?\p{Lu}\p{Ll}+(?:['’]s)?(?:-\p{Lu}\p{Ll}+)*", text)
        )

    @staticmethod
    def _trimmed(run: Sequence[Word]) -> Iterator[list[Word]]:
        words = list(run)
        while words and words[-1].kind is None:
            words.pop()
        if words:
            yield words

    def _names(self, text: str, run: Sequence[Word]) -> Iterator[tuple[int, int, float]]:
        """The stretches between ordinary words that hold enough of a name."""
        stretch: list[Word] = []
        for word in [*run, None]:
            if word is not None and not (word.kind is Kind.ORDINARY and len(word.text) > 1):
                stretch.append(word)
                continue
            for part in self._trimmed(stretch):
                score = self._score(part) or self._score_alone(text, part)
                if score:
                    degree = self._DEGREE.match(text, part[-1].end)
                    yield part[0].start, degree.end() if degree else part[-1].end, score
            stretch = []

    def _score_alone(self, text: str, words: Sequence[Word]) -> float:
        """A rare word with a capital inside a sentence: in English and Romance languages a proper noun."""
        if len(words) > 1 or self.supported_language == "de" or not _PLAIN.fullmatch(words[0].text):
            return 0.0
        seldom = words[0].kind is Kind.RARE and zipf(words[0].text, "en") < _SELDOM
        return 0.35 if seldom and not self._SENTENCE_START.search(text, 0, words[0].start) else 0.0

    def _score(self, words: Sequence[Word]) -> float:
        kinds = [word.kind for word in words if word.kind is not None and len(word.text) > 1]
        listed = sum(each in _NAMES for each in kinds)
        if Kind.GIVEN in kinds:
            return 0.8 if len(kinds) > 1 else 0.6
        german = self.supported_language == "de"
        if len(kinds) > 1 and (listed or (Kind.EITHER in kinds and Kind.UNKNOWN in kinds and not german)):
            return 0.7
        if german:
            return 0.0
        if Kind.UNKNOWN not in kinds and not listed:
            return 0.0
        unknown = [w for w in words if w.kind is Kind.UNKNOWN and len(w.text) > 2]
        if len(unknown) > 1 or (unknown and len(words) > 1):
            return 0.5
        return 0.4 if listed or (unknown and _PLAIN.fullmatch(unknown[0].text)) else 0.0


@cache
def _given_names() -> frozenset[str]:
    """Those that in lower case count as names, too."""
    return frozenset(name for name in given_names() if len(name) >= _SHORTEST_LOWER and kind(name, "en") is Kind.GIVEN)
