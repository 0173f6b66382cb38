"""Maven's order of versions, by the tables of its own specification and tests (POM reference, ComparableVersionTest)."""

from __future__ import annotations

from itertools import combinations

import pytest

from triage.supply.maven_order import MavenVersion

QUALIFIERS = (
    "1-alpha2snapshot 1-alpha2 1-alpha-123 1-beta-2 1-beta123 1-m2 1-m11 1-rc 1-cr2 1-rc123 1-SNAPSHOT 1 1-sp 1-sp2 "
    "1-sp123 1-abc 1-def 1-pom-1 1-1-snapshot 1-1 1-2 1-123"
).split()
NUMBERS = (
    "2.0 2.0.a 2-1 2.0.2 2.0.123 2.1.0 2.1-a 2.1b 2.1-c 2.1-1 2.1.0.1 2.2 2.123 11.a2 11.a11 11.b2 11.b11 11.m2 11.m11 "
    "11 11.a 11b 11c 11m"
).split()


@pytest.mark.parametrize("versions", [QUALIFIERS, NUMBERS], ids=["qualifiers", "numbers"])
def test_versions_in_their_order(versions: list[str]) -> None:
    wrong = [(low, high) for low, high in combinations(versions, 2) if not MavenVersion(low) < MavenVersion(high)]
    assert wrong == []
    assert not any(MavenVersion(high) < MavenVersion(low) for low, high in combinations(versions, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "1.0"), ("1", "1-0"), ("1.0", "1.0-0"), ("1.0.0-foo.0.0", "1-foo"), ("1a", "1-a"), ("1a1", "1-alpha-1"),
     ("1b2", "1-beta-2"), ("1m3", "1-milestone-3"), ("1.0.final", "1"), ("1x", "1.0.0-x"), ("1rc", "1-CR"), ("1GA", "1"),
     ("1.0.RC2", "1.0-rc2"), ("1.release", "1")],
)  # fmt: skip
def test_versions_that_are_one(one: str, other: str) -> None:
    assert MavenVersion(one) == MavenVersion(other)
    assert hash(MavenVersion(one)) == hash(MavenVersion(other))


@pytest.mark.parametrize(
    ("low", "high"),
    [("1.5", "2"), ("1.0-alpha-1", "1.0-beta-1"), ("2.0-1", "2.0.1"), ("2.0.1-xyz", "2.0.1-123"), ("3.3.4", "3.3.4.1"),
     ("20190126.230843", "1234567890.12345"), ("1.0.0.RC1", "1.0.0-RC2"), ("4.0.0.Beta3", "4.0.0-RC1"),
     ("4.1.94.Final", "4.1.100.Final"), ("2.12.7", "2.12.7.1"), ("9.4.0-jre", "31.1-jre")],
)  # fmt: skip
def test_pairs(low: str, high: str) -> None:
    assert MavenVersion(low) < MavenVersion(high)
    assert MavenVersion(high) > MavenVersion(low)
