"""Takes people out of the tables: their mails go, and what others' rows hold of them is blanked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as f
from pyspark.sql import types as t

from triage.lake.store import Store
from triage.lake.tables import LEDGER, PSEUDONYMS, RAW_MAIL, REVEALS, SILVER_MAIL, Privacy, Table
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import seal, unseal
from triage.rights.erasure.redaction import redact, redact_text
from triage.rights.search.find import KEYED, OWNERS, TOKENED, Rows, in_workers, keys_frame, tokens_in_rows
from triage.rights.search.people import Found
from triage.rights.search.scanner import Scanner, path_words

ERASED = "<ERASED>"
"""What stands in published text where a token of an erased person stood."""

_REDACTED = t.StructType(
    [
        t.StructField("mail_key", t.StringType()),
        t.StructField("sealed", t.BinaryType()),
        t.StructField("sealed_member", t.BinaryType()),
        t.StructField("whole", t.BooleanType()),
    ]
)


@dataclass(slots=True)
class Removed:
    """Rows removed and rows changed, by person and table."""

    removed: list[Counter[str]] = field(default_factory=list)
    changed: list[Counter[str]] = field(default_factory=list)


class Removal:
    """The removal of people from a lake. Repeated after a kill, it finds the same and goes on: raw mail goes last."""

    def __init__(self, found: Found, store: Store, keys: Keys) -> None:
        self.people = found.people
        self.mentions = found.mentions
        self.store = store
        self.keys = keys
        self.counts = Removed([Counter() for _ in found.people], [Counter() for _ in found.people])
        self._names = sorted({name for person in self.people for name in person.names})
        self._redacted = self._redact_raw().persist(StorageLevel.MEMORY_AND_DISK)

    def plan(self) -> None:
        """Settles which mails go, and counts; a mail whose names cannot be blanked in place goes as a whole."""
        for row in self._redacted.where("whole").select("mail_key").collect() if self.mentions else ():
            for owner in self.mentions.pop(row.mail_key):
                self.people[owner].mail_keys.add(row.mail_key)
        for table in KEYED:
            self._count(table, self._owners(), self.counts.removed)
        self._tokens_gone = self._gone_tokens().persist(StorageLevel.MEMORY_AND_DISK)
        self._count_tokens()

    def carry_out(self) -> None:
        """Blanks, then removes; the tables that lead to a person come last."""
        self._blank_raw()
        for table in TOKENED:
            self._blank_text(table)
        self._blank_ledger()
        self._blank_reasons()
        if self.store.exists(PSEUDONYMS) and not self._tokens_gone.isEmpty():
            self.store.delete_keys(PSEUDONYMS, self._tokens_gone, on="token")
        last = (SILVER_MAIL, RAW_MAIL)
        for table in [*(table for table in KEYED if table not in last), *last]:
            if any(counts[table.name] for counts in self.counts.removed):
                self.store.delete_keys(table, keys_frame(self._owners(), self.store))

    def close(self) -> None:
        """Lets go of what was kept in memory."""
        self._redacted.unpersist()
        self._tokens_gone.unpersist()

    def _owners(self) -> dict[str, set[int]]:
        owners: dict[str, set[int]] = {}
        for number, person in enumerate(self.people):
            for key in person.mail_keys:
                owners.setdefault(key, set()).add(number)
        return owners

    def _count(self, table: Table, owners: dict[str, set[int]], counters: Sequence[Counter[str]]) -> None:
        if not owners or not self.store.exists(table):
            return
        wanted = f.broadcast(keys_frame(owners, self.store))
        rows = self.store.read(table).select("mail_key").join(wanted, "mail_key", "left_semi")
        for row in rows.groupBy("mail_key").count().collect():
            for owner in owners[row.mail_key]:
                counters[owner][table.name] += row["count"]

    def _gone_tokens(self) -> DataFrame:
        """Tokens of the people, and those that stand in removed rows only: nothing needs their values any more."""
        gone = f.broadcast(keys_frame(self._owners(), self.store))
        index = tokens_in_rows(self.store)
        left = index.join(gone, "mail_key", "left_anti").select("token").distinct()
        orphans = index.join(gone, "mail_key", "left_semi").select("token").distinct()
        own = keys_frame({token for person in self.people for token in person.tokens}, self.store, "token")
        return orphans.join(left, "token", "left_anti").unionByName(own).distinct()

    def _count_tokens(self) -> None:
        known = self.store.read(PSEUDONYMS).join(self._tokens_gone, "token", "left_semi")
        owners: dict[str, set[int]] = {}
        for number, person in enumerate(self.people):
            for token in person.tokens:
                owners.setdefault(token, set()).add(number)
        mails = self._owners()
        rows = known.join(tokens_in_rows(self.store), "token", "left").select("token", "mail_key").collect()
        found = {
            (row.token, one) for row in rows for one in owners.get(row.token, mails.get(row.mail_key, ()))
        }
        for _, owner in found:
            self.counts.removed[owner][PSEUDONYMS.name] += 1

    def _redact_raw(self) -> DataFrame:
        """Raw mail of others without the names; `whole` where only the whole mail can go."""
        names, keys = self._names, self.keys
        own_names = [term for number, person in enumerate(self.people) for term in person.name_terms(number)]
        own = [term for number, person in enumerate(self.people) for term in person.terms(number)]

        def work(rows: Rows) -> Iterator[dict[str, Any]]:
            scanner, paths = Scanner(own_names), Scanner(own)
            for row in rows:
                context = row["mail_key"].encode()
                made = redact(unseal(row["sealed"], context, keys), names, scanner)
                member = row["sealed_member"]
                if member is not None and paths.find(path_words(unseal(member, context, keys))):
                    member = None
                sealed = row["sealed"] if made is None else seal(made, context, keys)
                yield {
                    "mail_key": row["mail_key"],
                    "sealed": sealed,
                    "sealed_member": member,
                    "whole": made is None,
                }

        raw = (
            self.store.read(RAW_MAIL)
            .select("mail_key", "sealed", "sealed_member")
            .where("sealed IS NOT NULL")
        )
        chosen = raw.join(f.broadcast(keys_frame(self.mentions, self.store)), "mail_key", "left_semi")
        return in_workers(chosen, work, _REDACTED)

    def _blank_raw(self) -> None:
        rows = self._redacted.where("NOT whole")
        if self.mentions and not rows.isEmpty():
            self._count(RAW_MAIL, self.mentions, self.counts.changed)
            self.store.update(RAW_MAIL, rows, ["sealed", "sealed_member"])

    def _blank_text(self, table: Table) -> None:
        """Tokens of the people in others' rows, and their names where a detector had missed them."""
        columns = [column.name for column in table.columns if column.privacy is Privacy.PSEUDONYM]
        tokens, names = _any_of(token for person in self.people for token in person.tokens), self._names

        def work(rows: Rows) -> Iterator[dict[str, Any]]:
            for row in rows:
                made = {name: _blanked(row[name], names, tokens) for name in columns}
                if made != {name: row[name] for name in columns}:
                    yield row | made | ({"body_chars": len(made["body"])} if "body" in made else {})

        if not self.mentions or not self.store.exists(table):
            return
        wanted = f.broadcast(keys_frame(self.mentions, self.store))
        rows = self.store.read(table).join(wanted, "mail_key", "left_semi")
        blanked = in_workers(rows, work, _plain_schema(rows)).persist(StorageLevel.MEMORY_AND_DISK)
        changed = {row.mail_key: self.mentions[row.mail_key] for row in blanked.select("mail_key").collect()}
        self._count(table, changed, self.counts.changed)
        if changed:
            more = ["body_chars"] if "body_chars" in table.column_names else []
            self.store.update(table, blanked, [*columns, *more])
        blanked.unpersist()

    def _blank_ledger(self) -> None:
        """A file named after a person keeps its account, and loses its name: its key alone makes it known."""
        terms = [term for number, person in enumerate(self.people) for term in person.terms(number)]
        keys = self.keys

        def work(rows: Rows) -> Iterator[dict[str, Any]]:
            scanner = Scanner(terms)
            for row in rows:
                context = row["file_key"].encode()
                paths = unseal(row["sealed_path"], context, keys) + b"/" + (row["path"] or "").encode()
                owners = sorted({term.owner for term in scanner.find(path_words(paths))})
                if owners:
                    path = f"{ERASED}/<FILE_{row['file_key'][:16]}>"
                    yield row | {
                        "sealed_path": seal(ERASED.encode(), context, keys),
                        "path": path,
                        "owners": owners,
                    }

        files = self.store.read(LEDGER).where("kind = 'file'")
        blanked = in_workers(files, work, _plain_schema(files).add(OWNERS)).persist(
            StorageLevel.MEMORY_AND_DISK
        )
        named = blanked.select(f.explode("owners").alias("owner")).groupBy("owner").count().collect()
        for row in named:
            self.counts.changed[row.owner][LEDGER.name] += row["count"]
        if named:
            self.store.update(LEDGER, blanked, ["sealed_path", "path"])
        blanked.unpersist()

    def _blank_reasons(self) -> None:
        """A reason for a look that named the person all the same."""
        with self.store.alone(REVEALS):
            self._blank_told(self.store.read(REVEALS).collect())

    def _blank_told(self, rows: Sequence[Row]) -> None:
        terms = [term for number, person in enumerate(self.people) for term in person.terms(number)]
        terms_tokens = _any_of(token for person in self.people for token in person.tokens)
        scanner = Scanner(terms)
        owners = [{term.owner for term in scanner.find(row.reason.encode())} for row in rows]
        named = [
            bool(found) or bool(terms_tokens.search(r.reason)) for r, found in zip(rows, owners, strict=True)
        ]
        if any(named):
            values = [
                tuple((row.asDict() | ({"reason": ERASED} if is_named else {})).values())
                for row, is_named in zip(rows, named, strict=True)
            ]
            frame = self.store.spark.createDataFrame(values, REVEALS.schema, verifySchema=False)
            self.store.overwrite(REVEALS, frame.coalesce(1))
            for owner in {one for found in owners for one in found}:
                self.counts.changed[owner][REVEALS.name] += 1


def _any_of(tokens: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(set(tokens)))) or r"(?!)")


def _blanked(value: Any, names: Sequence[str], tokens: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return redact_text(value, names, tokens, ERASED)
    if isinstance(value, list):
        return [_blanked(item, names, tokens) for item in value]
    if isinstance(value, dict):
        return {name: _blanked(item, names, tokens) for name, item in value.items()}
    return value


def _plain_schema(rows: DataFrame) -> t.StructType:
    return t.StructType([t.StructField(field.name, field.dataType) for field in rows.schema])
