"""Issues of Jira as its REST API gives them; texts are wiki text (version 2) or documents (ADF, version 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triage.mail.formats.tables.rows import RowError
from triage.mail.formats.tables.shapes.fields import entry, inner, items, person, present, text

_BLOCKS = frozenset({"paragraph", "heading", "listItem", "codeBlock", "blockquote", "tableRow", "hardBreak"})
_DEEPEST = 60
_COMMENT = re.compile(r"([^;\n]{1,60});([^;\n]{1,200});(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Jira:
    """The issue's description and each comment."""

    def matches(self, row: Mapping[str, Any]) -> bool:
        return "key" in row and isinstance(row.get("fields"), Mapping)

    def messages(self, row: Mapping[str, Any]) -> Sequence[bytes]:
        fields = row["fields"]
        summary, key = text(fields.get("summary")), row.get("key")
        opening = {
            "subject": summary,
            "body": _text(fields.get("description")),
            "date": text(fields.get("created")),
            "from": _person(fields.get("reporter") or fields.get("creator")),
        }
        comments = (
            entry(
                "jira",
                key,
                inner(one, "id") or inner(one, "created"),
                {
                    "subject": summary,
                    "body": _text(inner(one, "body")),
                    "date": text(inner(one, "created")),
                    "from": _person(inner(one, "author")),
                },
            )
            for one in items(inner(fields, "comment", "comments"))
        )
        return present([entry("jira", key, "", opening), *comments])


def csv_comments(columns: Sequence[str], cells: Sequence[str]) -> Iterator[bytes]:
    """The comments in a row of Jira's CSV export, which has a column `Comment` for each: `date;author;text`."""
    row = dict(zip(columns, cells, strict=False))
    key = row.get("Issue key")
    if not key:
        return
    for column, cell in zip(columns, cells, strict=False):
        found = _COMMENT.fullmatch(cell) if column == "Comment" else None
        if found:
            fields = {"subject": row.get("Summary", ""), "date": found[1], "from": found[2], "body": found[3]}
            message = entry("jira", key, found[1], fields)
            if message is not None:
                yield message


def _person(value: object) -> dict[str, str] | str:
    return person(value, name="displayName", address="emailAddress")


def _text(value: object) -> str:
    """A text, or the words of a document in the Atlassian Document Format. Raises RowError for one nested too deep."""
    return value if isinstance(value, str) else "".join(_words(value, 0)).strip()


def _words(node: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise RowError("a document nested too deep")
    yield text(inner(node, "text")) or text(inner(node, "attrs", "text"))
    for child in items(inner(node, "content")):
        yield from _words(child, depth + 1)
    if inner(node, "type") in _BLOCKS:
        yield "\n"
