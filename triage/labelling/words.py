"""Terms as a reader knows them: character grams are told by the words that they lie in."""

from __future__ import annotations

from collections.abc import Sequence


def readable(terms: Sequence[str], words: Sequence[str]) -> list[str]:
    """A name for each term: words and marked words as they are, a character gram by the word that holds it.

    `terms` are `words` followed by overlapping grams of one length, or such grams alone; a gram that
    lies across two words bears the names of both. Grams that do not line up with the words keep their own.
    """
    plain = [word for word in words if "=" not in word]
    if list(terms[: len(words)]) != list(words):
        return _placed(terms, plain)
    return [*words, *_placed(terms[len(words) :], plain)]


def _placed(grams: Sequence[str], words: Sequence[str]) -> list[str]:
    text = grams[0] + "".join(gram[-1:] for gram in grams[1:]) if grams else ""
    length = len(grams[0]) if grams else 0
    parts = text.split(" ")[1:]
    in_line = all(text[i : i + length] == gram for i, gram in enumerate(grams))
    if not in_line or any(part != word.upper() for part, word in zip(parts[:-1], words, strict=False)):
        return list(grams)
    owners = _owners(text)
    named = []
    for start in range(len(grams)):
        own = [n for n in dict.fromkeys(owners[start : start + length]) if n is not None and n < len(words)]
        named.append(" ".join(words[n] for n in own))
    return named


def _owners(text: str) -> list[int | None]:
    """The number of the word at each place of the text, None at blanks; the text begins with one."""
    number, owners = -1, list[int | None]()
    for place, character in enumerate(text):
        if character != " " and (place == 0 or text[place - 1] == " "):
            number += 1
        owners.append(None if character == " " else number)
    return owners
