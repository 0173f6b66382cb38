"""IP and hardware addresses, and web addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.predefined_recognizers import IpRecognizer

from triage.privacy.recognizers.base import Finder, StrictPatterns, patience
from triage.privacy.recognizers.forms import FormFinder, form


class Ip(StrictPatterns, IpRecognizer):
    """Presidio's patterns for IPv4 and IPv6, but no version numbers."""

    _VERSION = regex.compile(
        r"(?:version|release|build|update|upgrade|firmware|driver|treiber|rev|ver|v)\.?[ :#=(]*(?:auf[ ])?$",
        regex.IGNORECASE,
    )

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """The finds in `text`, without those behind a word such as `version`."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [r for r in found if not self._VERSION.search(text, max(0, r.start - 24), r.start)]

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is no address, or one of R's and C++'s `a::b`: an IPv6 address has a digit."""
        return not any(c.isdigit() for c in pattern_text) or bool(super().invalidate_result(pattern_text))


class IpWithPort(FormFinder):
    """What Presidio's patterns leave: addresses with a port, in brackets, with a zone or behind letters and a colon."""

    entity = "IP_ADDRESS"
    _OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
    forms = (
        form(rf"(?<![\d.])(?:{_OCTET}\.){{3}}{_OCTET}(?::\d{{1,5}}|/\d{{1,2}})(?![\d.])", 0.9),
        form(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:])", 0.9),
        form(r"\[(?P<value>(?=[^\]]*\d)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:%\w{1,16})?)\]", 0.9),
        form(r"(?<![\w:])(?=[\da-fA-F:]*\d)(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:(])", 0.8),
    )  # fmt: skip


class MacAddress(FormFinder):
    """Six bytes in hexadecimal, parted by colons, hyphens or, in fours, by points."""

    entity = "MAC_ADDRESS"
    forms = (
        form(r"(?<![\w:.\-])[0-9A-Fa-f]{2}([:\-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:\-])", 0.96),
        form(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])", 0.7, lambda found: any(c.isdigit() for c in found) and not found.replace(".", "").isdigit()),
    )  # fmt: skip


class Url(Finder):
    """Web addresses: all, or only those with a user, an account or a mail address in them."""

    entity = "URL"

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

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """The whole address, without the punctuation that ends a sentence."""
        for start, url in self._candidates(text):
            if self._every or self._PERSONAL.search(url):
                yield start, start + len(url), 0.95

    def _candidates(self, text: str) -> Iterator[tuple[int, str]]:
        for match in self._URL.finditer(text, timeout=patience(text)):
            yield match.start(), match.group().rstrip(".,;:!?)>*")
        for match in self._BARE.finditer(text, timeout=patience(text)):
            if "/" not in match.group() or self._SLASHED.match(match.group()):
                yield match.start(), match.group().rstrip(".,;:!?)>*")
