"""Maintenance of a lake: rows past their age are removed, small files compacted, old versions cleared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from triage.config import Settings
from triage.lake.history import Cleared
from triage.lake.locks import lake_lock
from triage.lake.root_files import read_root_file, remove_root_file, write_root_file
from triage.lake.tables import DATA_KEYS, PSEUDONYMS, RAW_MAIL, SILVER_MAIL, TABLES, Table
from triage.privacy.pseudonyms.data_keys import with_data_keys
from triage.rights.aged_rows import AGED, aged_rows, deletion_keys
from triage.rights.budget import Budget, Step
from triage.rights.engine.base import Engine, Keys, Scan
from triage.rights.engine.choice import chosen_engine
from triage.rights.holds.mails import mails_on_hold
from triage.rights.holds.policy import load_holds
from triage.rights.open_lake import Opener, OpenLake, require_erasable_lake
from triage.rights.rows import TOKEN_TABLES
from triage.rights.unused_data_keys import destroy_unused

LEFT = "_maintenance-left"
"""File in the lake's folder with the name of the step that the next start begins with."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done to a table."""

    table: str
    rows_removed: int
    rows_on_hold: int
    files_before: int
    files_after: int
    cleared: Cleared


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What was done, and the steps for which the time was not enough."""

    done: list[Upkeep]
    left: list[str]


def maintain(settings: Settings, open_lake: Opener) -> Maintenance:
    """Removes what is past its age and on no legal hold, compacts all tables, and clears their old versions.

    How a row's age counts is in triage/rights/aged_rows.py. What a killed run left is finished first. Where
    `maintenance.minutes` are used up, no further step is begun, and the next start begins with what is left: rows past
    their age come first, then the tables that still hold removed rows in old versions, then all others. Raises
    ConfigError for a place without a lake, and for a bucket that keeps what is removed.
    """
    budget = Budget(settings.maintenance.minutes)
    require_erasable_lake(settings)
    holds = load_holds(settings)
    lake = open_lake()
    with lake_lock(settings.lake.root):
        lake.resume()
        engine = chosen_engine(lake)
        counts: dict[str, tuple[int, int]] = {}
        done: list[Upkeep] = []
        on_hold = mails_on_hold(holds, engine, with_data_keys(lake.keys, lake.store))
        steps = [*_aging(lake, engine, on_hold, counts)]
        steps += _tidying(lake, engine, counts, done)
        return Maintenance(done, in_turn(settings.lake.root, budget, steps))


def in_turn(root: str, budget: Budget, steps: Sequence[Step]) -> list[str]:
    """As `Budget.work`, from the step that the last start left first; keeps the name of the one that this one does."""
    left = budget.work(steps, read_root_file(root, LEFT))
    if left:
        write_root_file(root, LEFT, left[0])
    else:
        remove_root_file(root, LEFT)
    return left


def _aging(lake: OpenLake, engine: Engine, on_hold: Keys, counts: dict[str, tuple[int, int]]) -> Iterator[Step]:
    """Fills `counts`, by table: rows removed, and rows past their age that are on hold."""

    def remove(table: Table, days: int) -> None:
        with lake.stage("remove by age", table.name):
            counts[table.name] = _remove(table, days, on_hold, engine)

    def remove_orphans() -> None:
        counts[PSEUDONYMS.name] = (_remove_orphans(engine), 0)

    def destroy_data_keys() -> None:
        destroyed = destroy_unused(lake.settings.retention, lake.store, lake.keys, datetime.now(UTC))
        counts[DATA_KEYS.name] = destroyed, 0

    limits = _limits(lake.settings)
    for table, days in limits.items():
        if lake.store.exists(table):
            yield f"remove by age from {table.name}", partial(remove, table, days)
    if SILVER_MAIL in limits and lake.store.exists(SILVER_MAIL):
        yield f"remove by age from {PSEUDONYMS.name}", remove_orphans
    if lake.store.exists(DATA_KEYS):
        yield f"destroy what {DATA_KEYS.name} holds of months without rows", destroy_data_keys


def _tidying(lake: OpenLake, engine: Engine, counts: dict[str, tuple[int, int]], done: list[Upkeep]) -> Iterator[Step]:
    """Fills `done`. First come tables that may have lost rows by age: their old versions still hold them.

    The order is the same at each start, or a table might never have its turn.
    """
    limits = _limits(lake.settings)
    of_age = {*limits, DATA_KEYS, *((PSEUDONYMS,) if SILVER_MAIL in limits else ())}
    tables = [table for table in TABLES if lake.store.exists(table)]
    for table in sorted(tables, key=lambda one: one not in of_age):
        yield f"tidy {table.name}", partial(_tidy, table, counts, lake, engine, done)


def _limits(settings: Settings) -> dict[Table, int]:
    """Days after which rows are removed, by table; those without a limit are left out."""
    days = {table: getattr(settings.retention, name) for name, tables in AGED.items() for table in tables}
    return {table: limit for table, limit in days.items() if limit is not None}


def _remove(table: Table, days: int, on_hold: Keys, engine: Engine) -> tuple[int, int]:
    """Rows removed, and rows past their age that are on hold."""
    aged = aged_rows(table, datetime.now(UTC) - timedelta(days=days), engine.store)
    held = on_hold if "mail_key" in table.column_names else None
    removed = engine.count(aged, held)
    remaining = engine.count(aged) - removed
    if removed and table is RAW_MAIL:
        engine.empty(aged, held)
    elif removed:
        engine.delete_rows(aged, held, on=deletion_keys(table))
    return removed, remaining


def _remove_orphans(engine: Engine) -> int:
    """Removes the values of tokens that occur in no row any more; returns their number."""
    if not engine.store.exists(PSEUDONYMS):
        return 0
    orphans = engine.keys_of(Scan(PSEUDONYMS, ("token",))).minus(engine.index(TOKEN_TABLES).tokens())
    count = orphans.count()
    if count:
        engine.delete(PSEUDONYMS, orphans, on="token")
    orphans.close()
    return count


def _tidy(table: Table, counts: dict[str, tuple[int, int]], lake: OpenLake, engine: Engine, done: list[Upkeep]) -> None:
    store = lake.store
    with lake.stage("tidy", table.name):
        before = store.files(table)
        if before > 1:
            engine.compact(table)
        cleared = store.clear_history(table)
        done.append(Upkeep(table.name, *counts.get(table.name, (0, 0)), before, store.files(table), cleared))
