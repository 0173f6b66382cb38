"""Writes triage/api/attributes.py, the tables as typed attributes, from the declarations that SQL reads by."""

from __future__ import annotations

import textwrap
from pathlib import Path

from triage.api.names import SHORT_NAMES

TARGET = Path(__file__).parents[2] / "triage" / "api" / "attributes.py"
_HEAD = '''"""The tables as attributes of a lake, for editors and type checkers; written by docs/write/api.py."""

from __future__ import annotations

from triage.api.rows.rows import Rows


class TableAttributes:
    """One attribute for each table that SQL may read and whose name no other zone has."""
'''


def text() -> str:
    """The whole module."""
    return _HEAD + "".join(
        f"\n    {name}: Rows\n{_said(table.view, table.comment)}" for name, table in SHORT_NAMES.items()
    )


def _said(view: str, comment: str) -> str:
    """A docstring of an attribute within the width of a line."""
    words = f'"""{view}: {comment}"""'
    lines = textwrap.wrap(words, 114)
    if len(lines) > 1:
        lines = [*textwrap.wrap(words.removesuffix('"""'), 114), '"""']
    return "".join(f"    {line}\n" for line in lines)


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
