"""The technical measures that protect mail, as the configuration has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from triage.config import Settings

KeyOrigin = Literal["environment variable", "key command", "key file", "development key"]

_ENCRYPTION = ("spark.authenticate", "spark.network.crypto.enabled", "spark.io.encryption.enabled", "spark.ssl.enabled")
"""Options of Spark that protect data between and on machines; only whether they are on is shown."""
_ON_BY_DEFAULT = frozenset({"spark.io.encryption.enabled"})
"""What triage.spark.session turns on itself."""


@dataclass(frozen=True, slots=True)
class PrivacyFacts:
    """What the privacy policy does: its version, what becomes of each entity in words, and whether Art. 9 is marked.

    `name_models` are the languages in which names are found statistically, `without_ner` what becomes of other mail.
    """

    version: str
    operators: Mapping[str, str]
    marks_special_categories: bool
    name_models: tuple[str, ...]
    without_ner: str
    key_origin: KeyOrigin
    has_legal_holds: bool


def technical_measures(settings: Settings, privacy: PrivacyFacts) -> list[str]:
    """The measures, a sentence each; of Spark's options only whether they are on."""
    options = settings.spark.options
    return [
        "Encryption: messages as received and the values behind pseudonyms are sealed with AES-256-SIV, each bound to "
        "its row; keys are derived with HKDF-SHA256.",
        "Pseudonymisation before publication: silver/mail, gold and metrics hold pseudonyms, codes and counts. A mail "
        "whose detection fails is not published.",
        f"Names by statistical models in: {', '.join(privacy.name_models) or 'no language'}; mail in other languages: "
        f"{privacy.without_ner} (without_ner).",
        f"Key, as this job was started: {privacy.key_origin}. Mode: {settings.mode}"
        + (
            ", which accepts no development key."
            if settings.mode == "production"
            else ", which accepts a development key."
        ),
        "Each message is parsed in a child process under limits of processor time and memory.",
        f"Legal holds: {'a file is configured' if privacy.has_legal_holds else 'no file is configured'} "
        "(privacy.legal_holds).",
        "Spark: " + ", ".join(f"{name} {_state(name, options)}" for name in _ENCRYPTION) + ".",
    ]


def _state(option: str, options: Mapping[str, str]) -> str:
    default = "true" if option in _ON_BY_DEFAULT else "not set"
    return {"true": "on", "false": "off"}.get(options.get(option, default).lower(), "not set")
