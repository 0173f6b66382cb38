"""The profile of a set of mails: distributions of features by slice, without text, names or tokens."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms, distribution_of, merged

RUN = ("run", "")
"""The slice that holds all mails."""

SliceKey = tuple[str, str]
"""Kind and value of a slice, such as ("language", "de")."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The mails of one slice: how many were published and quarantined, and the distribution of each feature."""

    published: int = 0
    quarantined: int = 0
    features: Mapping[str, Distribution] = field(default_factory=dict)

    def counts(self, feature: str) -> Counts:
        """Counts of a category; empty where the slice has none."""
        found = self.features.get(feature)
        return found if isinstance(found, Counts) else Counts()

    def numbers(self, feature: str) -> Numbers:
        """The numbers of a feature; empty where the slice has none."""
        found = self.features.get(feature)
        return found if isinstance(found, Numbers) else Numbers.of([])

    def terms(self, feature: str = "terms") -> Terms:
        """The terms of a feature; empty where the slice has none."""
        found = self.features.get(feature)
        return found if isinstance(found, Terms) else Terms()

    def __add__(self, other: Self) -> Self:
        names = self.features.keys() | other.features.keys()
        both = {name: [s.features[name] for s in (self, other) if name in s.features] for name in sorted(names)}
        return type(self)(
            self.published + other.published,
            self.quarantined + other.quarantined,
            {name: merged(parts) for name, parts in both.items()},
        )

    def pruned(self) -> Self:
        """With no more terms than are stored."""
        features = {n: f.pruned() if isinstance(f, Terms) else f for n, f in self.features.items()}
        return type(self)(self.published, self.quarantined, features)

    def encode(self) -> bytes:
        """As bytes for a table or file, with no more terms than are stored."""
        return self.pruned().pack(6)

    def pack(self, level: int = 1) -> bytes:
        """As bytes, with all terms: of a part of a run, whose terms are pruned only when all parts are merged."""
        features = {name: found.as_json() for name, found in self.features.items()}
        content = {"published": self.published, "quarantined": self.quarantined, "features": features}
        return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), level)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The slice that `pack` or `encode` gave."""
        content = json.loads(zlib.decompress(data))
        features = {name: distribution_of(stored) for name, stored in content["features"].items()}
        return cls(content["published"], content["quarantined"], features)


@dataclass(frozen=True, slots=True)
class Profile:
    """Slices by kind and value; `Profile()` is that of no mail."""

    slices: Mapping[SliceKey, Slice] = field(default_factory=dict)

    @property
    def run(self) -> Slice:
        """All mails."""
        return self[RUN]

    def __getitem__(self, key: SliceKey) -> Slice:
        return self.slices.get(key, Slice())

    def of(self, kind: str) -> Iterator[tuple[str, Slice]]:
        """Value and slice of one kind, sorted by value."""
        for (found, value), part in sorted(self.slices.items()):
            if found == kind:
                yield value, part

    def pruned(self) -> Self:
        """With no more terms than are stored."""
        return type(self)({key: part.pruned() for key, part in self.slices.items()})

    def __add__(self, other: Self) -> Self:
        keys = sorted(self.slices.keys() | other.slices.keys())
        return type(self)({key: self[key] + other[key] for key in keys})


def merged_profiles(profiles: Iterable[Profile]) -> Profile:
    """The profile of all their mails."""
    total: dict[SliceKey, Slice] = {}
    for profile in profiles:
        for key, part in profile.slices.items():
            total[key] = total[key] + part if key in total else part
    return Profile(dict(sorted(total.items())))
