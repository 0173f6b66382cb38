"""Searches bytes for the terms of many persons in one pass, under any encodings (Aho and Corasick, CACM 1975)."""

from __future__ import annotations

import binascii
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple
from urllib.parse import unquote_to_bytes

import ahocorasick

from triage.rights.search.prefilter import Prefilter

Kind = Literal["address", "name", "value", "exact"]
DEPTH = 2
"""Encodings that may lie over one another, such as quoted-printable in base64."""

_RUN = re.compile(rb"[A-Za-z0-9+/_-]{8,}(?:[ \t]*\r?\n(?:> ?)*[A-Za-z0-9+/_-]{2,})*")
_BASE64 = bytes.maketrans(b"-_", b"+/")
_NO_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"))
_QUOTED = re.compile(rb"=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n)")
_URL = re.compile(rb"%[0-9A-Fa-f]{2}")
_ENTITY = re.compile(rb"&(?:#\w+|[A-Za-z]\w+);")
_LOCAL_BEFORE = re.compile(r"[a-z0-9][._%+-]*\Z")
_ESCAPE_BEFORE = re.compile(r"(?:\\[nrtbf]|\\u[0-9a-f]{4}|[=%][0-9a-f]{2})\Z")
_DOMAIN_AFTER = re.compile(r"[.-]?[a-z0-9]")
_WORD_BEFORE, _WORD_AFTER = re.compile(r"[a-z0-9]\Z"), re.compile(r"[a-z0-9]|[\w.+-]*@")
_CONTEXT = 64
_EXPANSION = 9
"""Characters that one takes at most under two encodings: quoted-printable in quoted-printable."""
_LARGE = 2**16
_CASED = 6


class Term(NamedTuple):
    """A text to search for, of the person with the number `owner`, and what kind of text it is.

    `address`, `name` and `value` match only where no adjoining letter makes them another one's; `exact` matches
    anywhere.
    """

    text: str
    owner: int
    kind: Kind


@lru_cache(maxsize=8)
def scanner_of(terms: tuple[Term, ...]) -> Scanner:
    """The scanner of these terms, prepared once in a process."""
    return Scanner(terms)


class Scanner:
    """Finds terms in bytes, in any case of their letters and under DEPTH layers of encodings.

    The encodings: UTF-8, Latin-1, UTF-16, base64 at any alignment, quoted-printable, URL encoding, and HTML's
    character references.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        patterns: dict[str, set[int]] = {}
        for number, term in enumerate(self.terms):
            for pattern in _spellings(term.text):
                patterns.setdefault(pattern, set()).add(number)
        self._automaton = ahocorasick.Automaton()
        for pattern, numbers in patterns.items():
            self._automaton.add_word(pattern, (len(pattern), tuple(sorted(numbers))))
        if patterns:
            self._automaton.make_automaton()
        self._prefilter = Prefilter(patterns)
        self._around = _EXPANSION * (max(map(len, patterns), default=0) + _CONTEXT)
        self._is_empty = not patterns

    def find(self, data: bytes, *, bounded: bool = True) -> set[Term]:
        """The terms in `data`; unbounded, addresses also where a letter adjoins, as in a database's pages."""
        matched: set[int] = set()
        if not self._is_empty:
            views = _views(data, DEPTH, self._prefilter.least, self._around)
            for view in filter(self._prefilter.lets_through, views):
                self._search(b" ".join(view.split()).lower().decode("latin-1"), matched, bounded)
        return {self.terms[number] for number in matched}

    def _search(self, text: str, matched: set[int], bounded: bool) -> None:
        for last, (length, numbers) in self._automaton.iter(text):
            new = [number for number in numbers if number not in matched]
            if not new:
                continue
            begin, end = last - length + 1, last + 1
            before, after = text[max(0, begin - _CONTEXT) : begin], text[end : end + _CONTEXT]
            matched.update(n for n in new if _stands_alone(self.terms[n].kind, before, after, bounded))


def _stands_alone(kind: Kind, before: str, after: str, bounded: bool) -> bool:
    if kind == "exact" or (kind == "address" and not bounded):
        return True
    if kind != "address":
        left, right = _WORD_BEFORE, _WORD_AFTER
    else:
        left, right = _LOCAL_BEFORE, _DOMAIN_AFTER
    return not right.match(after) and (not left.search(before) or bool(_ESCAPE_BEFORE.search(before)))


