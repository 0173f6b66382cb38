"""Which entities are looked for and what becomes of each, read from one YAML file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from triage.config import Section
from triage.errors import ConfigError

Operator = Literal["pseudonym", "mask", "drop", "keep"]
Entity = Literal[
    "PERSON",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "STREET_ADDRESS",
    "LOCATION",
    "CREDIT_CARD",
    "IBAN_CODE",
    "US_SSN",
    "IP_ADDRESS",
    "URL",
]


class Policy(Section):
    """The privacy policy in force; `version` names its content."""

    entities: dict[Entity, Operator] = Field(min_length=1)
    """What becomes of each entity; one that is missing is not looked for."""

    score_threshold: float = Field(0.3, ge=0, le=1)
    """Confidence from which a find is used."""

    phone_regions: tuple[str, ...] = ("US", "GB", "DE", "FR", "CH", "ES")
    """ISO 3166 countries whose national phone numbers are recognized."""

    ner: dict[str, str] = Field(default_factory=dict)
    """spaCy package by ISO 639-1 language, `und` for unknown."""

    without_ner: Literal["mark", "hold"] = "mark"
    """What becomes of a mail in a language without a package."""

    @property
    def version(self) -> str:
        """Digest of the policy's content, 12 hex digits; comments do not count."""
        content = self.model_dump_json()
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def load_policy(path: str | Path) -> Policy:
    """The policy in a YAML file. Raises ConfigError for a missing or broken file, entity or operator."""
    remedy = "See conf/privacy.yaml for a policy that works."
    try:
        content: Any = yaml.safe_load(Path(path).read_text("utf-8"))
        return Policy.model_validate(content)
    except OSError as error:
        raise ConfigError(
            f"The privacy policy cannot be read: {error.strerror}.", where=str(path), remedy=remedy
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError("The privacy policy is not valid YAML.", where=str(path), remedy=remedy) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"The privacy policy is wrong: {first['msg']}.", where=f"{path}: {field}", remedy=remedy
        ) from None
