"""The rows of a table, narrowed down step by step without reading anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from triage.api.rows.answer import Answer, at_least_one
from triage.api.rows.conditions import Condition, column_of, conditions
from triage.api.rows.moments import Moment, read_moment, time_condition
from triage.api.rows.source import Source
from triage.errors import ConfigError
from triage.lake.dictionary.values import meaning_of
from triage.lake.tables import Column
from triage.lake.views import Relation
from triage.query.language.literals import literals


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is asked of a table: conditions that all hold, columns (none: all), order, and rows at most (None: all)."""

    conditions: tuple[Condition, ...] = ()
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None


class Rows(Answer):
    """Rows of a table or view: `lake.routes.where(queue="billing", since="7d").order_by("due_at").to_pandas()`.

    Each step gives other rows and leaves these as they are. A wrong column is a ConfigError at once, which says the
    nearest right one.
    """

    def __init__(self, source: Source, table: Relation, choice: _Choice | None = None) -> None:
        self._table = table
        self._choice = choice or _Choice()
        super().__init__(source, _sql(table, self._choice), _parameters(self._choice))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The declared columns, with name, Spark type and meaning."""
        names = self._choice.columns or tuple(self._table.column_names)
        return tuple(column_of(self._table, name, "select") for name in names)

    @property
    def meanings(self) -> Mapping[str, str]:
        return {column.name: meaning_of(column) for column in self.columns}

    def where(self, *sql: str, since: Moment | None = None, until: Moment | None = None, **columns: object) -> Self:
        """Rows for which everything holds that is given.

        `queue="billing"` compares a column with a value, `priority=["high", "urgent"]` with several, None with null;
        of a list column such as `labels="invoice"`, that it holds the value. `sql` are conditions of the dialect
        (docs/sql.md), such as "score > 0.9". `since` (included) and `until` (not included) are about the table's time:
        the first time that each row has, else when its mail was received, its run started or its batch was planned.
        They take "7d", "12h", "30min" or "2w" before now (of a past lake: before its moment), ISO 8601, or a datetime.
        Raises ConfigError for a column that is not there, a value that it cannot have, or a moment that is none.
        """
        if self._choice.limit is not None:
            raise _after_limit("where")
        named = conditions(self._table, columns, len(_parameters(self._choice)))
        asked = (("since", ">=", since), ("until", "<", until))
        times = [self._time(name, sign, given) for name, sign, given in asked if given is not None]
        stated = [Condition(f"({one})", {}) for one in sql]
        return self._with(conditions=(*self._choice.conditions, *named, *times, *stated))

    def select(self, *columns: str) -> Self:
        """These columns only, in this order. Raises ConfigError for one that is not there."""
        return self._with(columns=tuple(column_of(self._table, name, "select").name for name in columns))

    def order_by(self, *columns: str) -> Self:
        """In the order of these columns; `-due_at` begins with the highest, and nulls come last.

        Raises ConfigError for a column that is not there.
        """
        if self._choice.limit is not None:
            raise _after_limit("order_by")
        return self._with(order=tuple(_ordered(self._table, one) for one in columns))

    def limit(self, rows: int) -> Self:
        """At most so many rows, the first of the order. Raises ConfigError for fewer than one."""
        most = at_least_one(rows)
        return self._with(limit=most if self._choice.limit is None else min(most, self._choice.limit))

    def _time(self, name: str, comparison: str, given: Moment) -> Condition:
        parameter = f"{name}_{len(_parameters(self._choice))}"
        moment = read_moment(given, self._source.now, name)
        return Condition(time_condition(self._table, comparison, parameter), literals({parameter: moment}))

    def _with(self, **changes: Any) -> Self:
        return type(self)(self._source, self._table, replace(self._choice, **changes))


def _sql(table: Relation, choice: _Choice) -> str:
    parts = [f"SELECT {', '.join(f'`{name}`' for name in choice.columns) or '*'} FROM {table.view}"]  # noqa: S608 - declared
    parts += ["WHERE " + " AND ".join(one.sql for one in choice.conditions)] if choice.conditions else []
    parts += ["ORDER BY " + ", ".join(choice.order)] if choice.order else []
    parts += [f"LIMIT {choice.limit}"] if choice.limit is not None else []
    return " ".join(parts)


def _parameters(choice: _Choice) -> dict[str, Any]:
    return {name: value for one in choice.conditions for name, value in one.parameters.items()}


def _ordered(table: Relation, given: str) -> str:
    column = column_of(table, given.removeprefix("-"), "order_by")
    return f"`{column.name}` {'DESC' if given.startswith('-') else 'ASC'} NULLS LAST"


def _after_limit(step: str) -> ConfigError:
    return ConfigError(
        f"{step} would come after limit and change which rows those are.", where=step, remedy="Call limit last."
    )
