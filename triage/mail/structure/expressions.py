"""Forms as parts of regular expressions, for `re` and `regex` alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_END = ""


def any_of(forms: Iterable[str], *, folded: bool = True) -> str:
    """An expression of any of the forms, the longest that fits: a group; `folded` for use without regard to case.

    Forms share what they begin with, so that no more than one way is tried from each place. Without forms it matches
    nothing.
    """
    root: dict[str, Any] = {}
    for form in forms:
        node = root
        for character in form:
            node = node.setdefault(_lower(character) if folded else character, {})
        node[_END] = {}
    return _written(root) if root else "(?!)"


def words(forms: Iterable[str]) -> str:
    """The same, where each form is a word of its own; in a script without capitals it may be a part of one.

    Chinese and Japanese write no blanks between words, and Korean joins particles and titles to a name.
    """
    known = list(forms)
    apart = [form for form in known if not is_caseless(form)]
    joined = [form for form in known if is_caseless(form)]
    return rf"(?:(?<!\w){any_of(apart)}(?!\w)|{any_of(joined)})"


def is_caseless(text: str) -> bool:
    """Whether all letters of a text, of which there is one at least, are of scripts without capitals."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and all(character.lower() == character.upper() for character in letters)


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _written(node: dict[str, Any]) -> str:
    branches = [_escaped(character) + _rest(child) for character, child in node.items() if character != _END]
    return f"(?:{'|'.join(branches)})" + ("?" if _END in node else "")


def _rest(node: dict[str, Any]) -> str:
    if set(node) == {_END}:
        return ""
    if len(node) == 1:
        ((character, child),) = node.items()
        return _escaped(character) + _rest(child)
    return _written(node)


def _escaped(character: str) -> str:
    if character == " ":
        return r"\s"
    return "['’]" if character == "'" else re.escape(character)
