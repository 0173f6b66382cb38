"""The files that people fill in: CSV for any program, XLSX with a list of labels to choose from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from triage.learning.corrections.export.rows import ExportRow
from triage.spreadsheets import escape_formula

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

Labels = Mapping[str, Sequence[str]]
"""The labels of each head."""

COLUMNS = {
    "head": 12,
    "subject": 40,
    "text": 70,
    "suggested": 18,
    "score": 8,
    "label": 20,
    "reason": 30,
    "labels": 40,
    "team": 16,
    "decided": 14,
    "model_version": 8,
    "export_id": 10,
    "mail_key": 16,
}
"""Columns in order, with their widths in characters. People fill in `label`, and `reason` where they like."""
_FILLED_IN = ("label", "reason")
_LISTS = "labels"
_LABEL_COLUMN = list(COLUMNS).index("label") + 1
_WRONG_LABEL = "Choose one of the head's labels, or leave the cell empty."


def csv_bytes(rows: Sequence[ExportRow], labels: Labels, export_id: str) -> bytes:
    """A CSV in UTF-8 with a BOM, without which Excel takes it for Windows-1252."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row, labels, export_id) for row in rows)
    return stream.getvalue().encode("utf-8-sig", "replace")


def xlsx_bytes(rows: Sequence[ExportRow], labels: Labels, export_id: str) -> bytes:
    """A workbook: the mails, and a hidden sheet with the labels that each cell can be chosen from."""
    import openpyxl  # slow to import, and a run without an export needs none of it

    book = openpyxl.Workbook()
    _fill(book, [_cells(row, labels, export_id) for row in rows])
    _add_lists(book, rows, labels)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cells(row: ExportRow, labels: Labels, export_id: str) -> list[str]:
    values = {
        "head": row.head,
        "subject": row.subject,
        "text": row.text,
        "suggested": row.suggested,
        "score": "" if row.score is None else f"{row.score:.2f}",
        "labels": " | ".join(labels.get(row.head, ())),
        "team": row.team,
        "decided": row.decided or "",
        "model_version": row.model_version or "",
        "export_id": export_id,
        "mail_key": row.mail_key,
    }
    return [escape_formula(values.get(name, "")) for name in COLUMNS]


def _fill(book: Workbook, rows: Sequence[Sequence[str]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.active
    sheet.title = "mails"
    sheet.append(list(COLUMNS))
    for number, cells in enumerate(rows, start=2):
        for column, text in enumerate(cells, start=1):
            cell = sheet.cell(number, column, ILLEGAL_CHARACTERS_RE.sub(" ", text))
            cell.data_type = "s"  # text, whatever it looks like
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, (name, width) in enumerate(COLUMNS.items(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        if name in _FILLED_IN:
            head.fill = PatternFill("solid", start_color="FFF2CC")
    sheet.freeze_panes = "A2"


def _add_lists(book: Workbook, rows: Sequence[ExportRow], labels: Labels) -> None:
    """For the rows of each head, which stand together, a list of its labels in the column `label`.

    The lists are a sheet of their own: one that is written into a validation has 255 characters at most, and a label
    may hold a comma.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    letter = get_column_letter(_LABEL_COLUMN)
    for number, (head, first, last) in enumerate(_ranges(rows), start=1):
        known = labels.get(head, ())
        for place, text in enumerate([head, *known], start=1):
            lists.cell(place, number, text).data_type = "s"
        if known:
            own = get_column_letter(number)
            formula = f"={_LISTS}!${own}$2:${own}${len(known) + 1}"
            chosen = DataValidation(
                "list", formula1=formula, allow_blank=True, error=_WRONG_LABEL, showErrorMessage=True
            )
            chosen.add(f"{letter}{first}:{letter}{last}")
            book["mails"].add_data_validation(chosen)


def _ranges(rows: Sequence[ExportRow]) -> Iterator[tuple[str, int, int]]:
    """Each head with its first and last row in the sheet."""
    first = 2
    for head, group in groupby(rows, key=lambda row: row.head):
        last = first + sum(1 for _ in group) - 1
        yield head, first, last
        first = last + 1
