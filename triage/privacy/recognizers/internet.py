"""IP addresses, and the URLs that say who somebody is."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from presidio_analyzer.predefined_recognizers import IpRecognizer

from triage.privacy.recognizers.base import Finder, StrictPatterns


class Ip(StrictPatterns, IpRecognizer):
    """Presidio's patterns for IPv4 and IPv6."""

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is no address, or one of R's and C++'s `a::b`: an IPv6 address has a digit."""
        return not any(c.isdigit() for c in pattern_text) or bool(super().invalidate_result(pattern_text))


class PersonalUrl(Finder):
    """URLs with a user, an account or an e-mail address in them; others name no person and stay."""

    entity = "URL"

    _URL = regex.compile(r"\b(?:https?://|ftp://|www\.)[^\s<>\"'\]|]{3,2000}", regex.IGNORECASE)
    _PERSONAL = regex.compile(
        r"/~\w|@|%40|[?&;](?:user|uid|email|e-mail|mail|name|login|account|acct|customer|token|session|sid|id)\w*=|"
        r"/(?:user|users|people|person|staff|members?|profile|profiles|in|author|team|home|homepages?|u)/[\w%.\-]{2,}|"
        r"(?:github|gitlab|twitter|x|facebook|instagram|xing|orcid|linkedin|bitbucket|medium|youtube)\.(?:com|org|io)/"
        r"[\w@%.\-]{2,}",
        regex.IGNORECASE,
    )

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The whole URL, without the punctuation that ends a sentence."""
        for match in self._URL.finditer(text):
            url = match.group().rstrip(".,;:!?)>")
            if self._PERSONAL.search(url):
                yield match.start(), match.start() + len(url), 0.95
