"""Renders a record as one self-contained HTML page, as Markdown and as JSON, from the same sections."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from triage.errors import ConfigError
from triage.monitoring.governance.document import Document

_MARKDOWN_SIGNS = re.compile(r"([\\|*_`#~\[\]<>])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that steer a terminal or turn the direction of reading; a name in a table can hold them."""


def render_html(document: Document) -> str:
    """The page, without references to other resources; every value is escaped."""
    return _pages(autoescape=True).get_template("page.html").render(document=document)


def render_markdown(document: Document) -> str:
    """The same as Markdown; a value cannot begin a heading, link, cell or tag of its own."""
    return _pages(autoescape=False).get_template("page.md").render(document=document)


def render_json(document: Document) -> str:
    """The same as one JSON object."""
    return json.dumps(document.as_json(), indent=2, ensure_ascii=False) + "\n"


def write_document(document: Document, folder: Path) -> tuple[Path, ...]:
    """Writes `<name>.html`, `.md` and `.json` into the folder, which is made, and returns their paths.

    Raises ConfigError where the folder cannot be written.
    """
    texts = {
        "html": render_html(document),
        "md": render_markdown(document),
        "json": render_json(document),
    }
    paths = {ending: folder / f"{document.name}.{ending}" for ending in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, content in texts.items():
            paths[ending].write_text(content, "utf-8")
    except OSError as fault:
        raise ConfigError(
            f"The record cannot be written: {fault.strerror}.",
            where=str(folder),
            remedy="Name another folder with --out, or set lake.reports.",
        ) from None
    return tuple(paths.values())


def plain(text: str) -> str:
    """Text on one line without control characters, with the special characters of Markdown and HTML escaped."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", one_line(text).replace("&", "&amp;"))


def one_line(text: str) -> str:
    """Text on one line without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _pages(*, autoescape: bool) -> Environment:
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=autoescape,  # noqa: S701 - Markdown is escaped by its own filter
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters["plain"] = plain
    return pages
