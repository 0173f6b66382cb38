"""Keys and tokens in the memory of this process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from triage.privacy.pseudonyms.tokens import TOKEN
from triage.rights.engine.base import Keys, Row, TokenIndex

_PAIRS_AT_ONCE = 100_000


class LocalKeys(Keys):
    """A set."""

    def __init__(self, found: frozenset[str]) -> None:
        self._found = found

    def union(self, other: Keys) -> Keys:
        return LocalKeys(self._found | other.values())

    def minus(self, other: Keys) -> Keys:
        return LocalKeys(self._found - other.values())

    def meets(self, other: Keys) -> bool:
        return not self._found.isdisjoint(other.values())

    def values(self) -> set[str]:
        return set(self._found)

    def count(self) -> int:
        return len(self._found)

    def close(self) -> None:
        """A set needs nothing done."""


class LocalTokenIndex(TokenIndex):
    """Pairs of mail key and token in Arrow's dictionary form: eight bytes a pair."""

    def __init__(self, pairs: Iterable[Row]) -> None:
        self._mails, self._tokens = _Encoded(), _Encoded()
        for pair in pairs:
            self._mails.add(pair["mail_key"])
            self._tokens.add(pair["token"])

    def pairs(self, tokens: Collection[str]) -> Iterator[tuple[str, str]]:
        chosen = self._tokens.among(tokens)
        yield from set(zip(self._mails.where(chosen), self._tokens.where(chosen), strict=True))

    def mails(self, tokens: Collection[str]) -> Keys:
        return LocalKeys(frozenset(self._mails.where(self._tokens.among(tokens))))

    def only_in(self, mails: Collection[str]) -> Keys:
        within = self._mails.among(mails)
        left = frozenset(self._tokens.where(pc.invert(within)))
        return LocalKeys(frozenset(self._tokens.where(within)) - left)

    def tokens(self) -> Keys:
        return LocalKeys(frozenset(self._tokens.known))


class _Encoded:
    """A column of texts as numbers of the distinct ones."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self._numbers: list[int] = []
        self._whole: list[Any] = []

    def add(self, text: str) -> None:
        self._numbers.append(self.known.setdefault(text, len(self.known)))
        if len(self._numbers) >= _PAIRS_AT_ONCE:
            self._flush()

    def among(self, texts: Collection[str]) -> Any:
        """For each place, whether one of the texts stands there."""
        wanted = pa.array([self.known[text] for text in texts if text in self.known], pa.int32())
        return pc.is_in(self._column(), wanted)

    def where(self, chosen: Any) -> list[str]:
        """The texts at these places."""
        names = list(self.known)
        return [names[number] for number in self._column().filter(chosen).to_pylist()]

    def _column(self) -> Any:
        self._flush()
        return pa.chunked_array(self._whole, pa.int32())

    def _flush(self) -> None:
        self._whole.append(pa.array(self._numbers, pa.int32()))
        self._numbers = []


def pairs_of_tokens(rows: Iterable[Row], wanted: Collection[str] | None = None) -> Iterator[Row]:
    """mail_key and token of each token in the rows' other columns, or each wanted one; each pair of a row once."""
    for row in rows:
        texts = (text for name, value in row.items() if name != "mail_key" for text in _texts(value))
        tokens = {match[0] for text in texts if "<" in text for match in TOKEN.finditer(text)}
        found = tokens if wanted is None else tokens.intersection(wanted)
        yield from ({"mail_key": row["mail_key"], "token": token} for token in sorted(found))


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value, however nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
