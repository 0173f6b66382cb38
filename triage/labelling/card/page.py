"""Renders the model card as one self-contained HTML page and as Markdown, from the same sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triage.errors import ModelError
from triage.labelling.card.blocks import Section, validate_filled
from triage.labelling.card.figures import head_figures
from triage.labelling.card.inputs import TrainingFacts, evaluated_head
from triage.labelling.card.model_sections import card_sections
from triage.labelling.description import ModelDescription
from triage.labelling.evaluation.evaluated_rows import Evaluated

HTML, MARKDOWN = "card.html", "card.md"
"""File names in the model's folder."""


def model_card(
    name: str, description: ModelDescription, evaluated: Sequence[Evaluated], facts: TrainingFacts
) -> dict[str, str]:
    """The texts of card.html and card.md by file name; equal input gives equal bytes.

    `name` is the registered model's. Every head of the description needs its rows.
    Raises ModelError when a section, table, list or cell would be empty, or a head has no rows.
    """
    rows: Mapping[str, Evaluated] = {part.head: part for part in evaluated}
    missing = [head.name for head in description.heads if head.name not in rows]
    if missing or not description.heads:
        raise ModelError(
            "The model card lacks held-out rows.",
            where=", ".join(missing) or "no head",
            remedy="Evaluate every head before it is registered.",
        )
    found = [head_figures(evaluated_head(head, rows[head.name])) for head in description.heads]
    sections = card_sections(description, found, facts)
    validate_filled(sections)
    return {HTML: _html(name, sections), MARKDOWN: _markdown(name, sections)}


def _html(name: str, sections: Sequence[Section]) -> str:
    return _pages(autoescape=True).get_template(HTML).render(name=name, sections=sections)


def _markdown(name: str, sections: Sequence[Section]) -> str:
    return _pages(autoescape=False).get_template(MARKDOWN).render(name=name, sections=sections)


def _pages(*, autoescape: bool) -> Environment:
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=autoescape,  # noqa: S701 - Markdown is escaped by its own filter
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters["plain"] = _plain
    return pages


def _plain(text: str) -> str:
    """Text on one line, with the special characters of Markdown and HTML escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\\", "\\\\")
    for sign in ("|", "*", "_", "`", "#", "]("):
        escaped = escaped.replace(sign, f"\\{sign}")
    return " ".join(escaped.split())
