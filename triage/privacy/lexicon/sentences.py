"""Where a sentence ends and where a capital says nothing, by the characters around a word."""

from __future__ import annotations

import regex

_ABBREVIATIONS = frozenset(
    "prof mrs messrs dipl ing gen col capt cpt sgt rev hon mme mmes mlle sra srta dott dra dott.ssa avv geom arch sig sigra"
    " rag dhr mevr drs mgr inż hab phdr mudr mag rer nat phil med jun jnr snr sen esq ind str avd apt apto ste bldg dept proc"
    " tel ext univ inc ltd corp bros fam herr frl verw geb née resp vgl usw bzw ggf prof-dr гн гжа проф им ул κος κυρ".split()
)
"""Words of three letters and more whose point ends no sentence; those of two never end one: `Dr.`, `J.`, `St.`."""
_SHORTEST_LAST_WORD = 3
_WORD_BEFORE = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}.'’\-]*$")
_OPENS = regex.compile(r"(?:^|[.!?:;…\n*•·\"“„«»(\-–—][ \t\"“„«]*)$")
_REACH = 24


def ends_sentence(text: str, point: int) -> bool:
    """Whether the point, mark of exclamation or question mark at `point` ends a sentence, and no abbreviation or initial."""
    if text[point] != ".":
        return text[point] in "!?…;"
    word = _WORD_BEFORE.search(text, max(0, point - _REACH), point)
    if word is None:
        return True
    last = word.group().casefold()
    return len(last) >= _SHORTEST_LAST_WORD and "." not in last and last not in _ABBREVIATIONS


def opens(text: str, start: int) -> bool:
    """Whether the word at `start` begins a sentence, a line or a list's entry, where its capital says nothing."""
    return _OPENS.search(text, max(0, start - 4), start) is not None
