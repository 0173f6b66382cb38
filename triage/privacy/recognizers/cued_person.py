"""Names that are known by where they stand: greetings, closings, quoted headers, attributions, titles, introductions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from triage.mail.structure import is_form_word, structures
from triage.mail.structure.expressions import any_of, is_caseless
from triage.mail.structure.headers import field_names
from triage.privacy.lexicon.frequency import zipf
from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.patterns.pattern import Pattern, candidates
from triage.privacy.recognizers.common.base import Recognizer, timeout
from triage.privacy.recognizers.cues.languages import ALWAYS, LOCAL, PATTERNS, local_patterns, titles_of
from triage.privacy.recognizers.cues.parts import GAP, GAP_OR_COMMA, NAME, WORD

_SCORE = 0.9
_INITIAL_SCORE = 0.4
_SIGNED_SCORE = 0.6
_LETTERS = regex.compile(r"\p{L}{2,}")
_CAPITALS = r"\p{Lu}{3,}(?:-\p{Lu}{2,})?"
_MOST_CASELESS = 12
_NO_NAME_ZIPF = 5.0
_WORD_ZIPF = 3.8
_LONGEST_PREFIX = 2

_ANYWHERE = [
    rf"(?P<titled>\bM\.?[ ](?:et|ou)[ ]Mme\.?[ ](?P<name>{NAME}))",
    rf"(?P<sure>{NAME})[ \t]*\"?[ \t]*(?:<|\[mailto:|\()[^\s<>()\[\]]+@[^\s<>()\[\]]+[>\])]",
    rf"\((?P<name>{NAME})\)[ \t]*$",
    rf"(?<!/)(?P<sure>{WORD}(?:{GAP}{WORD}){{0,3}})[ \t]?\n?(?=/\p{{L}}[\w &]*(?:/\p{{L}}|@\p{{L}})|@ECT\b|@ENRON\b)",
    rf"[\"']+(?P<sure>{WORD}(?:{GAP_OR_COMMA}{WORD}){{1,3}})[ \t]*(?:\([^()\n]{{1,20}}\))?[\"']+[ \t]*\n?[ \t]*<[^<>\s]+@",
    rf"\bX[ ]?-[ ]?(?i:from|to|b?cc)[ ]?:[ ]?(?P<name>{WORD}(?:[ ]{WORD}){{0,2}}[ ]?,[ ]?{WORD}(?:[ ]{WORD}){{0,2}})",
    rf"^[ \t]*(?P<name>{WORD})(?:[ \t]*(?:[/,&]|and|und|et|y)[ \t]+(?P<name>{WORD})|[/,](?P<name>{WORD})){{0,3}}[ \t]*[,:\-–—]{{1,2}}[ \t]*(?:$|\n)",
    rf"^[ \t]*[-–—~*/]{{1,3}}[ \t]?(?P<name>{NAME})[ \t]*[.]?[ \t]*(?:$|\n)",
]
_ATTRIBUTIONS = [forms.attribution for forms in structures().values()]
_WROTE = any_of(verb for each in _ATTRIBUTIONS for verb in each.verbs)
_WROTE_BEFORE = any_of(verb for each in _ATTRIBUTIONS if each.name != "before" for verb in each.verbs)
_FIELDS = list(field_names("sender", "to", "cc"))
_LIST_FIELD = any_of([*_FIELDS, *map(str.upper, _FIELDS), "cc", "bcc"], folded=False)


class CuedPerson(Recognizer):
    """Persons named where mails name persons; an ordinary word in such a place (`Dear all`) is none."""

    entity = "PERSON"
    needs = Pattern(r"\p{L}{2}")

    _CUED = tuple(Pattern(pattern, regex.MULTILINE) for pattern in _ANYWHERE)
    _CAPITALS = Pattern(
        rf"(?<![\p{{L}}\p{{N}}@.\-])(?:(?P<given>\p{{Lu}}\p{{Ll}}+(?:-\p{{Lu}}\p{{Ll}}+)?)[ ](?P<family>{_CAPITALS})"
        rf"|(?P<family>{_CAPITALS})[ ](?P<given>\p{{Lu}}\p{{Ll}}+(?:-\p{{Lu}}\p{{Ll}}+)?))(?![\p{{L}}\p{{N}}@])"
    )
    _ATTRIBUTION = Pattern(
        rf"(?:^|[,:\d\"'>]|\b[AP]M|[+-]\d{{4}}|\))[ \t]*\"?(?P<name>[\p{{L}}](?:[\p{{L}}.'’,\- ]|(?<=\p{{L}})\?(?=\p{{L}})){{1,60}}?)\"?"
        rf"(?:[ ]via[ ][\w.\-]+)?[ \t]*(?:[<(\[][^\n<>()]{{3,120}}[>)\]])?[ \t\n]{{1,3}}{_WROTE}"
        r"[ \t]*(?::|$|\.\.\.|[ ][^:\n\d]{0,30}\d[^\n@]{0,40}:[ \t]*$)",
        regex.MULTILINE,
    )
    _ATTRIBUTION_AFTER = Pattern(
        rf"\d[^\n]{{0,40}}?(?<!\w){_WROTE_BEFORE}[ \t]{{1,3}}(?P<name>{NAME})[ \t]*(?:[<(\[][^\n<>()]{{3,120}}[>)\]])?[ \t]*[:：]"
    )
    _ANY_WROTE = Pattern(_WROTE)
    _TIME = regex.compile(r"(?:(?:[AaPp]\.?[Mm]\.?|[A-Z]{3,4})[, ]+)*+")
    _LOWER_WORDS = regex.compile(r"(?:[\p{Ll}'’]+[ ]){1,3}+(?=\p{Lu})")
    _HEADER = Pattern(
        rf"^[ \t]*\*?{_LIST_FIELD}[ \t]*[:：]\*?[ \t]*(?P<list>[^\n]*"
        r"(?:\n(?![^\n:：]{1,30}[:：])[^\n]*(?:[;,@/][^\n]*|$))*)",
        regex.MULTILINE,
    )
    _MEMBER = regex.compile(
        r"(?P<name>[^;,，；、<>\[\]()\"/@]{2,60}(?:,[ ]{1,2}[^;,<>\[\]()\"\n/@:]{2,40}(?=[ \t]*(?:;|<|\[|\"|$|\n)))?)|[^;,，；、]+"
    )
    _INITIAL = regex.compile(
        r"(?:(?<=[\[(\"«“][ ]?)|(?<=\b(?:de|par|por|et|a|à|que|y|e|con|avec|contre|contra|témoin|testigo|acusado|accusé|entre|con)[ ])|(?<=, ))"
        r"(?:\p{Lu}\.[ ]?){0,2}\p{Lu}\.?(?=[ ]?[\])»”\"]|[ ]?[,.;]|[ ]\p{Ll})(?<!\b[AOYE])(?![.]?\p{L})"
    )
    _ALONE = regex.compile(rf"^[ \t]*(?P<name>{NAME})[ \t]*$", regex.MULTILINE)
    _LOWER_GREETING = Pattern(
        rf"^[ \t]*(?i:{any_of(form for code in ALWAYS for form in structures()[code].greetings)})[ ,]+(?P<name>\p{{Ll}}{{3,}})[ \t]*[,!:.\-]",
        regex.MULTILINE,
    )

    prefiltered = (
        *_CUED,
        *PATTERNS[""],
        *(_CAPITALS, _ATTRIBUTION, _ATTRIBUTION_AFTER, _ANY_WROTE, _HEADER, _LOWER_GREETING),
    )
    own_sets = (LOCAL,)

    def __init__(self, language: str = "en") -> None:
        super().__init__(language)
        self._patterns = (*self._CUED, *PATTERNS[""])
        self._local = local_patterns(language)
        self._is_local = language in PATTERNS
        self._titles = titles_of(language)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All places. Raises TimeoutError when a long text is too hard."""
        for pattern in (*candidates(self._patterns, text), *candidates(self._local, text)):
            for match in pattern.compiled.finditer(text, timeout=timeout(text)):
                yield from self._named(match, pattern.compiled.groupindex)
        if self.supported_language in ("fr", "es"):
            yield from ((*match.span(), _INITIAL_SCORE) for match in self._INITIAL.finditer(text))
        yield from self._attributed(text)
        yield from self._header_block(text)
        yield from self._lines_alone(text)
        yield from self._with_capitals(text)

    def _named(self, match: regex.Match[str], groups: Mapping[str, int]) -> Iterator[tuple[int, int, float]]:
        text = match.string
        for start, end in match.spans("sure") if "sure" in groups else ():
            if not all(map(self._ordinary, text[start:end].split())):
                yield start, end, _SCORE
        for start, end in match.spans("name") if "name" in groups else ():
            for name in self._accepted(text, start, end, is_titled="titled" in groups):
                with_title = "titled" in groups and text[match.start("titled")].isupper()
                yield (match.start("titled"), *name[1:]) if with_title else name
        for start, end in match.spans("initials") if "initials" in groups else ():
            if zipf(text[start:end], "en") < _WORD_ZIPF and not self._is_form_word(text[start:end]):
                yield start, end, _SIGNED_SCORE

    def _with_capitals(self, text: str) -> Iterator[tuple[int, int, float]]:
        """`Barbara SALESI`: a given name and a word in capitals that is no ordinary one."""
        for match in self._CAPITALS.finditer(text, timeout=timeout(text)):
            family = match.group("family")
            if kind(match.group("given"), self.supported_language) is Kind.GIVEN and not self._is_common(family):
                yield *match.span(), _SIGNED_SCORE

    def _is_common(self, word: str) -> bool:
        is_ordinary = kind(word, self.supported_language) is Kind.ORDINARY
        return is_ordinary or is_form_word(word.casefold(), self.supported_language)

    def _accepted(
        self, text: str, start: int, end: int, *, is_titled: bool = False
    ) -> Iterator[tuple[int, int, float]]:
        """The name without ordinary words at either end; nothing where only such words are left."""
        words = [(start + m.start(), start + m.end()) for m in regex.finditer(r"\S+", text[start:end])]
        while words and self._ordinary(text[slice(*words[0])]):
            words.pop(0)
        while words and self._ordinary(text[slice(*words[-1])]):
            if is_titled and self._is_surname(*(text[slice(*word)] for word in words)):
                break
            words.pop()
        if words and not all(self._is_form_word(text[start:end]) for start, end in words):
            yield (
                words[0][0],
                words[-1][1] - (text[words[-1][1] - 1] == "." and words[-1][1] - words[-1][0] > 2),
                _SCORE,
            )

    def _is_surname(self, *words: str) -> bool:
        """Whether the last of two words behind a title is a surname, though an ordinary word: `Frau Erika Sechzig`."""
        if len(words) != 2 or kind(words[0], self.supported_language) is not Kind.GIVEN:
            return False
        return not self._is_form_word(words[1]) and zipf(words[1], self.supported_language) < _NO_NAME_ZIPF

    def _ordinary(self, word: str) -> bool:
        plain = word.strip(".'’-")
        if len(plain) < 2:
            return not plain
        word_kind = kind(plain, self.supported_language)
        if self._is_local:
            return self._is_local_word(plain, word_kind)
        if word_kind in (Kind.UNKNOWN, Kind.RARE) and self._is_form_word(plain):
            return True
        if word_kind is Kind.ORDINARY and "-" in plain:
            return not self._is_double_name(plain)
        return word_kind is Kind.ORDINARY or (word_kind is Kind.UNKNOWN and plain.isupper())

    def _is_local_word(self, word: str, word_kind: Kind) -> bool:
        """Whether a capitalized word in a name's place is none, in languages whose lists of names are short.

        There a name that no list has counts as an ordinary word, since it is frequent in that language alone. Such
        languages write no noun with a capital, so that a word which has one is a name unless it is very frequent.
        """
        if word.casefold() in self._titles:
            return True
        if word_kind is Kind.ORDINARY:
            return self._is_form_word(word) or zipf(word, self.supported_language) >= _NO_NAME_ZIPF
        return word_kind in (Kind.UNKNOWN, Kind.RARE) and (self._is_form_word(word) or word.isupper())

    def _is_double_name(self, word: str) -> bool:
        """Whether it is as `Kirchhoff-Yildiz`: parts with capitals, of which one is no ordinary word."""
        parts = word.split("-")
        return all(len(part) > _LONGEST_PREFIX and part[0].isupper() for part in parts) and any(
            kind(part, self.supported_language) is not Kind.ORDINARY for part in parts
        )

    def _is_form_word(self, word: str) -> bool:
        return is_form_word(word.strip(".'’-").casefold(), self.supported_language)

    def _attributed(self, text: str) -> Iterator[tuple[int, int, float]]:
        if not self._ANY_WROTE.may_match(text):
            return
        for match in self._ATTRIBUTION.finditer(text, timeout=timeout(text)):
            if not regex.search(r"^via\b|\b(?:I|you|he|she|they|we|er|sie|ich|il|elle|je)\b", match.group("name")):
                time = self._TIME.match(match.group("name"))
                start = match.start("name") + (time.end() if time else 0)
                before = self._LOWER_WORDS.match(text, start, match.end("name"))
                yield before.end() if before else start, match.end("name"), _SCORE
        for match in self._ATTRIBUTION_AFTER.finditer(text, timeout=timeout(text)):
            yield *match.span("name"), _SCORE

    def _header_block(self, text: str) -> Iterator[tuple[int, int, float]]:
        for block in self._HEADER.finditer(text, timeout=timeout(text)):
            for member in self._MEMBER.finditer(block.group("list")):
                name = (member.group("name") or "").rstrip()
                if self._is_addressee(name):
                    start = block.start("list") + member.start()
                    yield start + len(name) - len(name.lstrip()), start + len(name), _SCORE

    def _is_addressee(self, name: str) -> bool:
        """Whether it names somebody in a list of addressees, where names may stand in capitals or in lower case."""
        if is_caseless(name):
            words = name.split()
            return len("".join(words)) <= _MOST_CASELESS and not any(map(self._is_form_word, words))
        kinds = [kind(word, self.supported_language) for word in _LETTERS.findall(name)]
        if name.strip(" \t\n'")[:1].isupper():
            is_full = self._is_local and len(kinds) > 1 and not all(map(self._ordinary, _LETTERS.findall(name)))
            return is_full or any(each is not Kind.ORDINARY for each in kinds)
        return 0 < len(kinds) <= 3 and all(each not in (Kind.ORDINARY, Kind.RARE) for each in kinds)

    def _lines_alone(self, text: str) -> Iterator[tuple[int, int, float]]:
        """A line of nothing but a name: two words of which one is a name, or one that is a given name."""
        for match in self._ALONE.finditer(text, timeout=timeout(text)):
            kinds = [kind(word.strip("."), self.supported_language) for word in match.group("name").split()]
            if Kind.ORDINARY in kinds or (match.group("name").isupper() and Kind.GIVEN not in kinds):
                continue
            whole = match.span() == (0, len(text))
            if (
                Kind.GIVEN in kinds
                or (whole and kinds[0] is not Kind.UNKNOWN)
                or (len(kinds) > 1 and Kind.SURNAME in kinds)
                or kinds.count(Kind.UNKNOWN) == 2
            ):
                yield *match.span("name"), _SCORE
        if text.islower() and kind(text.strip(), self.supported_language) in (
            Kind.GIVEN,
            Kind.SURNAME,
            Kind.EITHER,
        ):
            yield 0, len(text), _SCORE
        for match in self._LOWER_GREETING.finditer(text, timeout=timeout(text)):
            if kind(match.group("name"), self.supported_language) in (Kind.GIVEN, Kind.SURNAME):
                yield *match.span("name"), _SCORE
