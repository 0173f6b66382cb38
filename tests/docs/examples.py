"""The examples of README and docs: every command and block in them."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path

from triage.config import PROJECT

LAUNCHER = "./spark-submit.sh"
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_SCHEDULE = re.compile(r"^(?:[\d*,/-]+ +){4}[\d*,/-]+ +", re.MULTILINE)
_INLINE = re.compile(rf"`({re.escape(LAUNCHER)} [^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a page: its language, and its text."""

    page: str
    language: str
    text: str


def pages() -> list[Path]:
    """README and all pages of docs."""
    return [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def blocks(language: str) -> list[Block]:
    """The blocks of a language."""
    return [
        Block(str(page.relative_to(PROJECT)), found, textwrap.dedent(text))
        for page in pages()
        for _, found, text in _BLOCK.findall(page.read_text("utf-8"))
        if found == language
    ]


def shell_lines() -> dict[str, str]:
    """Each distinct command of shell blocks, crontabs and sentences, and the first page with it."""
    found: dict[str, str] = {}
    for block in (*blocks("sh"), *_scheduled(), *_inline()):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line.replace("\\`", "`"), comments=True)  # which a shell takes for its own in quotes
            if words:
                found.setdefault(shlex.join(words), block.page)
    return found


def _scheduled() -> list[Block]:
    """Commands of crontabs, without their times."""
    return [Block(block.page, "sh", _SCHEDULE.sub("", block.text)) for block in blocks("cron")]


def _inline() -> list[Block]:
    """Commands that stand within a sentence or a table."""
    return [
        Block(str(page.relative_to(PROJECT)), "sh", text)
        for page in pages()
        for text in _INLINE.findall(_BLOCK.sub("", page.read_text("utf-8")))
    ]


def queries() -> dict[str, str]:
    """Each distinct SELECT without parameters that a page has or gives to jobs/query.py, and the first page with it."""
    found = {sql: block.page for block in blocks("sql") for sql in statements(block) if ":" not in sql}
    for line, page in shell_lines().items():
        words = shlex.split(line)
        if words[:2] == [LAUNCHER, "jobs/query.py"]:
            for sql in (word for word in words[2:] if word.startswith("SELECT ") and "--param" not in words):
                found.setdefault(sql, page)
    return found


def statements(block: Block) -> list[str]:
    """The statements of a block of SQL, each in one line."""
    return [sql for part in block.text.split(";") if (sql := " ".join(part.split()))]
