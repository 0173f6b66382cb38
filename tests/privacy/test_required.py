"""What a pattern needs: every match holds one of its literals, whatever the case and the letters."""

from __future__ import annotations

import sys
import unicodedata

import pytest
import regex

from triage.config import load_settings
from triage.privacy.policy import load_policy
from triage.privacy.recognizers import build_recognizers
from triage.privacy.recognizers.cues import CuedPerson
from triage.privacy.recognizers.required import Needed, Pattern, folded, required
from triage.privacy.recognizers.street import StreetAddress

CASES = {
    "word": (r"wrote", {"wrote"}),
    "whatever case": (r"(?i:Wrote)", {"wrote"}),
    "either": (r"\b(?:wrote|schrieb)\b", {"wrote", "schrieb"}),
    "optional ending": (r"claims?\b", {"claim"}),
    "optional middle": (r"ab?c", {"abc", "ac"}),
    "class of letters": (r"[ée]crit", {"écrit", "ecrit"}),
    "behind any blanks": (r"\p{Lu}+ \s*wrote", {"wrote"}),
    "repeated": (r"(?:ha){2,3}", {"ha"}),
    "behind an optional part": (r"(?:x\d)?wrote", {"wrote"}),
    "the rarer of two": (r"[a-z]+@[a-z]+e", {"@"}),
    "looked ahead": (r"\d(?=[ ]years)", {" years"}),
    "looked behind": (r"(?<=mailto:)\w+", {"mailto:"}),
    "excluded": (r"(?!wrote)\w+", set()),
    "one branch without": (r"wrote|\d+", set()),
    "nothing but classes": (r"\d{4}\p{L}", set()),
    "named twice": (r"(?P<a>x\d)|(?P<a>y\d)", {"x", "y"}),
    "named list": (r"in \L<countries>", set()),
    "recursion": (r"\((?:[^()]|(?R))*\)", set()),
    "not even a pattern": (r"(", set()),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "literals"), CASES.values(), ids=CASES)
def test_literals(pattern: str, literals: set[str]) -> None:
    assert required(pattern) == literals


def test_every_letter_that_a_pattern_takes_without_case_is_folded_alike() -> None:
    """Not one of Unicode's letters may match a pattern's letter and yet be missed in the folded text."""
    letters = (chr(code) for code in range(sys.maxunicode + 1))
    everything = "".join(letter for letter in letters if unicodedata.category(letter) not in ("Cs", "Cn"))
    for letter in "abcdefghijklmnopqrstuvwxyzäöüßéèêàçñóíáúåæøÉÄ°ºª":
        for found in regex.findall(f"(?i:{letter})", everything):
            assert folded(letter) in folded(found), (letter, hex(ord(found)))


TEXTS = (
    "On Tue, Simon Wood <s@x.org> wrote:", "DEAR MRS. SMİTH,", "my name is Ann", "Lives at 12 Main Street, Springfield, IL 62704",
    "Straße des 17. Juni 135, 10623 Berlin", "ſecret: hunter22x9", "password is: Tr0ub4dor&3", "aged 34, 35 years old", "34-jährig", "IBAN",
    "customer no. 12345-67", "Kundennummer: 998877", "licence plate: AB12 CDE", "to: Bob\ncc: Eve\n", "Mit freundlichen Grüßen\nHans Müller",
    "AWS AKIAIOSFODNN7EXAMPLE", "steuernummer 12/345/67890", "-- \nJohn", "(John Smith)", "\"Wood, Simon\" <s@x.org>",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_pattern_that_matches_is_never_skipped(text: str) -> None:
    for pattern in every_pattern():
        for spelled in (text, text.upper(), text.lower(), text.title()):
            if pattern.compiled.search(spelled):
                assert pattern.may_match(spelled), pattern.text


def test_a_text_without_any_literal_is_skipped_and_its_pattern_not_even_compiled() -> None:
    pattern = Pattern(r"(?i:zebra)[ ](?P<value>\d+)")
    assert not list(pattern.finditer("no such animal 12"))
    assert "compiled" not in vars(pattern)
    assert [match["value"] for match in pattern.finditer("a ZEBRA 12")] == ["12"]


def test_literals_that_come_later_are_looked_for_too() -> None:
    text = "a late word and an early one"
    early = Needed(["early"])
    assert early.may_match(text)
    assert Needed(["late"]).may_match(text)
    assert not Needed(["never"]).may_match(text)


def every_pattern() -> list[Pattern]:
    policy = load_policy(load_settings().privacy.policy)
    forms = [
        form.pattern
        for code in ("en", "de")
        for each in build_recognizers(policy, code)
        for form in getattr(each.recognizer, "forms", ())
    ]
    own = [
        value
        for owner in (CuedPerson, StreetAddress)
        for value in vars(owner).values()
        if isinstance(value, Pattern)
    ]
    return [*forms, *own, *CuedPerson._CUED]
