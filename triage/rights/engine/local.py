"""The operations through delta-rs and Arrow: a lake in a folder of this machine, without a JVM.

A table is read a batch at a time and written anew as a whole. Rows go through Python functions on all cores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_type

from triage.lake.store import Store
from triage.lake.tables import Table
from triage.rights.engine.base import Engine, Found, Item, Keys, Made, Row, Scan, TokenIndex, Work
from triage.rights.engine.local_keys import LocalKeys, LocalTokenIndex, pairs_of_tokens
from triage.rights.engine.processes import cores, spread_over
from triage.rights.rows import token_columns
from triage.spark.arrow import chunks, redact_errors

_UTC = pa.timestamp("us", tz="UTC")
_ROWS_OF_A_PART = 500
"""Rows that a process takes at once; so few altogether are worked here, since to fork others would take longer."""


class LocalMade:
    """Rows in this process' memory."""

    def __init__(self, rows: list[Row]) -> None:
        self.made = rows

    def rows(self, *columns: str) -> list[Row]:
        return [{name: row[name] for name in columns} for row in self.made]

    def where_not(self, flag: str) -> Made:
        return LocalMade([row for row in self.made if not row[flag]])

    def close(self) -> None:
        self.made = []


class LocalEngine(Engine):
    """Works on tables that delta-rs takes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._indices: dict[tuple[Table, ...], LocalTokenIndex] = {}
        self._sought: dict[tuple[Table, ...], tuple[frozenset[str], set[tuple[str, str]]]] = {}

    @property
    def store(self) -> Store:
        return self._store

    def rows(self, scan: Scan) -> Iterator[Row]:
        for batch in self._batches(scan):
            yield from batch.to_pylist(maps_as_pydicts="strict")

    def count(self, scan: Scan, but: Keys | None = None) -> int:
        if but is None:
            return sum(batch.num_rows for batch in self._batches(scan))
        held = _array(but)
        batches = self._batches(replace(scan, columns=("mail_key",)))
        return sum(len(batch["mail_key"].filter(pc.invert(pc.is_in(batch["mail_key"], held)))) for batch in batches)

    def counts(self, scan: Scan) -> dict[str, int]:
        found: Counter[Any] = Counter()
        for batch in self._batches(scan):
            found.update(batch.column(0).to_pylist())
        return dict(found)

    def through(self, scan: Scan, work: Work, schema: t.StructType) -> Made:
        names = schema.names
        made = self._worked(self.rows(scan), work)
        return LocalMade([{name: row.get(name) for name in names} for row in made])

    def keys(self, values: Iterable[str], column: str = "mail_key") -> Keys:
        return LocalKeys(frozenset(values))

    def keys_of(self, scan: Scan) -> Keys:
        return LocalKeys(frozenset(self.counts(scan)))

    def index(self, tables: Sequence[Table]) -> TokenIndex:
        """Read once for the same tables until this engine changes one."""
        chosen = self._there(tables)
        if chosen not in self._indices:
            self._indices[chosen] = LocalTokenIndex(self._read_pairs(chosen, pairs_of_tokens))
        return self._indices[chosen]

    def pairs(self, tables: Sequence[Table], tokens: Collection[str]) -> Iterable[tuple[str, str]]:
        chosen, wanted = self._there(tables), frozenset(tokens)
        if chosen in self._indices:
            return self._indices[chosen].pairs(wanted)
        known, found = self._sought.get(chosen, (frozenset(), set()))
        if new := wanted - known:  # a search asks again with what it has found
            read = self._read_pairs(chosen, lambda rows: pairs_of_tokens(rows, new))
            found |= {(pair["mail_key"], pair["token"]) for pair in read}
            self._sought[chosen] = known | new, found
        return {pair for pair in found if pair[1] in wanted}

    def update(self, table: Table, rows: Made, columns: Sequence[str]) -> None:
        assert isinstance(rows, LocalMade)
        new = {tuple(row[key] for key in table.keys): row for row in rows.made}

        def change(batch: pa.RecordBatch) -> pa.RecordBatch:
            keys = zip(*(batch[key].to_pylist() for key in table.keys), strict=True)
            found = [new.get(key) for key in keys]
            return _changed(batch, found, columns) if any(row is not None for row in found) else batch

        self._rewrite(table, change)

    def delete(self, table: Table, keys: Keys, on: str = "mail_key") -> None:
        gone = _array(keys)
        self._rewrite(table, lambda batch: batch.filter(pc.invert(pc.is_in(batch[on], gone))))

    def delete_rows(self, scan: Scan, but: Keys | None, on: Sequence[str]) -> None:
        chosen = _chooser(scan, but)
        self._rewrite(scan.table, lambda batch: batch.filter(pc.invert(chosen(batch))))

    def empty(self, scan: Scan, but: Keys | None) -> None:
        choose = _chooser(scan, but)

        def change(batch: pa.RecordBatch) -> pa.RecordBatch:
            chosen = choose(batch)
            for name in scan.present:
                place = batch.schema.get_field_index(name)
                kept = pc.if_else(chosen, pa.scalar(None, batch.schema.field(name).type), batch[name])
                batch = batch.set_column(place, batch.schema.field(name), kept)
            return batch

        self._rewrite(scan.table, change)

    def compact(self, table: Table) -> None:
        self._store.merge_small_files(table, 1)

    def spread(self, items: Sequence[Item], work: Callable[[Iterable[Item]], Iterable[Found]]) -> list[Found]:
        """One item at a time, since items may be files of very different size."""
        found = spread_over(([item] for item in items), lambda part: list(work(part)), cores())
        return list(chain.from_iterable(found))

    def _there(self, tables: Sequence[Table]) -> tuple[Table, ...]:
        return tuple(table for table in tables if self._store.exists(table))

    def _read_pairs(self, tables: Sequence[Table], work: Work) -> Iterator[Row]:
        return chain.from_iterable(self._worked(self.rows(_of_tokens(table)), work) for table in tables)

    def _worked(self, rows: Iterator[Row], work: Work) -> Iterator[Row]:
        parts = chunks(rows, _ROWS_OF_A_PART)
        first = next(parts, [])
        second = next(parts, None)
        if second is None:
            yield from _guarded(work, first)
            return
        every = chain([first, second], parts)
        for made in spread_over(every, lambda part: _guarded(work, part), cores()):
            yield from made

    def _batches(self, scan: Scan) -> Iterator[pa.RecordBatch]:
        return self._store.record_batches(scan.table, scan.columns, _expression(scan))

    def _rewrite(self, table: Table, change: Callable[[pa.RecordBatch], pa.RecordBatch]) -> None:
        self._indices.clear()
        self._sought.clear()
        self._store.rewrite(table, change)


def _guarded(work: Work, rows: Iterable[Row]) -> list[Row]:
    """What a function makes of rows; its error, whose text may hold values, is replaced by one with its type only."""

    def made() -> Iterator[Row]:  # the function may fail when it is called, too
        yield from work(rows)

    return list(redact_errors(made()))


def _of_tokens(table: Table) -> Scan:
    return Scan(table, ("mail_key", *token_columns(table)))


def _array(keys: Keys) -> Any:
    return pa.array(sorted(keys.values()), pa.string())


def _expression(scan: Scan) -> ds.Expression | None:
    conditions: list[Any] = []
    conditions += [ds.field(name).isin(_values(scan.table, name, values)) for name, values in scan.among.items()]
    conditions += [~ds.field(name).isin(_values(scan.table, name, values)) for name, values in scan.but.items()]
    conditions += [ds.field(name) < pa.scalar(moment, _UTC) for name, moment in scan.before.items()]
    if scan.present:
        conditions.append(reduce(or_, [ds.field(name).is_valid() for name in scan.present]))
    return reduce(and_, conditions) if conditions else None


def _chooser(scan: Scan, but: Keys | None) -> Callable[[pa.RecordBatch], Any]:
    """A function of batches: for each row, whether the scan has it and its mail is not in `but`."""
    among = [(name, _values(scan.table, name, values)) for name, values in scan.among.items()]
    refused = [(name, _values(scan.table, name, values)) for name, values in scan.but.items()]
    refused += [] if but is None else [("mail_key", _array(but))]

    def chosen(batch: pa.RecordBatch) -> Any:
        parts: list[Any] = [pc.is_in(batch[name], values) for name, values in among]
        parts += [pc.invert(pc.is_in(batch[name], values)) for name, values in refused]
        parts += [pc.less(batch[name], pa.scalar(moment, _UTC)) for name, moment in scan.before.items()]
        if scan.present:
            parts.append(reduce(pc.or_, [pc.is_valid(batch[name]) for name in scan.present]))
        every: Any = pa.repeat(pa.scalar(True), batch.num_rows)
        return reduce(pc.and_, [pc.fill_null(part, False) for part in parts], every)

    return chosen


def _values(table: Table, name: str, values: Collection[Any]) -> Any:
    return pa.array(list(values), to_arrow_type(table.schema[name].dataType))


def _changed(batch: pa.RecordBatch, found: Sequence[Row | None], columns: Sequence[str]) -> pa.RecordBatch:
    """A batch with the columns of the rows that were found."""
    is_new = pa.array([row is not None for row in found])
    for name in columns:
        field = batch.schema.field(name)
        new = pa.array([row[name] if row is not None else None for row in found], field.type)
        batch = batch.set_column(batch.schema.get_field_index(name), field, pc.if_else(is_new, new, batch[name]))
    return batch
