"""Writes docs/tables.md, the data dictionary, from the declarations in triage/lake/tables/."""

from __future__ import annotations

from pathlib import Path

from triage.lake.tables import dictionary

TARGET = Path(__file__).parents[1] / "tables.md"
HEAD = (
    "# Tables\n\nWritten from triage/lake/tables/ by docs/write/tables.py; times are in UTC. Readers are roles"
    " (triage/lake/tables/access.py),\nto whom jobs/grants.py gives access; only the user that runs the jobs writes.\n"
)


def text() -> str:
    """The whole page."""
    return HEAD + "\n".join(dictionary()) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
