"""Who may read what: the roles, and the places of an installation that each of them reads.

Only the user that runs the jobs writes. A role is given to people by the groups of the places that it reads
(triage/rights/grants); a person may have several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from triage.config.access import GroupedName, RoleName, ZoneName

ROLES: Mapping[RoleName, str] = MappingProxyType(
    {
        "operator": "runs the jobs' machine: whether runs succeed, why mail is quarantined, what alerts say",
        "analyst": "asks how much mail of what kind came and went where",
        "reviewer": "reads published mail and corrects its labels",
        "privacy_officer": "answers requests of persons, and holds audits; reads all but keys",
        "data_scientist": "trains and compares models on published mail",
    }
)
"""What each role is for."""

PlaceName = Literal[GroupedName, "keys"]

ZONES: tuple[ZoneName, ...] = get_args(ZoneName)
"""The folders of a lake."""

VAULT: ZoneName = "vault"
"""The zone that SQL does not read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with grants of its own: a zone of the lake, or one beside it."""

    name: PlaceName
    readers: tuple[RoleName, ...]

    @property
    def is_zone(self) -> bool:
        """Whether it is a folder of the lake."""
        return self.name in ZONES


PLACES: tuple[Place, ...] = (
    Place("vault", ("privacy_officer",)),
    Place("quarantine", ("operator", "privacy_officer")),
    Place("silver", ("reviewer", "privacy_officer", "data_scientist")),
    Place("gold", ("analyst", "reviewer", "privacy_officer", "data_scientist")),
    Place("metrics", ("operator", "analyst", "privacy_officer", "data_scientist")),
    Place("ops", ("operator", "privacy_officer")),
    Place("reports", ("operator", "analyst", "privacy_officer", "data_scientist")),
    Place("mlflow", ("operator", "privacy_officer", "data_scientist")),
    Place("certificates", ("privacy_officer",)),
    Place("keys", ()),
)
"""All places; a role that is not named has no access, and a place without readers is its owner's alone."""


def readers_of(table: str) -> tuple[RoleName, ...]:
    """The roles that may read a table, by its name such as `gold/labels`."""
    by_zone: dict[str, tuple[RoleName, ...]] = {place.name: place.readers for place in PLACES if place.is_zone}
    zone = table.partition("/")[0]
    return by_zone[zone]


def places_of(role: RoleName) -> tuple[Place, ...]:
    """What a role may read."""
    return tuple(place for place in PLACES if role in place.readers)
