"""Blanks what names persons in rows that stay: raw mail, published text, paths in the ledger, stated reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import types as t

from triage.lake.store import Store
from triage.lake.tables import (
    BASELINES,
    CORRECTIONS,
    GOLD_SET,
    LEDGER,
    PROMOTIONS,
    RAW_MAIL,
    RELABELS,
    REVEALS,
    THREADS,
    Table,
)
from triage.mail.word_terms import WORD_COLUMNS, word_facts
from triage.mail.zones.rows import zone_rows_after
from triage.privacy.lexicon.frequency import rarity_test
from triage.privacy.pseudonyms.file_tokens import file_token
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.sealing import data_key_of, seal, unseal
from triage.rights.engine.base import Engine, Made, Scan, whole
from triage.rights.erasure.redaction import redact, redact_text, redact_value
from triage.rights.erasure.row_counts import RowCounts, count_rows
from triage.rights.rows import Rows, table_schema, token_columns
from triage.rights.search.occurrences import OWNERS_COLUMN
from triage.rights.search.persons import (
    Owners,
    Person,
    clear_terms,
    full_names,
    mail_owners,
    name_terms,
    token_owners,
    token_pattern,
)
from triage.rights.search.scanner import Scanner, path_words, scanner_of

STATED_BY_PEOPLE = (REVEALS, BASELINES, CORRECTIONS, GOLD_SET, PROMOTIONS, RELABELS)
"""The tables in which people state reasons or labels."""

ERASED = "<ERASED>"
"""What replaces a token of an erased person in published text, and a path or reason that named the person."""

_REDACTED = t.StructType(
    [
        t.StructField("mail_key", t.StringType()),
        t.StructField("sealed", t.BinaryType()),
        t.StructField("sealed_member", t.BinaryType()),
        t.StructField("whole", t.BooleanType()),
    ]
)


def without_names(persons: Sequence[Person], mentions: Owners, engine: Engine, keys: Keys) -> Made:
    """mail_key, sealed, sealed_member and whole of other people's mails, resealed without the persons' names.

    `whole` marks a mail in which a name remains, so that only all of it can go. The name inside an archive goes
    where it holds any term of the persons.
    """
    names, of_names, of_all = full_names(persons), name_terms(persons), clear_terms(persons)

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        scanner, paths = scanner_of(tuple(of_names)), scanner_of(tuple(of_all))
        for row in rows:
            context = row["mail_key"].encode()
            redacted = redact(unseal(row["sealed"], context, keys), names, scanner)
            member = row["sealed_member"]
            if member is not None and paths.find(path_words(unseal(member, context, keys))):
                member = None
            yield {
                "mail_key": row["mail_key"],
                "sealed": row["sealed"]
                if redacted is None
                else seal(redacted, context, keys, data_key_of(row["sealed"], keys)),
                "sealed_member": member,
                "whole": redacted is None,
            }

    columns = ("mail_key", "sealed", "sealed_member")
    raw = Scan(RAW_MAIL, columns, present=("sealed",), among={"mail_key": mentions.keys()})
    return engine.through(raw, work, _REDACTED)


def blank_raw_mail(redacted: Made, mentions: Owners, counts: RowCounts, engine: Engine) -> None:
    """Puts the rows of `without_names` in the place of the mails' bytes."""
    if mentions and redacted.rows("mail_key"):
        count_rows(RAW_MAIL, mentions, counts.changed, engine)
        engine.update(RAW_MAIL, redacted, ["sealed", "sealed_member"])


def blank_text(table: Table, persons: Sequence[Person], mentions: Owners, engine: Engine, counts: RowCounts) -> None:
    """Blanks in other people's rows the tokens of the persons, and their names where a detector had missed them."""
    columns, tokens, names = token_columns(table), token_pattern(persons), full_names(persons)

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        for row in rows:
            blanked = {name: redact_value(row[name], names, tokens, ERASED) for name in columns}
            if blanked != {name: row[name] for name in columns}:
                follows = _of_text(row | blanked) | _of_zones(row, names, tokens) if "body" in blanked else {}
                yield row | blanked | follows

    if not mentions or not engine.store.exists(table):
        return
    blanked = engine.through(whole(table, mail_key=mentions.keys()), work, table_schema(table))
    changed = {row["mail_key"]: mentions[row["mail_key"]] for row in blanked.rows("mail_key")}
    count_rows(table, changed, counts.changed, engine)
    if changed:
        more = [name for name in ("body_chars", "zones", *WORD_COLUMNS) if name in table.column_names]
        engine.update(table, blanked, [*columns, *more])
    blanked.close()


def _of_text(row: dict[str, Any]) -> dict[str, Any]:
    """The columns that follow from a mail's text, since a name that was missed is in its hashes, too.

    A row of a lake that did not have the hashes yet gets none.
    """
    chars = {"body_chars": len(row["body"])}
    if row["terms"] is None:
        return chars
    facts = word_facts(row["subject"], row["body"], rarity_test(row["language"]))
    return chars | {name: getattr(facts, name) for name in WORD_COLUMNS}


