"""Faults of a statement in words that are the same for both engines, and that hold no row's value."""

from __future__ import annotations

import re

from triage.errors import ConfigError
from triage.query.language.dictionary import nearest
from triage.query.language.statement import Statement

_COLUMN = re.compile(
    r"""column (?:named )?"(?P<duckdb>[^"]+)"|with name (?:`[^`]+`[.])*`(?P<spark>[^`]+)` cannot be resolved""",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"function with name (?P<duckdb>\w+) does not exist|resolve (?:function|routine) `(?P<spark>\w+)`", re.IGNORECASE
)
_UNGROUPED = re.compile(r"must appear in the GROUP BY clause|MISSING_GROUP_BY|MISSING_AGGREGATION")
_GROUPED = "Name it in GROUP BY, or put it into such a function: max(queue)."
_TEXT = "A text stands in '…'."
_DOCUMENTED = "It is Spark's SQL as far as docs/sql.md says; --engine spark takes all of it."


def unknown_name(text: str, statement: Statement) -> ConfigError | None:
    """Where an engine's text says that a column or a function is not known, the same in this job's words."""
    if _UNGROUPED.search(text):
        return _fault("A column stands beside a count, sum or the like, and is not grouped by", _GROUPED)
    if found := _FUNCTION.search(text):
        return _fault(f"There is no function {found['duckdb'] or found['spark']}", _DOCUMENTED)
    if "Ambiguous" not in text and (found := _COLUMN.search(text)):
        name = found["duckdb"] or found["spark"]
        known = [name for one in statement.named for name in one.column_names]
        columns = f"DESCRIBE {statement.named[0].view}" if statement.named else "SHOW TABLES"
        remedy = nearest(name, known) or f'All columns: jobs/query.py "{columns}". {_TEXT}'
        return _fault(f"There is no column {name}", remedy)
    return None


def does_not_work(text: str) -> ConfigError:
    """A statement that an engine refuses before it reads a row; only the first line of its text is told."""
    first = text.strip().splitlines()[0].removeprefix("Binder Error: ")
    return _fault(f"The statement does not work: {first}", _DOCUMENTED)


def fails_on_a_row(kind: str) -> ConfigError:
    """A statement that fails while rows are read; the engine's text quotes them and is left out."""
    return _fault(f"The statement fails on a row's value ({kind})", "try_cast gives null where a value does not fit.")


def _fault(what: str, remedy: str) -> ConfigError:
    return ConfigError(what if what.endswith(".") else f"{what}.", where="sql", remedy=remedy)
