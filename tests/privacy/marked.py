"""Texts in which `[...]` marks what one entity's recognizers must cover, and nothing else may be covered."""

from __future__ import annotations

from functools import cache
from typing import Any

from triage.config import load_settings
from triage.privacy.folding import fold
from triage.privacy.policy import Policy, load_policy
from triage.privacy.recognizers.registry import SelectedRecognizer, able_to_find, build_recognizers

_THRESHOLD = 0.3
_NO_ARTIFACTS: Any = None


def check(entity: str, marked: str, language: str = "en", policy: Policy | None = None) -> None:
    """Asserts that the entity's recognizers cover the letters and digits that are marked, and no others.

    They read the text folded, as in detection.

    `⟦` and `⟧` stand for brackets that are part of the text.
    """
    text, wanted = _unmarked(marked)
    covered = _covered(entity, text, language, policy)
    letters = {position for position, character in enumerate(text) if character.isalnum()}
    missed = _words(text, (wanted - covered) & letters)
    surplus = _words(text, (covered - wanted) & letters)
    assert (missed, surplus) == ("", "")


def _covered(entity: str, text: str, language: str, policy: Policy | None) -> set[int]:
    folded = fold(text)
    return {
        position
        for chosen in able_to_find(
            _default(entity, language) if policy is None else _built(entity, language, policy), folded.text
        )
        for found in chosen.recognizer.analyze(folded.text, [entity], _NO_ARTIFACTS)
        if found.score >= _THRESHOLD
        for position in range(*folded.located(found.start, found.end))
    }


@cache
def _default(entity: str, language: str) -> list[SelectedRecognizer]:
    return _built(entity, language, load_policy(load_settings().privacy.policy))


def _built(entity: str, language: str, policy: Policy) -> list[SelectedRecognizer]:
    return build_recognizers(policy.model_copy(update={"entities": {entity: "pseudonym"}}), language)


def _unmarked(marked: str) -> tuple[str, set[int]]:
    text, wanted, inside = "", set[int](), False
    for character in marked:
        if character in "[]":
            inside = character == "["
            continue
        if inside:
            wanted.add(len(text))
        text += {"⟦": "[", "⟧": "]"}.get(character, character)
    return text, wanted


def _words(text: str, positions: set[int]) -> str:
    return "".join(character for i, character in enumerate(text) if i in positions)
