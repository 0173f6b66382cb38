"""What is in force: models, rules, policies, thresholds, the reference and keys, as plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Item:
    """Something in force that a person approves.

    `what` is its name in the file of approvals, `digest` the SHA-256 of its files where its version alone does not
    name its content, `place` the file or setting that it comes from.
    """

    what: str
    title: str
    version: str
    digest: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version in the model registry; `tags` are its provenance as it was registered."""

    name: str
    version: str
    aliases: tuple[str, ...]
    registered_at: datetime | None
    registered_by: str
    tags: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of its manifest, which names the digest of each of its files; empty where it has none."""
        return self.tags.get("manifest_sha256", "")

    @property
    def is_champion(self) -> bool:
        """Whether it labels mails."""
        return "champion" in self.aliases


@dataclass(frozen=True, slots=True)
class HeadInForce:
    """A head of a model in force: labels, and figures on rows that it was not trained on, by name."""

    model: str
    version: str
    head: str
    labels: tuple[str, ...]
    candidate: str
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure on which a decision turns; `of` says where it applies, `place` where it comes from."""

    name: str
    of: str
    value: float
    place: str


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """An installed package or shipped file with a model of language."""

    name: str
    version: str
    licence: str
    used_for: str


@dataclass(frozen=True, slots=True)
class InForce:
    """All that is in force. `faults` are the parts that could not be read, a sentence each, by the part's name.

    `rules` are the routing rules in order: name, queue, priority, conditions in words; `alert_rules` those of alerts:
    name, severity, owner, runbook; `sinks` the kinds of places that alerts are sent to. `references` are the rows of
    `ops/baselines`, the latest first; `keys` the ids of keys that the lake names, `labels_version` the digest
    of heads and labels that profiles have now.
    """

    items: tuple[Item, ...] = ()
    models: tuple[ModelVersion, ...] = ()
    heads: tuple[HeadInForce, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    language_models: tuple[LanguageModel, ...] = ()
    rules: tuple[tuple[str, str, str, str], ...] = ()
    alert_rules: tuple[tuple[str, str, str, str], ...] = ()
    sinks: tuple[str, ...] = ()
    references: tuple[Mapping[str, Any], ...] = ()
    keys: tuple[str, ...] = ()
    labels_version: str = ""
    faults: Mapping[str, str] | None = None

    def fault(self, part: str) -> str:
        """Why a part could not be read; empty where it could."""
        return (self.faults or {}).get(part, "")

    def item(self, what: str) -> Item:
        """What is in force under a name. Raises ConfigError, with the names that there are, for any other."""
        for item in self.items:
            if item.what == what:
                return item
        raise ConfigError(
            "Nothing with this name is in force.",
            where="WHAT",
            remedy=f"Give one of: {', '.join(item.what for item in self.items)}.",
        )


def content_digest(content: object) -> str:
    """First 16 hex digits of SHA-256 over plain values; comments and the order of keys do not count."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def thresholds_digest(thresholds: Sequence[Threshold]) -> str:
    """The version of a set of thresholds, whatever their order."""
    return content_digest(sorted([t.name, t.of, repr(t.value)] for t in thresholds))
