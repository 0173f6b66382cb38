"""Which entities are detected and what becomes of each, read from one YAML file."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cached_property
from pathlib import Path
from typing import Literal

import regex
from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationError, field_validator

from triage.config import Section
from triage.errors import ConfigError
from triage.privacy.entities import Entity
from triage.privacy.folding import fold
from triage.privacy.name_models.stored import shipped_models
from triage.yaml_file import read_yaml

Operator = Literal["pseudonym", "mask", "generalize", "drop", "keep"]
Zone = Literal["header", "newest", "quoted", "signature", "disclaimer", "subject", "participants", "attachment"]
"""Where in a mail a finding stands: the zones of its body, and its other fields."""

GENERALIZED: frozenset[str] = frozenset(
    {"DATE", "BIRTH_DATE", "LOCATION", "STREET_ADDRESS", "AGE", "URL", "IP_ADDRESS"}
)
"""Entities that have a coarser value: a month, a year, a country, a decade, a host, a network."""


class Policy(Section):
    """The privacy policy in force; `version` names its content."""

    entities: dict[Entity, Operator | dict[Zone | Literal["default"], Operator]] = Field(min_length=1)
    """What becomes of each entity, everywhere or by zone with a `default`; one that is missing is not detected."""

    score_threshold: float = Field(0.3, ge=0, le=1)
    """Confidence from which a finding is used."""

    phone_regions: tuple[str, ...] = ("US", "GB", "DE", "FR", "CH", "ES")
    """ISO 3166 countries whose national phone numbers are recognized."""

    urls: Literal["all", "personal"] = "all"
    """Whether every web address is personal, or only one that carries a user, an account or a mail address."""

    special_categories: Literal["off", "mark"] = "off"
    """Whether a mail gets a mark for each special category of GDPR Art. 9 that it has words of; nothing is hidden."""

    deny: tuple[str, ...] = ()
    """Terms that are always hidden as OWN_TERM: product names, project code names, the company's own address."""

    allow: tuple[str, ...] = ()
    """Terms that are never hidden, whatever a recognizer takes them for."""

    account_numbers: tuple[str, ...] = ()
    """Regular expressions of the company's own customer, account, order and contract numbers."""

    ner: dict[str, str] = Field(default_factory=dict)
    """Name model by ISO 639-1 language, `und` for unknown: one that comes with the project, or a spaCy package."""

    without_ner: Literal["mark", "hold"] = "mark"
    """What becomes of a mail in a language without a package."""

    @field_validator("entities")
    @classmethod
    def _validate_operators(cls, entities: dict[Entity, Operator | dict[str, Operator]]) -> object:
        for entity, given in entities.items():
            if isinstance(given, dict) and "default" not in given:
                raise ValueError(f"{entity} has operators by zone, but no default")
            chosen = given.values() if isinstance(given, dict) else [given]
            if "generalize" in chosen and entity not in GENERALIZED:
                raise ValueError(f"{entity} cannot be generalized; only {', '.join(sorted(GENERALIZED))} can")
        return entities

    @field_validator("special_categories", mode="before")
    @classmethod
    def _read_off(cls, given: object) -> object:
        """YAML 1.1 reads a bare `off` as false."""
        return "off" if given is False else given

    @field_validator("phone_regions")
    @classmethod
    def _validate_regions(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        for region in regions:
            if region not in SUPPORTED_REGIONS:
                raise ValueError(f"{region!r} is no region with phone numbers; name ISO 3166 codes such as GB")
        return regions

    @field_validator("account_numbers")
    @classmethod
    def _validate_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for number, pattern in enumerate(patterns, 1):
            try:
                matches_nothing = regex.compile(pattern).fullmatch("") is not None
            except regex.error as fault:
                raise ValueError(f"pattern {number} is no regular expression: {fault}") from None
            if matches_nothing:
                raise ValueError(f"pattern {number} matches the empty text")
        return patterns

    @field_validator("ner")
    @classmethod
    def _validate_packages(cls, packages: dict[str, str]) -> dict[str, str]:
        for package in packages.values():
            if package not in shipped_models() and not _is_installed(package):
                raise ValueError(f"the package {package!r} is not installed; install it or name another one")
        return packages

    @property
    def version(self) -> str:
        """Digest of the policy's content, 12 hex digits; comments do not count."""
        content = self.model_dump_json()
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @cached_property
    def allowed(self) -> frozenset[str]:
        """The terms that are never hidden, as detection reads them, case-folded."""
        return frozenset(fold(term).text.casefold() for term in self.allow)

    def without_allowed(self, text: str) -> str:
        """The text with a blank for each term that is never hidden."""
        return self._allowed_terms.sub(" ", text) if self.allow else text

    @cached_property
    def _allowed_terms(self) -> regex.Pattern[str]:
        return regex.compile(r"\L<terms>", regex.IGNORECASE, terms=self.allow)

    @property
    def has_zones(self) -> bool:
        """Whether an entity's operator depends on the zone."""
        return any(isinstance(given, dict) for given in self.entities.values())

    @property
    def hidden(self) -> tuple[Entity, ...]:
        """The entities of which nothing is kept in any zone."""
        return tuple(
            entity
            for entity, given in self.entities.items()
            if "keep" not in (given.values() if isinstance(given, dict) else [given])
        )

    def operator(self, entity: str, zone: Zone) -> Operator | None:
        """What becomes of an entity in a zone; None where it is not detected."""
        given = self.entities.get(entity)  # type: ignore[call-overload]
        if isinstance(given, dict):
            return given.get(zone, given["default"])
        return given  # type: ignore[no-any-return]


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def load_policy(path: str | Path) -> Policy:
    """The policy in a YAML file. Raises ConfigError for a missing or broken file.

    Broken is also an unknown entity, operator or phone region, and a language package that is not installed.
    """
    remedy = "See conf/privacy.yaml for a policy that works."
    content = read_yaml(Path(path), "privacy policy", remedy)
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"The privacy policy is wrong: {first['msg'].removeprefix('Value error, ')}.",
            where=f"{path}: {field}",
            remedy=remedy,
        ) from None
