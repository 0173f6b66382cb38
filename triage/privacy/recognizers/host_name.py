"""Names of computers in a company's own network."""

from __future__ import annotations

from triage.privacy.lexicon.word_lists import alternatives, words_of
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_EDGE, _END = r"(?<![\w.@/\\$:+\-])", r"(?![\w\-(=@]|\.\w)"
_INNER = r"(?:local|lan|localdomain|internal|intern|intranet|intra|corp|private|priv|home\.arpa|ad|domain)"
_NUMBERED = r"[A-Za-z]{2,15}(?:\d{1,4})?(?:-[A-Za-z0-9]{1,15}){0,4}?-?(?<=[A-Za-z\-])\d{1,5}[a-z]?(?![\w\-])"
_PREFIX = r"(?:srv|svr|vm|dc|esxi?|nas|fs|sql|db|nb|ws|lt|laptop|notebook|desktop|thinkpad|macbook|clt|wks)"


class HostName(TableRecognizer):
    r"""`srv-db-04.corp.local`, `fileserver.lan`, `\\srv01\share`, `DESKTOP-7H3K2AB`, and what `server` or `host` announces."""

    entity = "HOST_NAME"
    needs = Pattern(r"\w[.\-\\]\w|\d")
    table = (
        ScoredPattern(rf"{_EDGE}(?:{_LABEL}\.){{2,6}}{_INNER}{_END}", 0.8),
        ScoredPattern(rf"{_EDGE}(?=[A-Za-z0-9]{{0,60}}[\d\-]|[a-z]{{4}}){_LABEL}\.(?:local|lan|localdomain|corp){_END}", 0.7),
        ScoredPattern(rf"(?<![\w\\])\\\\(?P<value>{_LABEL}(?:\.{_LABEL}){{0,5}})(?=\\\w)", 0.8),
        ScoredPattern(rf"{_EDGE}(?i:{_PREFIX})\d{{0,4}}(?:-[A-Za-z0-9]{{1,15}}){{0,4}}-(?=[A-Z]{{0,12}}\d)[A-Za-z0-9]{{2,15}}{_END}", 0.6),
        announced(alternatives(words_of("announcing_words.txt", "host")), _NUMBERED, 0.6, between=r"(?:[ ](?:name|namens|named|called|appelé|llamado))?"),
    )  # fmt: skip
