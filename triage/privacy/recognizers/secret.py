"""Passwords, tokens, API keys and private keys."""

from __future__ import annotations

from collections import Counter
from math import log2

import regex

from triage.privacy.lexicon.names import Kind, kind
from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer

_WORDS = (
    r"pass(?:word|wort|phrase|code|wd)s?|pwd|passwd|kennwort|zugangscode|mot[ ]de[ ]passe|mdp|code[ ]secret|code[ ]d['’]accès|contraseña|clave(?:[ ]de[ ]acceso)?|"
    r"(?:auth|access|api|bearer|secret|refresh|session)[ _\-]?tokens?|token|(?:api|secret|access|private|encryption|account)[ _\-]?key|client[ _\-]?secret|secret|credentials?|login[ ]code|"
    r"verification[ ]code|security[ ]code|bestätigungscode|sicherheitscode|code[ ]de[ ]vérification|código[ ]de[ ]verificación"
)
_SHORT_WORDS = r"pin(?:[ \-]?(?:code|nummer))?|otp|tan|cvv|cvc|one[ \-]time[ ](?:code|password)|geheimzahl|nip"
_MIN_ENTROPY = 3.2


def is_random(text: str) -> bool:
    """Whether the characters of a text are spread as in a key, with letters and digits."""
    counts = Counter(text)
    entropy = -sum(n / len(text) * log2(n / len(text)) for n in counts.values())
    return entropy >= _MIN_ENTROPY and any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def is_no_word(text: str) -> bool:
    """Whether a text after `password:` is more than one ordinary word, as in `Password: required`."""
    word = text.strip(".,;:!?'\"")
    if len(word) < 4 or regex.fullmatch(r"\*+|x+|\.+|_+|<.*>|\[.*\]|\w+\(.*|\$\{?\w+\}?", word):
        return False
    return not word.isalpha() or kind(word, "en") is not Kind.ORDINARY or not (word.islower() or word.istitle())


def is_no_sentence(text: str) -> bool:
    """Whether a text after `the password is` can be one: it has a digit, a sign, or capitals inside."""
    word = text.strip(".,;:!?'\"-").replace("'", "").replace("-", "")
    return is_no_word(text) and not (word.isalpha() and (word.islower() or word.istitle() or word.isupper()))


class Secret(TableRecognizer):
    """By the forms that providers give their keys, and after words that announce a secret in four languages."""

    entity = "SECRET"
    needs = Pattern(r"\w")
    table = (
        ScoredPattern(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,.\-()]{0,6000}?(?:-----END [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----|$)", 0.99),
        ScoredPattern(r"(?m)(?:^[A-Za-z0-9+/=]{16,80}[ \t]*\n){1,100}-----END [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----", 0.99),
        ScoredPattern(r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AGPA|AROA|AIDA)[0-9A-Z]{16}(?![A-Za-z0-9])", 0.95),
        ScoredPattern(r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w\-]{20,64}|npm_[A-Za-z0-9]{36}|pypi-[\w\-]{40,255})", 0.95),
        ScoredPattern(r"(?<![A-Za-z0-9])xox[abeoprs]-[\w\-]{10,255}", 0.95),
        ScoredPattern(r"https://hooks\.slack\.com/services/[\w/]{10,255}", 0.96),
        ScoredPattern(r"(?<![A-Za-z0-9])(?:AIza[\w\-]{35}|ya29\.[\w\-]{20,255}|GOCSPX-[\w\-]{20,64})", 0.95),
        ScoredPattern(r"(?<![A-Za-z0-9])(?:(?:sk|pk|rk)_(?:live|test)_\w{10,255}|whsec_\w{16,255}|sk-(?:ant-|proj-)?[\w\-]{20,255}|hf_[A-Za-z0-9]{20,64}|SG\.[\w\-]{16,64}\.[\w\-]{16,64}|dop_v1_[a-f0-9]{64})", 0.95),
        ScoredPattern(r"(?<![\w.])eyJ[\w\-]{8,4000}\.eyJ[\w\-]{8,4000}\.[\w\-]{8,4000}", 0.97),
        ScoredPattern(r"(?i:bearer|basic)[ ](?P<value>[\w.~+/\-]{20,2000}={0,2})(?!\w)", 0.9, is_random),
        ScoredPattern(r"://[^\s:/@]{1,64}:(?P<value>[^\s:/@]{3,64})@", 0.97),
        ScoredPattern(rf"(?i:(?<![\p{{L}}])(?:{_WORDS}))[\"']?[ \t]*(?::|={{1,2}}|->)[ \t]*[\"'`]?(?P<value>[^\s\"'`<>,;]{{4,128}})", 0.9, is_no_word),
        ScoredPattern(rf"(?i:(?<![\p{{L}}])(?:{_WORDS})(?:[ ](?:for|to|of|für|zu[mr]?|von|pour|de|du|para|del?)[ ][^\n.:]{{1,40}}?)?[ ](?:is|was|ist|lautet|war|est|es|será)[ ]?(?:now[ ]|jetzt[ ]|now:[ ])?:?)[ ]?[\"'`]?(?P<value>[^\s\"'`<>,;]{{4,128}})", 0.9, is_no_sentence),
        ScoredPattern(rf"(?i:(?<![\p{{L}}])(?:{_WORDS})[ ](?:is|ist|est|es)[ ]?:?)[ ]?(?P<q>[\"'`])(?P<value>[^\s\"'`]{{3,128}})(?P=q)", 0.9),
        ScoredPattern(rf"(?i:(?<![\p{{L}}])(?:{_SHORT_WORDS}|{_WORDS})(?:[ ]*(?:is|ist|lautet|est|es|:|=)){{1,2}})[ ]*(?P<value>\d{{3,8}})(?![\d.])", 0.85),
        ScoredPattern(r"(?i:(?:secret|token|passw|apikey|api_key|auth|credential|signature|private_?key|access_?key)[\w\-]{0,40})[\"']?[ \t]{0,4}(?::|={1,2}|<-)[ \t]{0,4}[\"']?(?P<value>[A-Za-z0-9+/_\-]{20,512}={0,2})(?![\w(])", 0.9, is_random),
    )  # fmt: skip
