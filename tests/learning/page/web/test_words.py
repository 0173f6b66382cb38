"""Both languages have all words, and the same places to fill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from triage.learning.page.web.rendering import LANGUAGES, page_words


def leaves(words: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in words.items():
        place = f"{path}.{name}"
        if isinstance(value, Mapping):
            yield from leaves(value, place)
        else:
            yield place, str(value)


def test_every_language_has_the_same_words_with_the_same_fields() -> None:
    fields = [
        {place: sorted(re.findall(r"\{\w+\}", text)) for place, text in leaves(page_words(code).words)}
        for code in LANGUAGES
    ]
    assert fields[0] == fields[1]
    assert len(fields[0]) > 80


def test_each_language_is_named_in_its_own() -> None:
    assert [page_words(code)["page"]["names"][code] for code in LANGUAGES] == ["English", "Deutsch"]
