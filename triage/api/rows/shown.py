"""The first rows of an answer, as text and as HTML with the meanings of the columns."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from triage.query.forms import cell_text, write_table

_LONGEST = 160
"""Characters of a cell that are shown."""

_PAGE = """\
<table>
<thead><tr>{% for name in names %}
<th{% if meanings[name] %} title="{{ meanings[name] }}"{% endif %}>{{ name }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}
<tr>{% for cell in row %}<td style="text-align: left">{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</tbody></table>
<p>{{ note }}</p>
{% if meanings %}<details><summary>What the columns mean</summary><dl>{% for name in names %}{% if meanings[name] %}
<dt><code>{{ name }}</code></dt><dd>{{ meanings[name] }}</dd>{% endif %}{% endfor %}</dl></details>
{% endif %}"""


def as_text(rows: pa.Table, most: int) -> str:
    """A table for a terminal."""
    target = io.BytesIO()
    write_table(_shortened(rows.slice(0, most)).to_reader(), target)
    return target.getvalue().decode("utf-8", "surrogatepass").rstrip() + _more(rows, most)


def as_html(rows: pa.Table, most: int, meanings: Mapping[str, str]) -> str:
    """A table for a notebook, everything in it escaped; pointing at a column shows its meaning."""
    from jinja2 import Environment

    page = Environment(autoescape=True).from_string(_PAGE)
    shown = rows.slice(0, most)
    cells = [[_short(cell_text(value)) for value in row.values()] for row in shown.to_pylist(maps_as_pydicts="strict")]
    note = f"{shown.num_rows:,} row{'' if shown.num_rows == 1 else 's'}{_more(rows, most)}"
    return page.render(names=rows.schema.names, rows=cells, meanings=meanings, note=note)


def _more(rows: pa.Table, most: int) -> str:
    return "; there are more: to_pandas() reads all, limit(n) some" if rows.num_rows > most else ""


def _shortened(rows: pa.Table) -> pa.Table:
    """With text for what would be long, such as a mail's body; numbers and times as they are."""
    columns = [
        column if _is_short(column.type) else pa.array([_short(cell_text(v)) for v in _values(column)], pa.string())
        for column in rows.columns
    ]
    return pa.table(columns, names=rows.schema.names)


def _values(column: pa.ChunkedArray[Any]) -> list[object]:
    return list(column.to_pylist(maps_as_pydicts="strict"))


def _is_short(kind: pa.DataType) -> bool:
    return pa.types.is_primitive(kind)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
