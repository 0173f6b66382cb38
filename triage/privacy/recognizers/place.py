"""Towns, regions and countries in running text, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

import regex

from triage.privacy.lexicon.names import Kind, kind, with_capitals
from triage.privacy.lexicon.places import is_place, longest_by_first_word
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import Recognizer

_SCORE = 0.5
_LONGEST = 7
_CUED_SCORE = 0.4
_NAME = r"\p{Lu}[\p{L}'’]*(?:(?:[ \-]|[ ](?:de|del|di|do|da|des?|du|la|le|sur|sous|nad|pod|pri|na|v|am|an|der|im|ob|upon|O['’])[ ])\p{Lu}[\p{L}'’]*){0,3}"

_GREEK = regex.compile(r"\p{Greek}")
_BEFORE = r"(?<![\p{L}\p{N}_@/\\=$#.])"
_LETTERS = r"\p{L}[\p{L}'’]*(?:(?<=\b\p{Lu})\.[\p{L}'’]+)*(?:(?<=\.\p{L})\.)?"


class Place(Recognizer):
    """Names of the gazetteer that begin with a capital, the longest first; with the state's code behind a town."""

    entity = "LOCATION"
    needs = Pattern(r"\p{L}")

    _WORD = regex.compile(rf"{_BEFORE}{_LETTERS}")
    _FIRST = regex.compile(rf"{_BEFORE}(?=\p{{Lu}}){_LETTERS}")
    _AFTER = regex.compile(r"(?=[(\[=_@\\$]|/\w|\.\w{2}|::|-\d)")
    _GAP = regex.compile(r"(?:\.?[ ]|[ ]?\n[ ]?|[ ]?-[ ]?)")
    _POLITY = regex.compile(
        r"\b(?:(?i:north|south|east|west|norte|sur|este|oeste|nord|sud|est|ouest|nordeste|sureste|sudeste|northern|southern|eastern|western|central)(?:[ ](?:of|de|du))?|"
        r"(?:Federal[ ])?Republic[ ]of|Kingdom[ ]of|State[ ]of|Commonwealth[ ]of|Province[ ]of|City[ ]of|County[ ]of|Republik|Königreich|Freistaat|Land|"
        r"(?i:république|royaume|principauté|état|canton)(?:[ ](?:fédérale[ ])?(?:de|du|des))?|(?i:rep[úu]blica|reino|provincia|estado)(?:[ ]federal)?[ ]de|ciudad[ ]de|"
        r"(?<=(?:Bretaña|Bretagne|Britain|Großbritannien)[ ])(?:et|e|y|and|und)(?:[ ]d[eu])?)[ ](?:the[ ]|la[ ]|l['’][ ]?|d['’][ ]?|['’])?$|[dl][ ]?['’][ ]?$"
    )
    _CUED = Pattern(
        r"\b(?:(?:grew[ ]up|born|lives?|living|lived|based|resid(?:es?|ing)|settled|live)[ ]in|(?:originally|come|comes|came|moved"
        r"(?:[ ]here)?)[ ]from|moved[ ](?:in)?to|arrived?[ ](?:at|in)|(?i:where|city|town|location|ort|stadt|wohnort|ville|ciudad|"
        r"place[ ]of[ ]birth|geburtsort|birthplace)[ ]?:|wohnt?[ ]in|wohne[ ]in|geboren[ ]in|aus[ ](?=\p{Lu}\p{L}+$)|habite[ ]à|"
        r"née?[ ]à|vive[ ]en|vivo[ ]en|nacid[oa][ ]en)[ ]+(?P<name>" + _NAME + ")"
    )
    _FOREIGN = regex.compile(r"(?<![\p{L}\p{N}])\p{Greek}[\p{Greek}∆'’.]+(?:[ ]\p{Greek}[\p{Greek}∆'’.]+)*")
    """Greek words in a text of another language: most often an address."""
    _STATE = regex.compile(
        r",?[ ](?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|"
        r"ON|QC|BC|AB|MB|SK|NS|NB|NSW|QLD|VIC|TAS)\b(?![\w(=])"
    )

    prefiltered = (_CUED,)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Listed names, and what stands where a place is expected: after `born in` or `City:`."""
        text = with_capitals(text) if text.islower() else text
        yield from self._listed(text)
        for match in self._CUED.finditer(text):
            words = match.group("name").split()
            if not all(kind(word, self.supported_language) is Kind.ORDINARY for word in words):
                yield *match.span("name"), _CUED_SCORE
        if self.supported_language != "el" and not _is_greek(text):
            yield from ((*match.span(), _CUED_SCORE) for match in self._FOREIGN.finditer(text))

    def _listed(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All names, none within another."""
        longest = longest_by_first_word()
        after = 0
        for first in self._FIRST.finditer(text):
            most = longest.get(_plain(first.group()).casefold(), 0) if first.start() >= after else 0
            words = list(islice(self._WORD.finditer(text, first.start()), min(most, _LONGEST)))
            count = self._length(text, words)
            if count:
                after = words[count - 1].end()
                yield self._start(text, first), self._end(text, words[count - 1]), _SCORE

    def _length(self, text: str, words: Sequence[regex.Match[str]]) -> int:
        """How many of the words make up the longest place that they begin with; 0 for none."""
        for count in range(len(words), 0, -1):
            chosen = words[:count]
            if not self._close(text, chosen) or self._AFTER.match(text, chosen[-1].end()):
                continue
            name = " ".join(word.group() for word in chosen)
            if _is_named(_plain(name)):
                return count
        return 0

    def _close(self, text: str, words: Sequence[regex.Match[str]]) -> bool:
        return all(self._GAP.fullmatch(text, before.end(), after.start()) for before, after in pairwise(words))

    def _start(self, text: str, first: regex.Match[str]) -> int:
        """Where the place begins, with the `Republic of` before it."""
        before = self._POLITY.search(text, max(0, first.start() - 40), first.start())
        return before.start() if before and before.group()[:1].isalpha() and len(before.group()) > 3 else first.start()

    def _end(self, text: str, last: regex.Match[str]) -> int:
        state = self._STATE.match(text, last.end())
        return state.end() if state else last.end() - len(last.group()) + len(_plain(last.group()))


def _is_greek(text: str) -> bool:
    """Whether a text is written in Greek, so that a Greek word in it says nothing; in others it is a foreign name."""
    greek = len(_GREEK.findall(text))
    return greek * 2 > sum(character.isalpha() for character in text) if greek else False


def _plain(name: str) -> str:
    """The name without the ending of a genitive."""
    return name.removesuffix("'s").removesuffix("’s")


def _is_named(name: str) -> bool:
    return is_place(name) and (
        " " in name or name[-1] == "." or not name.isupper() or len(name) < 4 or _counts_in_capitals(name)
    )


def _counts_in_capitals(name: str) -> bool:
    """Whether a place in capitals is one: `OULU`, `USA`; those of four letters and less are too often abbreviations."""
    return len(name) > 4
