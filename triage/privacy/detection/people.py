"""Finds the names of a mail's participants, and those in its text, wherever the mail repeats them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import regex

from triage.mail.structure.expressions import is_caseless
from triage.privacy.detection.caseless_names import CaselessNames, parts_of
from triage.privacy.detection.full_names import adds_nothing, titles
from triage.privacy.detection.spans import Span, occurrences
from triage.privacy.folding import fold
from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.inflection import bases, has_genitive_only, is_inflected, stem
from triage.privacy.lexicon.names import Kind, is_listed, is_month, kind
from triage.privacy.pseudonyms.spelling import normalize

_WORD = regex.compile(r"\p{L}[\p{L}'’]*")
_GAP = regex.compile(
    r"[ \t\-]|\.[ ]?|,[ ]|[ ]?\n[> \t]*|[ ](?:\p{Lu}\.?|van|von|de|der|den|del|di|da|la|le)[ ](?!\p{Ll})"
)
_INITIALS = regex.compile(
    r"(?:^[ \t>]*+(?:[\-–*/]{1,3}[ \t]*+)?|[.!?,)\-][ \t]{1,8})(\p{Lu}{2,4}|\p{Ll}{2,4})[ \t.]*$",
    regex.MULTILINE,
)
_LOCAL = regex.compile(r"[^\W\d_]+")
_PARTNER_CHARS = 42
_PARTNER_BEFORE = regex.compile(r"(?<!\p{L})(\p{Lu}[\p{L}'’]{1,40})[ \-]$")
_PARTNER_AFTER = regex.compile(r"[ \-](\p{Lu}[\p{L}'’]{1,40})(?!\p{L})")
_SENTENCE_START = regex.compile(r"(?:^|[.!?:>\n*•\-][\s>*\-\"]*)$")
_SHORTEST_LOWER = 4
_FREQUENT_ZIPF = 4.0
_WELL_LISTED = ("en", "de", "fr", "es", "und")
"""Languages whose name lists are long, so that an ordinary word is one."""
_SURE = 0.7
_MARGIN = 24
_SCORE = 0.65


class People:
    """The persons that one mail knows; `learn` adds names, `find` gives every mention."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._is_inflected = is_inflected(language)
        self._has_short_lists = language not in _WELL_LISTED
        self._words: dict[str, bool] = {}
        self._names: dict[str, list[str]] = {}
        self._partners: dict[str, set[str]] = {}
        """Names by those of their words that are no mention alone, because they are ordinary ones."""
        self._initials: set[tuple[str, str]] = set()
        self._caseless = CaselessNames()

    def add_participant(self, name: str, address: str) -> None:
        """A participant's display name and the names in the local part of the address."""
        name = fold(name).text
        if name and "@" not in name:
            self._add(name, lower=True)
        parts = _LOCAL.findall(fold(address).text.partition("@")[0])
        if len(parts) > 1 and any(kind(part, self._language) is not Kind.ORDINARY for part in parts):
            self._add(" ".join(part.title() for part in parts if len(part) > 1), lower=True)

    def learn(self, text: str, spans: Iterable[Span]) -> None:
        """Names that detection is sure of, so that their parts are found as well."""
        for span in spans:
            value = fold(text[span.start : span.end]).text
            sure = span.score >= _SURE or " " in value.strip()
            if span.entity == "PERSON" and sure and self.canonical(value) == value:
                self._add(value, lower=False)

    def _add_caseless(self, name: str) -> None:
        parts = parts_of(name)
        self._caseless.add(parts)
        canonical = normalize("PERSON", name)
        for written in {*parts, "".join(parts)} if len(parts) > 1 else ():
            known = self._names.setdefault(normalize("PERSON", written), [])
            if canonical not in known:
                known.append(canonical)

    def _add(self, name: str, *, lower: bool) -> None:
        if is_caseless(name):
            self._add_caseless(name)
            return
        words = [_plain(word) for word in _WORD.findall(name)]
        kinds = {word: kind(word, self._language) for word in words if len(word) > 1}
        if len(kinds) > 1 or Kind.ORDINARY not in kinds.values():
            canonical = normalize("PERSON", name)
            if lower and len(canonical.split()) > 1:
                self._initials.add((canonical.split()[0][0], canonical.split()[-1][0]))
            sure = lower or Kind.GIVEN in kinds.values()
            for word, word_kind in kinds.items():
                if (
                    word_kind not in (Kind.ORDINARY, Kind.EITHER)
                    or (sure and word_kind is Kind.EITHER)
                    or (lower and (len(kinds) == 2 or self._has_short_lists))
                    or (len(kinds) > 1 and self._is_rare(word))
                ):
                    self._words[word] = self._words.get(word, False) or lower
                    known = self._names.setdefault(word, [])
                    if len(kinds) > 1 and canonical not in known:
                        known.append(canonical)
                elif len(kinds) > 1:
                    self._partners.setdefault(word, set()).add(canonical)

    def find(self, text: str) -> list[Span]:
        """Mentions of known persons, and their initials where these stand alone in a line."""
        caseless = [Span(start, end, "PERSON", _SCORE) for start, end in self._caseless.find(text)]
        return self._name_mentions(text) + self._initials_mentions(text) + caseless

    def _initials_mentions(self, text: str) -> list[Span]:
        spans = []
        for match in _INITIALS.finditer(text) if self._initials else ():
            letters = match.group(1).casefold()
            if (letters[0], letters[-1]) in self._initials:
                spans.append(Span(match.start(1), match.end(1), "PERSON", _SCORE))
        return spans

    def _name_mentions(self, text: str) -> list[Span]:
        """Mentions of known persons: title-case or capitals always, lower case for participants' rare names only."""
        if not self._words:
            return []
        spans: list[Span] = []
        for match in self._candidates(text):
            if not self._is_mention(match, text, spans):
                continue
            if spans and self._continues(text, spans[-1], *match.span()):
                spans[-1] = Span(spans[-1].start, match.end(), "PERSON", _SCORE)
            else:
                spans.append(Span(match.start(), match.end(), "PERSON", _SCORE))
        return [self._with_partners(text, span) for span in spans] if self._partners else spans

    def _with_partners(self, text: str, span: Span) -> Span:
        """The mention with the ordinary words of the same name beside it: `Eleonora Quaranta`, forty in Italian."""
        words = _WORD.findall(text[span.start : span.end])
        names = {name for word in words for name in self._names.get(self._base(_plain(word)), ())}
        before = _PARTNER_BEFORE.search(text, max(0, span.start - _PARTNER_CHARS), span.start)
        after = _PARTNER_AFTER.match(text, span.end)
        start, end = (before.start(1) if before else 0), (after.end(1) if after else 0)
        is_before = before and not names.isdisjoint(self._partners.get(_plain(before[1]), ()))
        is_after = after and not names.isdisjoint(self._partners.get(_plain(after[1]), ()))
        return Span(start if is_before else span.start, end if is_after else span.end, span.entity, span.score)

    def _candidates(self, text: str) -> Iterator[regex.Match[str]]:
        """The words of the text that can be one of the known ones: those that hold it."""
        folded = text.casefold()
        if len(folded) != len(text):
            yield from _WORD.finditer(text)
            return
        folded = folded.replace("’", "'")
        after = 0
        keys = {stem(word) for word in self._words} if self._is_inflected else self._words
        for place in sorted(place for key in keys for place in occurrences(key, folded)):
            if place >= after:
                start = place
                while start > after and (text[start - 1].isalpha() or text[start - 1] in "'’"):
                    start -= 1
                match = _WORD.search(text, start)
                while match and match.end() <= place:
                    match = _WORD.search(text, match.end())
                if match:
                    after = match.end()
                    yield match

    def _continues(self, text: str, last: Span, start: int, end: int) -> bool:
        """Whether a word belongs to the mention before it.

        Over a comma, a point and a line's end only as a part of the same person's name (`Wood, Simon`): there another
        person's name may follow.
        """
        if start - last.end > _MARGIN or not (gap := _GAP.fullmatch(text, last.end, start)):
            return False
        if "\n" not in gap.group() and gap.group() not in (", ", ". "):
            return True
        return " " not in text[last.start : last.end] and self._are_one(text[last.start : last.end], text[start:end])

    def _are_one(self, word: str, other: str) -> bool:
        """Whether two words are parts of one known person's name."""
        names = (self._names.get(self._base(_plain(each)), ()) for each in (word, other))
        return not set(next(names)).isdisjoint(next(names))

    def _is_mention(self, match: regex.Match[str], text: str, before: Sequence[Span]) -> bool:
        word = match.group()
        plain = self._base(_plain(word))
        if plain not in self._words:
            return False
        word_kind = kind(plain, self._language)
        if is_month(text, *match.span()):
            return False
        is_rare = self._words[plain] and self._is_rare(plain)
        if word_kind in (Kind.EITHER, Kind.ORDINARY) and not (is_rare and word[0].isupper()):
            return word[0].isupper() and self._stands_as_name(match, text, before)
        return word[0].isupper() or (self._words[plain] and len(plain) >= _SHORTEST_LOWER)

    def _is_rare(self, word: str) -> bool:
        """Whether a word may be called ordinary only since no list of its language has the name."""
        return self._has_short_lists and zipf(word, self._language) < _FREQUENT_ZIPF

    def _base(self, word: str) -> str:
        """The known word that a folded one is a form of, as `Φωτεινής` is of `Φωτεινή`; else the word itself."""
        if word in self._words or not self._is_inflected:
            return word
        return next((base for base in bases(word, self._language) if base in self._words), word)

    def _stands_as_name(self, match: regex.Match[str], text: str, before: Sequence[Span]) -> bool:
        """For `Will` and `Mark`: beside another known name, alone in its line, or inside a sentence."""
        start, end = match.span()
        if before and 0 < start - before[-1].end <= 3:
            return True
        following = _WORD.match(text, end + 1)
        if following and following.group().casefold() in self._words and following.group()[0].isupper():
            return True
        line_end = text[end : end + 2].strip(" ,.:!-\r")
        alone = not line_end or line_end.startswith("\n")
        if _SENTENCE_START.search(text, max(0, start - 8), start) or start == 0:
            return alone or text[end : end + 1] in ",:"
        return match.group()[1:].islower()

    def canonical(self, value: str) -> str:
        """The full name that a part such as `Simon` belongs to, where the mail knows exactly one such person."""
        words = [self._written_base(word, value) for word in normalize("PERSON", value).split()]
        known = [word for word in words if self._names.get(word)]
        names = [set(self._names[word]) for word in known]
        shared = set.intersection(*names) if names else set()
        if len(shared) != 1 or not adds_nothing(words, known, next(iter(shared)), self._language):
            return value
        return shared.pop()

    def _written_base(self, word: str, value: str) -> str:
        """The known word that a word of a value is a form of, where it can be no other name.

        A token must not join two persons, so a word that is listed as it stands is itself: `Peters` is not `Peter`.
        Where the only form is a genitive in `s`, a word beside a title is itself, too: `Frau Kirchhoffs`.
        """
        if is_listed(word, self._language):
            return word
        is_titled = has_genitive_only(self._language) and not titles(self._language).isdisjoint(_words_of(value))
        return word if is_titled else self._base(word)


def _words_of(value: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(value)]


def _plain(word: str) -> str:
    """A word of a name as names are compared: folded and without an English genitive."""
    return word.casefold().replace("’", "'").removesuffix("'s")