def _of_zones(row: dict[str, Any], names: Sequence[str], tokens: re.Pattern[str]) -> dict[str, Any]:
    """The zones of a body in which a mark is shorter than what it replaced."""
    return {"zones": zone_rows_after(row["zones"], row["body"], lambda text: redact_text(text, names, tokens, ERASED))}


def blank_parents(persons: Sequence[Person], engine: Engine, counts: RowCounts) -> None:
    """Takes the keys of the persons' mails, which whoever has a mail can tell, out of the rows of their answers."""
    owners = mail_owners(persons)
    if not owners or not engine.store.exists(THREADS):
        return
    answers = engine.rows(Scan(THREADS, ("mail_key", "parent_key"), among={"parent_key": owners.keys()}))
    changed = {row["mail_key"]: owners[row["parent_key"]] for row in answers if row["mail_key"] not in owners}
    if not changed:
        return
    count_rows(THREADS, changed, counts.changed, engine)
    blanked = engine.through(whole(THREADS, mail_key=changed.keys()), _without_parent, table_schema(THREADS))
    engine.update(THREADS, blanked, ["parent_key"])
    blanked.close()


def _without_parent(rows: Rows) -> Iterator[dict[str, Any]]:
    return (row | {"parent_key": None} for row in rows)


def blank_ledger(persons: Sequence[Person], engine: Engine, keys: Keys, counts: RowCounts) -> None:
    """Blanks the path of a file that was named after a person; the row stays, and its file_key keeps the file known."""
    terms = clear_terms(persons)

    def work(rows: Rows) -> Iterator[dict[str, Any]]:
        scanner = scanner_of(tuple(terms))
        for row in rows:
            context = row["file_key"].encode()
            paths = unseal(row["sealed_path"], context, keys) + b"/" + (row["path"] or "").encode()
            owners = sorted({term.owner for term in scanner.find(path_words(paths))})
            if owners:
                sealed = seal(ERASED.encode(), context, keys)
                path = f"{ERASED}/{file_token(row['file_key'])}"
                yield row | {"sealed_path": sealed, "path": path, "owners": owners}

    blanked = engine.through(whole(LEDGER, kind=["file"]), work, table_schema(LEDGER).add(OWNERS_COLUMN))
    naming = [owner for row in blanked.rows("owners") for owner in row["owners"]]
    for owner in naming:
        counts.changed[owner][LEDGER.name] += 1
    if naming:
        engine.update(LEDGER, blanked, ["sealed_path", "path"])
    blanked.close()


def blank_statements(table: Table, persons: Sequence[Person], store: Store, counts: RowCounts) -> None:
    """Blanks in one of STATED_BY_PEOPLE a reason that names a person although it was checked, and the persons' tokens.

    The tables are written by jobs that do not take the lake's lock, so each is read and rewritten under its own.
    """
    if not store.exists(table):
        return
    blanked = _Statements(table, persons)
    with store.alone(table):
        rows = list(store.rows(table, table.column_names))
        changed = [row | blanked.of(row) for row in rows]
        if changed == rows:
            return
        store.replace(table, changed)
    for owner in blanked.owners:
        counts.changed[owner][table.name] += 1


class _Statements:
    """What is blanked in rows of a table of statements; `owners` are the persons who were named."""

    def __init__(self, table: Table, persons: Sequence[Person]) -> None:
        self.owners: set[int] = set()
        self._scanner, self._tokens = Scanner(clear_terms(persons)), token_pattern(persons)
        self._token_owners = token_owners(persons)
        self._columns = [name for name in token_columns(table) if name != "reason"]

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a row that change: a reason goes as a whole, of other columns the token."""
        named = {name: row[name] for name in self._columns if row[name] and self._tokens.search(row[name])}
        for value in named.values():
            self._note_tokens(value)
        blanked = {name: self._tokens.sub(ERASED, value) for name, value in named.items()}
        reason = {"reason": ERASED} if self._is_naming(row.get("reason") or "") else {}
        return blanked | reason | self._evidence(row.get("evidence") or "{}")

    def _evidence(self, text: str) -> dict[str, Any]:
        """Evidence of a decision that still holds a person's words: the reasons go, the figures stay."""
        found = json.loads(text)
        if not self._is_naming(" ".join(found.get("reasons") or ())):
            return {}
        return {"evidence": json.dumps(found | {"reasons": [ERASED]})}

    def _is_naming(self, reason: str) -> bool:
        owners = {term.owner for term in self._scanner.find(reason.encode())}
        self.owners |= owners
        self._note_tokens(reason)
        return bool(owners) or bool(self._tokens.search(reason))

    def _note_tokens(self, text: str) -> None:
        for match in self._tokens.finditer(text):
            self.owners |= self._token_owners.get(match[0], set())
