"""Patterns of names in Chinese, Japanese and Korean: by what stands around them, since no capital marks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import regex

from triage.mail.structure import structures
from triage.mail.structure.expressions import any_of
from triage.privacy.lexicon.east_asian import LANGUAGES, surnames
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.cues.parts import CASELESS

_HAN = r"[\p{Han}々ヶ]"
_KATAKANA = r"[\p{Katakana}ー]"
_JAPANESE = rf"(?:{_HAN}{{1,4}}(?:[ 　]?(?:{_HAN}{{1,3}}|\p{{Hiragana}}{{2,5}}|{_KATAKANA}{{2,6}}))?|{_KATAKANA}{{2,10}}(?:[ 　・]{_KATAKANA}{{2,10}})?)"
_JAPANESE_FULL = rf"(?:{_HAN}{{1,4}}(?:[ 　](?:{_HAN}{{1,3}}|\p{{Hiragana}}{{2,5}}|{_KATAKANA}{{2,6}}))?|{_KATAKANA}{{2,10}}[ 　・]{_KATAKANA}{{2,10}})"
_GIVEN = r"(?:(?![的了是在和与及吗呢吧就也都很不我你他她们这那有要会能可说])\p{Han})"
"""A letter of a Chinese given name: none of the commonest particles and pronouns."""
_BEGIN, _END = r"^[ \t　]*", r"[ \t　]*(?:$|\n)"
_BREAK = r"[。．.!！,，、]?[ \t　]*\n+[ \t　]*"


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern with the name in the group `name`; a sure one needs no further sign that it is one."""

    pattern: Pattern
    is_sure: bool


def _cues(language: str) -> tuple[Cue, ...]:
    """Linear: what repeats in these patterns takes at most a dozen letters of a script."""
    forms = structures()[language]
    surname = any_of(sorted(surnames(language)))
    full = {
        "ja": _JAPANESE,
        "zh": rf"{surname}{_GIVEN}{{1,2}}",
        "ko": rf"(?<!\p{{Hangul}}){surname}[ ]?\p{{Hangul}}{{1,3}}?",
    }[language]
    any_name = {"ja": _JAPANESE_FULL, "zh": r"\p{Han}{2,4}", "ko": r"\p{Hangul}{2,4}"}[language]
    behind = {
        "ja": rf"(?<![おご]){_JAPANESE_FULL}",
        "zh": rf"{surname}{_GIVEN}{{0,2}}?",
        "ko": r"(?<!\p{Hangul})\p{Hangul}{2,4}?",
    }[language]
    with_title = behind if language == "zh" else rf"(?<!{CASELESS}){surname}(?:[ ]?{CASELESS}{{1,3}}?)?"
    introductions, introduced = any_of(forms.introductions), any_of(forms.introduced)
    sign_offs = any_of(forms.sign_offs)
    rows = [
        (rf"(?P<name>{behind})[ 　]?{any_of(forms.honorifics)}", True),
        (rf"(?P<name>{with_title})[ 　]?{any_of(forms.titles)}", True),
        (rf"{introductions}[ 　]?(?P<name>{full})(?![ 　]?{CASELESS}{{0,3}}?[:：])", False),
        (rf"(?<![\p{{Han}}])(?P<name>{full})[ ]?{introduced}", False),
        (rf"{any_of(forms.fields)}[ \t　]*[:：][ \t　]*(?P<name>{any_name})(?!{CASELESS})", True),
        (rf"{any_of(forms.greetings)}[ 　]?(?P<name>{any_name}){_BREAK}", False),
        (rf"{sign_offs}{_BREAK}(?P<name>{any_name}){_END}", True),
        (rf"{_BEGIN}(?P<name>{full}){_END}", False),
        (rf"{_BEGIN}(?P<name>{full})[，,：:！!、](?!\d)", False),
        (rf"(?P<name>{full})[ ]?{any_of(forms.attribution.verbs)}[ ]?[:：]", False),
    ]
    if language == "ko":
        rows.append((rf"(?P<name>{full})[ ]?{sign_offs}", True))
    return tuple(Cue(Pattern(text, regex.MULTILINE), is_sure) for text, is_sure in rows)


CUES: Mapping[str, tuple[Cue, ...]] = {language: _cues(language) for language in LANGUAGES}
"""By language; a text in Han alone is read as Chinese."""

BEFORE_ADDRESS = Pattern(
    rf"(?P<name>{CASELESS}{{1,6}}(?:[ 　]{CASELESS}{{1,6}}){{0,2}})[\"'”’]?[ 　]?(?:<|＜|\(|（|\[mailto:)[^\s<>()（）]{{1,80}}@"
)


def patterns() -> Iterator[Pattern]:
    """All of them."""
    yield BEFORE_ADDRESS
    for cues in CUES.values():
        yield from (cue.pattern for cue in cues)
