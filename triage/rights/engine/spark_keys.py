"""Keys and tokens as frames: they stay distributed until the driver asks for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from triage.lake.keys_frame import keys_frame
from triage.lake.store import Store
from triage.lake.tables import Table
from triage.rights.engine.base import Keys, TokenIndex
from triage.rights.rows import tokens_in_rows


class SparkKeys(Keys):
    """A frame of one column."""

    def __init__(self, frame: DataFrame) -> None:
        self.frame = frame

    def union(self, other: Keys) -> Keys:
        return SparkKeys(self.frame.union(frame_of(other)).distinct())

    def minus(self, other: Keys) -> Keys:
        return SparkKeys(self.frame.join(self._named_alike(other), self._name, "left_anti"))

    def meets(self, other: Keys) -> bool:
        return not self.frame.join(self._named_alike(other), self._name, "left_semi").isEmpty()

    def values(self) -> set[str]:
        return {row[0] for row in self.frame.collect()}

    def count(self) -> int:
        """Kept from here on, since who counts them mostly deletes them next."""
        self.frame = self.frame.distinct().persist()
        return self.frame.count()

    def close(self) -> None:
        self.frame.unpersist()

    @property
    def _name(self) -> str:
        return self.frame.columns[0]

    def _named_alike(self, other: Keys) -> DataFrame:
        return frame_of(other).toDF(self._name)


class SparkTokenIndex(TokenIndex):
    """mail_key and token, found by Java's regular expressions."""

    def __init__(self, store: Store, tables: Sequence[Table]) -> None:
        self._store = store
        self._found = tokens_in_rows(store, tables)

    def pairs(self, tokens: Collection[str]) -> Iterator[tuple[str, str]]:
        wanted = f.broadcast(keys_frame(tokens, self._store, "token"))
        rows = self._found.join(wanted, "token", "left_semi").select("mail_key", "token").distinct()
        return ((row.mail_key, row.token) for row in rows.toLocalIterator())

    def mails(self, tokens: Collection[str]) -> Keys:
        wanted = f.broadcast(keys_frame(tokens, self._store, "token"))
        return SparkKeys(self._found.join(wanted, "token", "left_semi").select("mail_key").distinct())

    def only_in(self, mails: Collection[str]) -> Keys:
        wanted = f.broadcast(keys_frame(mails, self._store))
        left = self._found.join(wanted, "mail_key", "left_anti").select("token").distinct()
        within = self._found.join(wanted, "mail_key", "left_semi").select("token").distinct()
        return SparkKeys(within.join(left, "token", "left_anti"))

    def tokens(self) -> Keys:
        return SparkKeys(self._found.select("token").distinct())


def frame_of(keys: Keys) -> DataFrame:
    """The frame of keys that Spark's engine made."""
    assert isinstance(keys, SparkKeys)
    return keys.frame
