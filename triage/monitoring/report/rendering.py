"""Templates of the pages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from triage.monitoring.report.texts import Texts, texts

FOLDER = Path(__file__).parent / "templates"


def template(name: str, words: Texts) -> Template:
    """A page's template in one language; every value is escaped, and an unknown name is an error."""
    return _environment(words.language, words.currency).get_template(name)


@lru_cache(maxsize=8)
def _environment(language: str, currency: str) -> Environment:
    words = texts(language, currency)
    pages = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    pages.filters |= {
        "count": words.count,
        "number": words.number,
        "share": words.share,
        "percent": words.percent,
        "quantity": words.quantity,
        "bound": words.bound,
        "change": words.change,
        "bytes": words.bytes,
        "duration": words.duration,
        "day": words.day,
        "time": words.time,
        "figure": words.figure,
    }
    pages.globals |= {"t": words.words, "word": words.word, "language": words.language}
    return pages
