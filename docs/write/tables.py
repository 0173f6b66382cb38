"""Writes docs/tables.md, the data dictionary, from the declarations in triage/lake/tables/."""

from __future__ import annotations

from pathlib import Path

from triage.lake.dictionary.page import dictionary
from triage.lake.tables import Table
from triage.lake.views import VIEWS, View
from triage.query.language.statement import Statement, parse

TARGET = Path(__file__).parents[1] / "tables.md"
HEAD = """# Tables

Written from triage/lake/tables/ by docs/write/tables.py.

- Times are in UTC. Examples are as jobs/query.py prints them, lists and structs as JSON; none is of a person or a mail.
- The owner of a table is the role that answers for its content and decides about its columns and how long rows stay.
- Readers are roles (triage/lake/tables/access.py) to whom jobs/grants.py gives access. Only the jobs' own user writes.
- "Written by" names the jobs whose own work adds rows or puts others in their place. Besides, jobs/erase.py,
  jobs/maintain.py and jobs/rotate.py remove rows of persons and old rows, and replace pseudonyms, in every table that
  holds them, and a job that finds the batches of a killed run unfinished writes what that run would have written.
- A join is declared once and shown at both tables. "One row" is at most one: the columns hold the other table's key.
"""


def text() -> str:
    """The whole page."""
    return HEAD + "\n".join(dictionary((view, _tables_of(view)) for view in VIEWS)) + "\n"


def _tables_of(view: View) -> tuple[Table, ...]:
    asked = parse(f"SELECT * FROM {view.view}")  # noqa: S608 - a declared name
    return asked.tables if isinstance(asked, Statement) else ()


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
