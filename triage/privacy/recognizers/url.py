"""Web addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

import regex

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.policy import Policy
from triage.privacy.recognizers.common.base import Recognizer, timeout


class Url(Recognizer):
    """Web addresses: all, or only those with a user, an account or a mail address in them."""

    entity = "URL"
    needs = Pattern(r"://|\.[a-zA-Z]{2}")
    wraps = frozenset({"address"})

    _URL = regex.compile(r"\b(?:https?://|ftp://|sftp://|www\d?\.)[^\s<>\"'\]|]{3,2000}", regex.IGNORECASE)
    _BARE = regex.compile(
        r"(?<![\w.@/\\$:+-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,4}"
        r"(?:(?:com|org|net|edu|gov|mil|info|biz|eu|de|ch|fr|uk|nl|ru|jp|cn|cz|ie|nz|au|kr|dk|br|hu|za|COM|ORG|NET|EDU)(?![\w(=-]|\.\w|\s?\(|@)(?:/[^\s<>\"'\]|]{0,2000})?|"
        r"(?:[a-z]{2,24})/[\w~%.\-]{2,}[^\s<>\"'\]|]{0,2000})"
    )
    _SLASHED = regex.compile(
        r"(?:[\w-]+\.)+(?:com|org|net|edu|gov|mil|info|biz|eu|de|ch|fr|uk|nl|ru|jp|cn|cz|ie|nz|au|kr|dk|br|hu|za|io|ly|me|co|ai|app|dev|es|it|at|se|no|fi|be|pl|ca|us|in|tv|to|gl|gd|gle|link|site|online|shop|cloud|page|pt|gr|ro|sk|il|tr|mx|ar|cl|sg|hk|tw|be|lu|li)/",
        regex.IGNORECASE,
    )
    _PERSONAL = regex.compile(
        r"/~\w|@|%40|[?&;](?:user|uid|email|e-mail|mail|name|login|account|acct|customer|token|session|sid|id)\w*=|"
        r"/(?:user|users|people|person|staff|members?|profile|profiles|in|author|team|home|homepages?|u)/[\w%.\-]{2,}|"
        r"(?:github|gitlab|twitter|x|facebook|instagram|xing|orcid|linkedin|bitbucket|medium|youtube)\.(?:com|org|io)/"
        r"[\w@%.\-]{2,}",
        regex.IGNORECASE,
    )

    def __init__(self, which: Literal["all", "personal"], language: str = "en") -> None:
        super().__init__(language)
        self._every = which == "all"

    @classmethod
    def build(cls, policy: Policy, language: str) -> Self:
        """The recognizer with the policy's choice of addresses."""
        return cls(policy.urls, language)

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The whole address, without the punctuation that ends a sentence."""
        for start, url in self._candidates(text):
            if self._every or self._PERSONAL.search(url):
                yield start, start + len(url), 0.95

    def _candidates(self, text: str) -> Iterator[tuple[int, str]]:
        for match in self._URL.finditer(text, timeout=timeout(text)):
            yield match.start(), match.group().rstrip(".,;:!?)>*")
        for match in self._BARE.finditer(text, timeout=timeout(text)):
            if "/" not in match.group() or self._SLASHED.match(match.group()):
                yield match.start(), match.group().rstrip(".,;:!?)>*")