def _spellings(text: str) -> set[str]:
    """The bytes that `text` may be written as, read as Latin-1; the letters of ASCII in lower case.

    The data is read and lowered the same way. Unicode's composed and decomposed forms are both kept, and UTF-16 is
    kept without its zero bytes, because `_views` takes these out of the data, too.
    """
    spellings = set()
    for form in ("NFC", "NFD"):
        plain = " ".join(unicodedata.normalize(form, text).split())
        for cased in _casings(plain):
            for codec in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
                encoded = cased.encode(codec, "replace" if codec != "utf-8" else "surrogatepass")
                if codec == "latin-1" and encoded.decode(codec) != cased:
                    continue
                spellings.add(encoded.replace(b"\0", b"").lower().decode("latin-1"))
    return spellings - {""}


def _casings(text: str) -> set[str]:
    """Every case of the letters beyond ASCII, as long as they are few; lowering bytes lowers ASCII letters only."""
    casings = {text, text.lower(), text.upper(), text.title()}
    choices = [{c} if c.isascii() else {c.lower(), c.upper()} for c in text.lower()]
    if sum(len(choice) > 1 for choice in choices) <= _CASED:
        casings |= {"".join(letters) for letters in product(*choices)}
    return casings


def _views(data: bytes, depth: int, least: int, around: int) -> Iterator[bytes]:
    """`data` as it is, and what lies under its encodings; UTF-16 is Latin-1 between zeros.

    `least` is how many bytes a term takes at least, `around` how many it takes at most with what is looked at beside
    it, encoded twice.
    """
    yield data
    if not depth:
        return
    if b"\0" in data:
        yield from _views(data.replace(b"\0", b""), depth - 1, least, around)
    encoded = ((_QUOTED, _from_quoted), (_URL, _from_url), (_ENTITY, _from_entities))
    decoded = (decode(_windows(data, mark, around)) for mark, decode in encoded)
    for inner in (_from_base64(data, least), *decoded):
        if inner:
            yield from _views(inner, depth - 1, least, around)


def _windows(data: bytes, mark: re.Pattern[bytes], around: int) -> bytes:
    """Of large data, such as a Parquet file, what stands around the marks of an encoding; the rest is a view already.

    In compressed bytes each mark occurs by chance, and all of them would be decoded for it.
    """
    if len(data) < _LARGE:
        return data
    windows: list[tuple[int, int]] = []
    for match in mark.finditer(data):
        start, end = max(0, match.start() - around), match.end() + around
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return b"\n".join(data[start:end] for start, end in windows)


def _from_base64(data: bytes, least: int) -> bytes:
    """The runs that can hold a term: three bytes a group of four characters. Most others are words of a text."""
    shortest = 4 * ((least + 2) // 3) - 3
    runs = (run[0] for run in _RUN.finditer(data) if run.end() - run.start() >= shortest)
    return b"\n".join(piece for run in runs for piece in _decoded_run(run))


def _decoded_run(run: bytes) -> Iterator[bytes]:
    """A run of base64 characters, decoded from each place where its first group of four may begin.

    What stands before the value may be of the same alphabet, so one of four starts is the true one. A first line of
    60 characters or more is MIME's: its lines are whole groups, unless words adjoin the first of them.
    """
    first, newline, rest = run.partition(b"\n")
    whole = run.translate(_BASE64, _NO_BASE64)
    starts = [whole] if newline and len(first) >= 60 else [whole, whole[1:], whole[2:], whole[3:]]
    if newline:
        starts.append(rest.translate(_BASE64, _NO_BASE64))
    for start in starts:
        padded = start + b"A" * (-len(start) % 4)  # a value may end without its padding
        if len(padded) >= 8:
            yield binascii.a2b_base64(padded)


def _from_quoted(data: bytes) -> bytes:
    return binascii.a2b_qp(data) if _QUOTED.search(data) else b""


def _from_url(data: bytes) -> bytes:
    return unquote_to_bytes(data) if _URL.search(data) else b""


def _from_entities(data: bytes) -> bytes:
    if not _ENTITY.search(data):
        return b""
    return html.unescape(data.decode("latin-1")).encode("utf-8", "surrogatepass")


def path_words(path: bytes) -> bytes:
    """A path, and below it each of its parts with and without its extensions, for a bounded search.

    After `a@b.example` in `a@b.example.mbox` comes what could be more of the host, so that the name alone would not
    match.
    """
    words = []
    for part in path.split(b"/"):
        word = part
        while word:
            words.append(word)
            word = word.rpartition(b".")[0]
    return b"\n".join([path, *words])
