"""E-mail addresses, also in the spellings that hide them from harvesters."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.base import PresidioRecognizer, Recognizer

ANY_EMAIL = regex.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})*\.[A-Za-z]{2,24}\b")
"""What looks like an address at all, valid or not."""


class Email(PresidioRecognizer, EmailRecognizer):
    """Presidio's pattern, whatever the top-level domain: an address at `corp.local` is a person's too."""

    entity = "EMAIL_ADDRESS"
    needs = Pattern("@")
    wraps = frozenset({"address"})

    def validate_result(self, pattern_text: str) -> bool | None:
        """Always valid, and no public suffix list is needed."""
        return True


class ObfuscatedEmail(Recognizer):
    """`x at y.org`, `x (at) y (dot) org`, Pipermail's `x @end|ng |rom y`, and Lotus Notes' `Name@ORG`."""

    entity = "EMAIL_ADDRESS"
    needs = Pattern(r"@|\b(?:at|AT|ät)\b")
    wraps = frozenset({"address"})

    _SPELLED = regex.compile(
        r"(?<![\w.+-])(?P<local>[\w.+-]{1,64})\s?(?:\s(?:at|AT)\s|[(\[{<]\s?(?:at|AT|ät|@)\s?[)\]}>]|\s@\s?|@\s)\s?"
        r"(?P<domain>(?:[\w-]{1,63}\s?(?:\.|[(\[{]\s?(?:dot|DOT|punkt|\.)\s?[)\]}]|\s(?:dot|DOT)\s)\s?){1,6}"
        r"[A-Za-z]{2,24})(?![\w@(])"
    )
    _SENDING_FROM = regex.compile(r"[^\s<>()\",;:]{1,80}\s@end\|ng\s\|rom\s[^\s<>()\",;:]{1,80}")
    _NOTES = regex.compile(r"(?<![\w@/])[\w.'-]{2,64}@[A-Z][A-Za-z0-9_]{1,30}(?![\w@.(])")

    _BRACKETED = regex.compile(r"(?<=<)[\w.+'\-]{1,64}@[\w.\-]{1,64}")
    _BROKEN = regex.compile(r"(?<![\w.+\-])[\w.+\-]{2,64}@[\w.\-]{0,64}=[ \t]*\n[ \t>]{0,8}[\w.\-]{1,64}")

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """All hidden spellings; `look at www.r-project.org` is none."""
        if "|" in text:
            yield from ((*match.span(), 0.9) for match in self._SENDING_FROM.finditer(text))
        if "@" in text:
            for pattern in (self._BRACKETED, self._BROKEN):
                yield from ((*match.span(), 0.6) for match in pattern.finditer(text))
            yield from ((*match.span(), 0.6) for match in self._NOTES.finditer(text))
            yield from ((*match.span(), 0.9) for match in ANY_EMAIL.finditer(text))
        for match in self._SPELLED.finditer(text):
            if self._plausible(match.group("local"), match.group("domain")):
                yield *match.span(), 0.7

    @staticmethod
    def _plausible(local: str, domain: str) -> bool:
        if domain.lower().startswith("www") or not any(letter.isalpha() for letter in local):
            return False
        return not local.isalpha() or not local.islower() or kind(local, "en") is not Kind.ORDINARY
