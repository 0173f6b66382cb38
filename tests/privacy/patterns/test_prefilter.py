"""The prefilter of patterns: a pattern that matches a text is always among the possible ones, and few others are."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import hyperscan
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.privacy.patterns import prefilter as prefiltering
from triage.privacy.patterns.pattern import Pattern, PatternSet
from triage.privacy.patterns.prefilter import Prefilter
from triage.privacy.recognizers.registry import PATTERN_SETS, PATTERNS

ANY_CASE, LINES = regex.IGNORECASE, regex.MULTILINE

MATCHES: dict[str, tuple[str, int, str]] = {
    "word": (r"wrote", 0, "he wrote"),
    "whatever case": (r"(?i:Wrote)", 0, "WROTE"),
    "case of a flag": ("crit", ANY_CASE, "CRITICAL"),
    "one of several": (r"\b(?:wrote|schrieb)\b", 0, "er schrieb:"),
    "optional ending": (r"claims?\b", 0, "claim"),
    "optional begin": (r"(?:x\d)?wrote", 0, "wrote"),
    "letter of another alphabet": (r"\p{Lu}\p{L}+", 0, "Ψυχή"),
    "word of another alphabet between boundaries": (r"\b\w{3,}\b", 0, "это"),
    "sign beyond Latin-1": (r"€\d", 0, "€5"),
    "excluded class beyond Latin-1": (r"[^a-z]x", 0, "→x"),
    "excluded letter classes": (r"[^\p{L}]{3}", 0, "———"),
    "long s without case": (r"secret", ANY_CASE, "ſecret"),
    "Turkish i without case": (r"mit", ANY_CASE, "mİt"),
    "Kelvin sign": (r"(?i:k)m", 0, "Km"),
    "surrogate": (r".a", 0, "\udc80a"),
    "emoji": (r"\W", 0, "a😀a"),
    "combining mark in a word": (r"\w{4}", 0, "ca\u0301fe"),
    "not before": (r"(?<![\w.])\d{3}", 0, "a 123"),
    "not before, at the begin": (r"(?<![\w.])\d{3}", 0, "123"),
    "not behind": (r"\d{3}(?![\d,])", 0, "123."),
    "not behind, at the end": (r"\d{3}(?!\d)", 0, "x123"),
    "before: another alphabet": (r"(?<!\p{L})12", 0, "–12"),
    "not before, then something optional": (r"(?<!\d)x?12", 0, "3x12"),
    "boundary beside a letter with accent": (r"\bété\b", 0, "l'été."),
    "boundary at something that is no word": (r"\b-x", 0, "a-x"),
    "looked ahead": (r"\d(?=[ ]years)", 0, "5 years"),
    "looked behind, of any width": (r"(?<=mailto:[ ]*)\w+", 0, "mailto:  x"),
    "begin of a line": (r"^b", LINES, "a\nb"),
    "begin of a line after blanks": (r"^[ \t]*b$", LINES, "a\n  b\nc"),
    "begin of the text": (r"\Ab", LINES, "b\na"),
    "end of a line": (r"a$", LINES, "a\nb"),
    "end before the last line break": (r"a$", 0, "a\n"),
    "many times": (r"(?:ab){20,30}c", 0, "ab" * 25 + "c"),
    "few times": (r"x{2}", 0, "axxa"),
    "between bounds": (r"x.{0,120}y", 0, "x" + "." * 120 + "y"),
    "possessive": (r"\p{L}++\d*+", 0, "ab12"),
    "atomic": (r"(?>a|ab)c", 0, "ac"),
    "named twice": (r"(?P<a>x\d)|(?P<a>y\d)", 0, "y2"),
    "referred to by name": (r"(?P<q>['\"])a(?P=q)", 0, "'a'"),
    "referred to by number": (r"(a|b)-\1", 0, "b-b"),
    "dot takes line breaks": (r"a.b", regex.DOTALL, "a\nb"),
    "dot takes line breaks, said inside": (r"(?s:a.b)", 0, "a\nb"),
    "with comments": ("a b # c", regex.VERBOSE, "ab"),
    "lines inside a group": (r"(?m:^foo)", 0, "x\nfoo"),
    "end of a line first": (r"(?m)$\nfoo", 0, "abc\nfoo"),
    "reference to nothing": (r"(?P<q>'?)a(?P=q)b", 0, "ab"),
    "numbered reference to nothing": (r"x(a?)y\1z", 0, "xyz"),
    "tenth group": (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10", 0, "abcdefghijj"),
    "octal": (r"\101", 0, "A"),
    "a very long part may be empty": (f"x(?:|{'|'.join(f'{number}words' for number in range(3_000))})y", 0, "xy"),
    "ASCII only": (r"\W", regex.ASCII, "é"),
    "ASCII only inside": (r"(?a:x\W)", 0, "xé"),
    "named class": (r"[[:alpha:]]b", 0, "ab"),
    "set operation": (r"[a-z&&[^b]]x", regex.VERSION1, "ax"),
    "full case folding": (r"straße", regex.IGNORECASE | regex.FULLCASE, "STRASSE"),
    "other line ends": (r"^foo", LINES | regex.WORD, "x\rfoo"),
    "fuzzy": (r"(?:abc){e<=1}", 0, "abd"),
    "condition": (r"(a)?(?(1)b|c)", 0, "c"),
    "case given back": (r"(?i:a(?-i:B))", 0, "AB"),
    "empty": (r"x*", 0, ""),
    "nothing around": (r"a?(?=b)", 0, "b"),
    "half of it cannot be": (r"(?:\U0001f600|a)b", 0, "ab"),
    "recursion": (r"\((?:[^()]|(?R))*\)", 0, "((a))"),
    "very many words": ("|".join(f"word{number}x" for number in range(3_000)), 0, "a word2999x"),
    "very long inside": (f"a(?:{'|'.join(f'word{number}x' for number in range(3_000))})b", 0, "aword7xb"),
}  # fmt: skip

OTHERS: dict[str, tuple[str, int, str]] = {
    "other word": (r"wrote", 0, "he reads"),
    "inside a word": (r"\bat\b", 0, "that cat"),
    "behind a letter": (r"(?<![\w.])\d{3}", 0, "a123"),
    "before a digit": (r"\d{3}(?!\d)", 0, "x1"),
    "too few": (r"\d{6}", 0, "12345"),
    "other case": (r"\p{Lu}\p{L}+", 0, "small letters"),
    "in the middle of a line": (r"^wrote", LINES, "he wrote"),
    "one word of very many": ("|".join(f"{number}words" for number in range(3_000)), 0, "2999 words"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for each in PATTERN_SETS:
        each.prefilter  # noqa: B018 - the recognizers' own, from where it is stored
    monkeypatch.setattr(prefiltering, "_FOLDER", tmp_path / "kept")
    return tmp_path / "kept"


@pytest.mark.parametrize(("pattern", "flags", "text"), MATCHES.values(), ids=MATCHES)
def test_what_matches_is_possible(pattern: str, flags: int, text: str) -> None:
    assert regex.search(pattern, text, flags), "the case itself"
    for longer in (text, f"{text}\n", f"\n{text}", f" {text} "):
        if regex.search(pattern, longer, flags):
            assert Prefilter([(pattern, flags)]).possible(longer) == {0}


@pytest.mark.parametrize(("pattern", "flags", "text"), OTHERS.values(), ids=OTHERS)
def test_what_is_far_from_a_match_is_not_possible(pattern: str, flags: int, text: str) -> None:
    assert Prefilter([(pattern, flags)]).possible(text) == frozenset()


def test_every_character_that_a_pattern_takes_without_case_is_possible() -> None:
    letters = (chr(code) for code in range(sys.maxunicode + 1))
    everything = "".join(letter for letter in letters if unicodedata.category(letter) not in ("Cs", "Cn"))
    asked = [f"(?i:{letter})" for letter in "abcdefghijklmnopqrstuvwxyzäöüßéèêàçñóíáúåæøÉÄ°ºªµÿ"]
    prefilter = Prefilter([(pattern, 0) for pattern in asked])
    for number, pattern in enumerate(asked):
        for found in regex.findall(pattern, everything):
            assert number in prefilter.possible(found), (pattern, hex(ord(found)))


TEXTS = (
    "On Tue, Simon Wood <s@x.org> wrote:", "DEAR MRS. SMİTH,", "my name is Ann", "Lives at 12 Main Street, Springfield, IL 62704",
    "Straße des 17. Juni 135, 10623 Berlin", "ſecret: hunter22x9", "password is: Tr0ub4dor&3", "aged 34, 35 years old", "34-jährig", "IBAN",
    "customer no. 12345-67", "Kundennummer: 998877", "licence plate: AB12 CDE", "to: Bob\ncc: Eve\n", "Mit freundlichen Grüßen\nHans Müller",
    "AWS AKIAIOSFODNN7EXAMPLE", "steuernummer 12/345/67890", "-- \nJohn", "(John Smith)", '"Wood, Simon" <s@x.org>', "born in Łódź",
    "6200 MD Maastricht, The Netherlands", "the corner of Main Street and 5th Avenue", "DE89 3704 0044 0532 0130 00", "10.0.0.1:8080", "née à Paris",
    "+44 20 7946 0958", "4111 1111 1111 1111", "https://user:pw1234@host.example/x", "a [at] b dot c", "Ann’s password: Zq8#kk→1", "“Bob Smith” – wrote:",
)  # fmt: skip


def misses(text: str) -> Sequence[str]:
    patterns = [pattern for each in PATTERN_SETS for pattern in each.patterns]
    return [p.text for p in patterns if not p.may_match(text) and p.compiled.search(text, timeout=60)]


@pytest.mark.parametrize("text", TEXTS)
def test_a_recognizers_pattern_that_matches_is_never_skipped(text: str) -> None:
    for spelled in (
        text,
        text.upper(),
        text.lower(),
        text.title(),
        f"a\n> {text}\n",
        f"„{text}“",
        f"{text} {text}",
    ):
        assert not misses(spelled)


PIECES = st.one_of(
    st.sampled_from([*TEXTS, *(word for text in TEXTS for word in text.split())]),
    st.sampled_from(" \n\t.,:;-–/@#'\"<>()0123456789"),
    st.text(max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_text_at_all_makes_a_match_that_is_skipped(text: str) -> None:
    assert not misses(text)


def test_a_prefilter_is_compiled_once_and_stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Prefilter([("once", 0)]).possible("at once") == {0}
    monkeypatch.setattr(prefiltering, "_database", lambda _: pytest.fail("compiled again"))
    assert Prefilter([("once", 0)]).possible("at once") == {0}
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"x" * 40, None], ids=["empty", "other bytes", "one byte changed"])
def test_a_damaged_prefilter_is_compiled_anew(folder: Path, damage: bytes | None) -> None:
    Prefilter([("once", 0)])
    [kept] = folder.iterdir()
    content = kept.read_bytes()
    kept.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:] if damage is None else damage)
    assert Prefilter([("once", 0)]).possible("at once") == {0}
    assert kept.read_bytes()[32:] != damage


def test_a_prefilter_of_another_kind_of_machine_is_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Prefilter([("once", 0)])
    [kept] = folder.iterdir()
    load = hyperscan.loadb
    refused: list[bytes] = []

    def refuse_first(content: bytes, mode: int) -> object:
        if not refused:
            refused.append(content)
            raise hyperscan.DatabasePlatformError
        return load(content, mode)

    monkeypatch.setattr(hyperscan, "loadb", refuse_first)
    before = kept.read_bytes()
    assert Prefilter([("once", 0)]).possible("at once") == {0}
    assert kept.read_bytes() == before


def test_where_nothing_can_be_compiled_everything_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise hyperscan.CompilerError

    monkeypatch.setattr(prefiltering, "_database", fail)
    assert Prefilter([("once", 0), ("twice", 0)]).possible("nothing") == {0, 1}


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(prefiltering, "_FOLDER", tmp_path / "file" / "below")
    assert Prefilter([("once", 0)]).possible("at once") == {0}


def test_what_is_kept_may_be_read_by_other_users(folder: Path) -> None:
    Prefilter([("once", 0)])
    [kept] = folder.iterdir()
    assert os.stat(kept).st_mode & 0o777 == 0o644


def test_a_pattern_outside_every_set_is_searched_everywhere() -> None:
    pattern = Pattern(r"(?i:zebra)[ ](?P<value>\d+)")
    assert pattern.may_match("no such animal")
    assert [match["value"] for match in pattern.finditer("a ZEBRA 12")] == ["12"]


def test_a_pattern_that_cannot_match_is_not_even_compiled() -> None:
    pattern = next(p for p in PATTERNS.patterns if p.text.startswith(r"(?<![A-Za-z0-9])xox"))
    vars(pattern).pop("compiled", None)
    assert not list(pattern.finditer("nothing of that kind"))
    assert "compiled" not in vars(pattern)


def test_a_set_decides_on_its_own_patterns_only() -> None:
    one, other = PatternSet([Pattern("once")]), PatternSet([Pattern("twice"), Pattern("thrice")])
    assert one.possible("twice or thrice") == frozenset()
    assert other.possible("twice or thrice") == frozenset(other.patterns)
