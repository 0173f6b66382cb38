"""The policy's own terms, which are always hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import regex

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.policy import Policy
from triage.privacy.recognizers.common.base import TIMEOUT_SECONDS, Recognizer


class OwnTerm(Recognizer):
    """Each term as whole words, whatever its case and however its blanks are wrapped."""

    entity = "OWN_TERM"
    needs = Pattern(r"\w")

    def __init__(self, terms: Sequence[str], language: str = "en") -> None:
        super().__init__(language)
        words = [
            r"\s+".join(map(regex.escape, term.split()))
            for term in sorted(terms, key=len, reverse=True)
            if term.split()
        ]
        self._terms = [Pattern(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", regex.IGNORECASE)] if words else []

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:
        """The recognizer with the policy's terms."""
        return cls(policy.deny, language)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The longest term where several begin at one place."""
        for pattern in self._terms:
            yield from ((*match.span(), 1.0) for match in pattern.finditer(text, timeout=TIMEOUT_SECONDS))
