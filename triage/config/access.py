"""Settings of who may read what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from triage.config.base import Section

RoleName = Literal["operator", "analyst", "reviewer", "privacy_officer", "data_scientist"]
ZoneName = Literal["vault", "quarantine", "silver", "gold", "metrics", "ops"]
GroupedName = Literal[ZoneName, "reports", "mlflow", "certificates"]


class AccessSettings(Section):
    """Groups of the lake's folders, and who is in them (jobs/grants.py)."""

    group_prefix: str = Field("triage", pattern=r"^[a-z_][a-z0-9_-]{0,18}$")
    """The group of a folder such as gold is `<group_prefix>-gold`, unless `groups` names another."""

    groups: Mapping[GroupedName, str] = Field(default_factory=dict)
    """By folder (vault, quarantine, silver, gold, metrics, ops, reports, mlflow, certificates), a group by name or
    number, in place of the usual one."""

    members: Mapping[RoleName, tuple[str, ...]] = Field(default_factory=dict)
    """By role (operator, analyst, reviewer, privacy_officer, data_scientist), users of the operating system."""

    smallest_group: int = Field(5, ge=2)
    """Mails below which a cell of the analysts' counts is not shown (k of k-anonymity)."""
