"""Names that are known by where they stand: greetings, closings, quoted headers, attributions, titles, introductions."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.patterns.pattern import Pattern, candidates
from triage.privacy.recognizers.common.base import Recognizer, timeout

_WORD = r"(?:(?<!\p{L})\p{Lu}[\p{L}'’]*+(?:-\p{Lu}?[\p{L}'’]++){0,4}+\.?)"
_GAP = r"(?:[ \t]++(?:\n[ \t]*+)?|\n[ \t]*+|(?<=\.))"
_GAP_OR_COMMA = r"(?:[ \t,]++(?:\n[ \t]*+)?|\n[ \t]*+|(?<=\.))"
_PARTICLE = r"(?:van|von|vom|zu|der|den|de|del|della|di|da|dos|du|la|le|ter|ten|bin|ben|al|el|af|y|e|i)"
NAME = rf"{_WORD}(?:[ \t]+(?:{_PARTICLE}[ \t]+){{0,3}}{_WORD}){{0,3}}"
_TITLE = (
    r"(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Sir|Herrn?|Frau|Fräulein|Monsieur|Messieurs|Mmes?|Mlle|Madame|Mademoiselle|M|Ma[iî]tre|"
    r"Señor(?:ita|a)?|Sra?|Srta|D|Dña|Don|Doña|Professor|Doctor|Judge|Senator)"
)
_GREETING = (
    r"(?:hi|hello|hey|hiya|dear|good\s(?:morning|afternoon|evening|day)|morning|greetings|thanks|thank\syou|many\sthanks|"
    r"hallo|liebe[rs]?|sehr\sgeehrte[rs]?|geehrte[rs]?|guten\s(?:tag|morgen|abend)|moin|servus|grüezi|grüß\sgott|werte[rs]?|"
    r"bonjour|bonsoir|ch[eè]re?s?|salut|hola|buen[oa]s(?:\s(?:d[ií]as|tardes|noches))?|estimad[oa]s?|querid[oa]s?|"
    r"ciao|gentile|caro|cara|olá|prezad[oa]|beste|geachte|kære|hej|hei)"
)
_CLOSING = (
    r"(?:thanks(?:\s(?:again|a\slot|so\smuch|and\sregards|in\sadvance))?|thank\syou(?:\s(?:very\smuch|in\sadvance))?|thx|"
    r"(?:(?:best|kind|warm|many|with\s(?:best|kind))\s)*(?:regards|wishes)|best|cheers|sincerely(?:\syours)?|"
    r"yours(?:\s(?:sincerely|truly|faithfully))?|respectfully|cordially|love|take\scare|ciao|"
    r"(?:mit\s)?(?:freundlichen|besten|herzlichen|lieben|vielen)\s(?:gr(?:ü|ue)(?:ß|ss)en|dank)|"
    r"(?:viele|liebe|beste|freundliche|herzliche|schöne)\sgr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|gru(?:ß|ss)|"
    r"(?:bien\s)?cordialement|sincères\ssalutations|merci(?:\sd'avance)?|amicalement|bien\sà\s(?:vous|toi)|salutations|"
    r"(?:(?:un\s)?cordial(?:es)?\s)?salud[oa]s?(?:\scordiales)?|atentamente|(?:muchas\s)?gracias|un\sabrazo|atte)"
)
_FIELD = (
    r"(?:from|to|cc|bcc|sent\sby|reply-to|sender|von|an|kopie|gesendet\svon|de|à|a|para|expéditeur|destinataire|"
    r"name|full\sname|first\sname|last\sname|surname|contact(?:\sperson)?|attn\.?|attention|customer|client|employee|manager|"
    r"vorname|nachname|ansprechpartner(?:in)?|kontakt|kunde|kundin|nom|prénom|nombre|apellidos?|cliente|c/o|signed|"
    r"requested\sby|reported\sby|prepared\sby|author|maintainer|cardholder|account\sholder|patient|caller|user)"
)
_INTRODUCTION = (
    r"(?:my\sname\sis|my\sname's|name's|i\sam|i'm|this\sis|it's|signed|called|named|contact|ask\sfor|speak\s(?:to|with)|"
    r"spoke\s(?:to|with)|talk(?:ed)?\s(?:to|with)|met\swith|meet\swith|ich\sbin|ich\shei(?:ß|ss)e|mein\sname\s(?:ist|lautet)|"
    r"je\sm'appelle|je\ssuis|mon\snom\sest|me\sllamo|mi\snombre\ses|soy|mich\san|name\sof|on\sbehalf\sof|behalf\sof|"
    r"in\sthe\sname\sof|attention\sof|account\sof|colleague|colega|kollegen?|kollegin|collègue|manager|assistant|"
    r"wife|husband|son|daughter|brother|sister|partner|friend|boss|neighbour|neighbor)"
)
_WROTE = r"(?:wrote|writes|schrieb|(?:a|\?)\s?[ée?]crit|escribió|ha\sscritto|skrev|schreef|said)"
_BOUND = r"(?:[ \t]*[,;:!.\-–—]*[ \t]*(?:$|\n)|[ \t]*[,!:\-–—])"
_SCORE = 0.9
_INITIAL_SCORE = 0.4
_LETTERS = regex.compile(r"\p{L}{2,}")

_CASED = [
    rf"(?P<titled>\bM\.?[ ](?:et|ou)[ ]Mme\.?[ ](?P<name>{NAME}))",
    rf"\b(?P<titled>{_TITLE}\.?[ \t]+(?:(?:{_TITLE}|med|jur|rer|nat|phil|Ing|h\.c)\.?[ \t]+){{0,3}}(?P<name>{NAME}))",
    rf"(?P<sure>{NAME})[ \t]*\"?[ \t]*(?:<|\[mailto:|\()[^\s<>()\[\]]+@[^\s<>()\[\]]+[>\])]",
    rf"\((?P<name>{NAME})\)[ \t]*$",
    rf"(?i:forwarded[ ]by|posted[ ]by|written[ ]by|prepared[ ]by|created[ ]by|approved[ ]by|on[ ]behalf[ ]of)[ ]+(?P<name>{NAME})",
    rf"(?<!/)(?P<sure>{_WORD}(?:{_GAP}{_WORD}){{0,3}})[ \t]?\n?(?=/\p{{L}}[\w &]*(?:/\p{{L}}|@\p{{L}})|@ECT\b|@ENRON\b)",
    rf"[\"']+(?P<sure>{_WORD}(?:{_GAP_OR_COMMA}{_WORD}){{1,3}})[ \t]*(?:\([^()\n]{{1,20}}\))?[\"']+[ \t]*\n?[ \t]*<[^<>\s]+@",
    rf"(?i:\b{_INTRODUCTION})[ \t]+(?P<name>{NAME})",
    rf"(?i:\b{_FIELD})[ \t]*:[ \t]*(?P<name>{NAME})",
]
_LINES = [
    rf"^[ \t]*(?i:{_GREETING})[ ,]+(?:(?:{_TITLE}\.?|(?:und|and|et|y|&))[ \t]+){{0,3}}(?P<name>{NAME})"
    rf"(?:[ \t]*(?:,|/|&|and|und|et|y)[ \t]*(?P<name>{NAME})){{0,4}}{_BOUND}",
    rf"^[ \t]*(?P<name>{_WORD})(?:[ \t]*(?:[/,&]|and|und|et|y)[ \t]+(?P<name>{_WORD})|[/,](?P<name>{_WORD})){{0,3}}[ \t]*[,:\-–—]{{1,2}}[ \t]*(?:$|\n)",
    rf"(?i:\b{_CLOSING})[ \t]*[,!.\-–—]*[ \t]*\n?[ \t]*[-–—~*]*[ \t]*(?P<name>{NAME})[ \t]*[.!]?(?:$|\n)",
    rf"^[ \t]*[-–—~*/]{{1,3}}[ \t]?(?P<name>{NAME})[ \t]*[.]?[ \t]*(?:$|\n)",
]


class CuedPerson(Recognizer):
    """Persons named where mails name persons; an ordinary word in such a place (`Dear all`) is none."""

    entity = "PERSON"
    needs = Pattern(r"\p{L}{2}")

    _CUED = tuple(Pattern(pattern, regex.MULTILINE) for pattern in _CASED + _LINES)
    _ATTRIBUTION = Pattern(
        rf"(?:^|[,:\d\"'>]|\b[AP]M|[+-]\d{{4}}|\))[ \t]*\"?(?P<name>[\p{{L}}](?:[\p{{L}}.'’,\- ]|(?<=\p{{L}})\?(?=\p{{L}})){{1,60}}?)\"?"
        rf"(?:[ ]via[ ][\w.\-]+)?[ \t]*(?:[<(\[][^\n<>()]{{3,120}}[>)\]])?[ \t\n]{{1,3}}{_WROTE}[ \t]*(?::|$|\.\.\.)",
        regex.MULTILINE,
    )
    _ANY_WROTE = Pattern("wrote|writes|schrieb|crit|escribi|skrev|scritto|schreef", regex.IGNORECASE)
    _TIME = regex.compile(r"(?:(?:[AaPp]\.?[Mm]\.?|[A-Z]{3,4})[, ]+)*+")
    _HEADER = Pattern(
        r"^[ \t]*\*?(?:From|To|Cc|CC|cc|Bcc|bcc|Von|An|Kopie|De|À|Para|Sent by|Reply-To)[ \t]*:\*?[ \t]*(?P<list>[^\n]*"
        r"(?:\n(?![^\n:]{1,30}:)[^\n]*(?:[;,@/][^\n]*|$))*)",
        regex.MULTILINE,
    )
    _MEMBER = regex.compile(
        r"(?P<name>[^;,<>\[\]()\"/@]{2,60}(?:,[ ]{1,2}[^;,<>\[\]()\"\n/@:]{2,40}(?=[ \t]*(?:;|<|\[|\"|$|\n)))?)|[^;,]+"
    )
    _INITIAL = regex.compile(
        r"(?:(?<=[\[(\"«“][ ]?)|(?<=\b(?:de|par|por|et|a|à|que|y|e|con|avec|contre|contra|témoin|testigo|acusado|accusé|entre|con)[ ])|(?<=, ))"
        r"(?:\p{Lu}\.[ ]?){0,2}\p{Lu}\.?(?=[ ]?[\])»”\"]|[ ]?[,.;]|[ ]\p{Ll})(?<!\b[AOYE])(?![.]?\p{L})"
    )
    _ALONE = regex.compile(rf"^[ \t]*(?P<name>{NAME})[ \t]*$", regex.MULTILINE)
    _LOWER_GREETING = Pattern(rf"^[ \t]*(?i:{_GREETING})[ ,]+(?P<name>\p{{Ll}}{{3,}})[ \t]*[,!:.\-]", regex.MULTILINE)

    prefiltered = (*_CUED, _ATTRIBUTION, _ANY_WROTE, _HEADER, _LOWER_GREETING)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All places. Raises TimeoutError when a long text is too hard."""
        for pattern in candidates(self._CUED, text):
            for match in pattern.compiled.finditer(text, timeout=timeout(text)):
                for start, end in match.spans("sure") if "(?P<sure>" in pattern.text else ():
                    if not all(map(self._ordinary, text[start:end].split())):
                        yield start, end, _SCORE
                for start, end in match.spans("name") if "(?P<name>" in pattern.text else ():
                    for name in self._accepted(text, start, end):
                        yield (match.start("titled"), *name[1:]) if "(?P<titled>" in pattern.text else name
        if self.supported_language in ("fr", "es"):
            yield from ((*match.span(), _INITIAL_SCORE) for match in self._INITIAL.finditer(text))
        yield from self._attributed(text)
        yield from self._header_block(text)
        yield from self._lines_alone(text)

    def _accepted(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, float]]:
        """The name without ordinary words at either end; nothing where only such words are left."""
        words = [(start + m.start(), start + m.end()) for m in regex.finditer(r"\S+", text[start:end])]
        while words and self._ordinary(text[slice(*words[0])]):
            words.pop(0)
        while words and self._ordinary(text[slice(*words[-1])]):
            words.pop()
        if words:
            yield (
                words[0][0],
                words[-1][1] - (text[words[-1][1] - 1] == "." and words[-1][1] - words[-1][0] > 2),
                _SCORE,
            )

    def _ordinary(self, word: str) -> bool:
        plain = word.strip(".'’-")
        if len(plain) < 2:
            return not plain
        word_kind = kind(plain, self.supported_language)
        return word_kind is Kind.ORDINARY or (word_kind is Kind.UNKNOWN and plain.isupper())

    def _attributed(self, text: str) -> Iterator[tuple[int, int, float]]:
        if not self._ANY_WROTE.may_match(text):
            return
        for match in self._ATTRIBUTION.finditer(text, timeout=timeout(text)):
            if not regex.search(r"^via\b|\b(?:I|you|he|she|they|we|er|sie|ich|il|elle|je)\b", match.group("name")):
                time = self._TIME.match(match.group("name"))
                start = match.start("name") + (time.end() if time else 0)
                yield start, match.end("name"), _SCORE

    def _header_block(self, text: str) -> Iterator[tuple[int, int, float]]:
        for block in self._HEADER.finditer(text, timeout=timeout(text)):
            for member in self._MEMBER.finditer(block.group("list")):
                name = (member.group("name") or "").rstrip()
                if self._is_addressee(name):
                    start = block.start("list") + member.start()
                    yield start + len(name) - len(name.lstrip()), start + len(name), _SCORE

    def _is_addressee(self, name: str) -> bool:
        """Whether it names somebody in a list of addressees, where names may stand in capitals or in lower case."""
        kinds = [kind(word, self.supported_language) for word in _LETTERS.findall(name)]
        if name.strip(" \t\n'")[:1].isupper():
            return any(each is not Kind.ORDINARY for each in kinds)
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
