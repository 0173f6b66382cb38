"""What mkdocs changes in the pages, which are written to be read in the repository, to make a site of them.

mkdocs calls these functions by their names (`hooks` in mkdocs.yml).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
README, START = "README.md", "index.md"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s:]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """An entry of `nav` that ends with / stands for all pages of that folder, its README first."""
    config.nav = [_filled(entry) for entry in config.nav or []]
    return config


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    [(title, place)] = entry.items()
    if not isinstance(place, str) or not place.endswith("/"):
        return entry
    pages = sorted((DOCS / place).glob("*.md"), key=lambda page: (page.name != README, page.name))
    return {title: [str(page.relative_to(DOCS)) for page in pages]}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The README of the project is the first page."""
    files.append(File.generated(config, START, content=(PROJECT / README).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links lead to pages of the site; what is no page of it is named by its path."""
    del config, files
    source = README if page.file.src_uri == START else f"docs/{page.file.src_uri}"
    return "".join(_LINK.sub(lambda link: _site_link(link, source), text) for text in _outside_code(markdown))


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """The theme's search has no name that a screen reader could say."""
    del page, config
    return output.replace(
        'data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"'
    )


def _outside_code(markdown: str) -> Iterator[str]:
    """The parts of a page; blocks and words of code hold no links, and are left as they are by an empty match."""
    end = 0
    for code in _CODE.finditer(markdown):
        yield from (markdown[end : code.start()], code[0])
        end = code.end()
    yield markdown[end:]


def _site_link(link: re.Match[str], source: str) -> str:
    image, label, place, anchor = link[1], link[2], link[3], link[4] or ""
    target = (PROJECT / source).parent.joinpath(place).resolve() if place else None
    if target is None:
        return link[0]
    if target.is_dir() and (target / README).exists():
        target /= README
    if target == PROJECT / README:
        target = DOCS / START
    if not target.is_relative_to(DOCS):
        return label if "`" in label else f"`{target.relative_to(PROJECT)}`"
    here = DOCS / START if source == README else PROJECT / source
    return f"{image}[{label}]({os.path.relpath(target, here.parent)}{anchor})"
