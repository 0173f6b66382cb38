"""Writes the functions in docs/sql.md, the dialect of jobs/query.py, from triage/query/language/functions.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from triage.query.language.functions import EXAMPLES

TARGET = Path(__file__).parents[1] / "sql.md"
_BEGIN = "## Functions\n"


def text() -> str:
    """The whole page: what stands before the functions stays."""
    return TARGET.read_text("utf-8").partition(_BEGIN)[0] + _BEGIN + "\n".join(_functions()) + "\n"


def _functions() -> Iterator[str]:
    yield "\nEach with an example over gold.labels and gold.routes."
    for group, examples in EXAMPLES.items():
        yield f"\n### {group}\n\n| function | example |\n|---|---|"
        yield from (f"| {name} | `{example}` |" for name, example in examples.items())


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
