"""Words of an annotated corpus as the running text that they come from, with the spans of the names."""

from __future__ import annotations

import re

_CLOSES_UP = re.compile(r"[.,;:!?)\]}»”%…]+")
_OPENS = frozenset("([{«„¿¡")
_ELIDED = re.compile(r"[^\W\d_]['’]")
_QUOTES = {"``": '"', "''": '"'}
_CONTRACTIONS = {
    f"{preposition} {article}": contraction
    for preposition, contractions in {
        "de": "do da dos das dum duma deste desta destes destas desse dessa desses dessas daquele daquela daqueles "
        "daquelas disto disso daquilo dele dela deles delas daqui dali",
        "em": "no na nos nas num numa neste nesta nestes nestas nesse nessa nesses nessas naquele naquela naqueles "
        "naquelas nisto nisso naquilo nele nela neles nelas",
    }.items()
    for contraction in contractions.split()
    for article in [contraction[1:]]
} | {
    "por o": "pelo", "por a": "pela", "por os": "pelos", "por as": "pelas",
    "a o": "ao", "a os": "aos", "a a": "à", "a as": "às", "a aquele": "àquele", "a aquela": "àquela",
}  # fmt: skip
"""Portuguese: what a treebank splits into preposition and article."""

Found = tuple[int, int, str]


def joined(tokens: list[str], tags: list[str], language: str) -> tuple[str, list[Found]]:
    """Running text and its spans (start, end, kind), from words and their BIO tags."""
    words = [(_QUOTES.get(token, token), tag) for token, tag in zip(tokens, tags, strict=True)]
    if language == "pt":
        words = _contracted(words)
    text, spans, open_quote = "", list[Found](), False
    before = ""
    for word, tag in words:
        is_tight = not text or _is_tight(before, word, open_quote=open_quote, language=language)
        if word == '"':
            open_quote = not open_quote
        start = len(text) + (not is_tight)
        text += ("" if is_tight else " ") + word
        _extend(spans, start, len(text), tag)
        before = "(" if word == '"' and open_quote else word
    return text, spans


def _is_tight(before: str, word: str, *, open_quote: bool, language: str) -> bool:
    """Whether no blank stands between two words."""
    if word == '"':
        return open_quote or before in _OPENS
    decimal = language == "pl" and before == "," and word.isdigit()
    elided = language == "it" and bool(_ELIDED.fullmatch(before[-2:]))
    return decimal or elided or before in _OPENS or bool(_CLOSES_UP.fullmatch(word))


def _extend(spans: list[Found], start: int, end: int, tag: str) -> None:
    """Begins a span or makes the last one longer; an I- tag without a span before it begins one."""
    if tag.startswith("I-") and spans and spans[-1][2] == tag[2:] and start - spans[-1][1] <= 1:
        spans[-1] = (spans[-1][0], end, tag[2:])
    elif tag != "O":
        spans.append((start, end, tag[2:]))


def _contracted(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Preposition and article as one word where one tag holds for both."""
    merged: list[tuple[str, str]] = []
    for word, tag in words:
        last = merged[-1] if merged else ("", "")
        whole = _CONTRACTIONS.get(f"{last[0].lower()} {word}")
        goes_on = tag == last[1] == "O" or (tag.startswith("I-") and last[1][2:] == tag[2:])
        if whole and goes_on:
            merged[-1] = (whole.capitalize() if last[0][:1].isupper() else whole, last[1])
        else:
            merged.append((word, tag))
    return merged
