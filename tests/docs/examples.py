"""The examples of README and docs: every command and block in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from triage.config import PROJECT

LAUNCHER = "./spark-submit.sh"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
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
        Block(str(page.relative_to(PROJECT)), found, text)
        for page in pages()
        for found, text in _BLOCK.findall(page.read_text("utf-8"))
        if found == language
    ]


def shell_lines() -> dict[str, str]:
    """Each distinct command of shell blocks and sentences, without its comment, and the first page that has it."""
    found: dict[str, str] = {}
    for block in (*blocks("sh"), *_inline()):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line.replace("\\`", "`"), comments=True)  # which a shell takes for its own in quotes
            if words:
                found.setdefault(shlex.join(words), block.page)
    return found


def _inline() -> list[Block]:
    """Commands that stand within a sentence or a table."""
    return [
        Block(str(page.relative_to(PROJECT)), "sh", text)
        for page in pages()
        for text in _INLINE.findall(_BLOCK.sub("", page.read_text("utf-8")))
    ]


def queries() -> dict[str, str]:
    """Each distinct SELECT without parameters that a page gives to jobs/query.py, and the first page that has it."""
    found: dict[str, str] = {}
    for line, page in shell_lines().items():
        words = shlex.split(line)
        if words[:2] == [LAUNCHER, "jobs/query.py"]:
            for sql in (word for word in words[2:] if word.startswith("SELECT ") and "--param" not in words):
                found.setdefault(sql, page)
    return found
