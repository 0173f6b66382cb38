"""Links, the people who get them, and where the page is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.learning.page.builders import ADA, BOB
from triage.config import load_settings
from triage.errors import ConfigError
from triage.learning.corrections.reviewers import reviewer_token
from triage.learning.page.hosts import place_of
from triage.learning.page.links import Links, read_secret
from triage.learning.page.people import people
from triage.privacy.pseudonyms.keys import Keys

FILE = """
reviewers:
  Ann Berg: {teams: [billing]}
  Bo Carl: {teams: [hr], languages: [de]}
  Cy Dorn: {}
"""


def test_each_person_has_a_link_of_256_bits_that_is_nobody_elses() -> None:
    links = Links((ADA, BOB), b"k" * 32)
    tokens = {links.token(one) for one in (ADA, BOB)}
    assert {len(bytes.fromhex(token)) for token in tokens} == {32}
    assert len(tokens) == 2
    assert links.of_token(links.token(BOB)) == BOB
    assert links.of_token(Links((ADA,), b"x" * 32).token(ADA)) is None
    assert links.of_token("é\ud800") is None
    assert links.of_token("") is None


def test_the_secret_stays_until_a_new_one_is_asked_for(tmp_path: Path) -> None:
    first = read_secret(tmp_path)
    assert len(first) == 32
    assert read_secret(tmp_path) == first
    assert read_secret(tmp_path, new=True) != first
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_damaged_secret_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "links.secret").write_bytes(b"short")
    assert len(read_secret(tmp_path)) == 32


@pytest.mark.parametrize(
    ("names", "team", "expected"),
    [
        pytest.param((), None, {"Ann Berg", "Bo Carl", "Cy Dorn"}, id="all of the file"),
        pytest.param((), "billing", {"Ann Berg", "Cy Dorn"}, id="those who review the team"),
        pytest.param(("bo carl", "BO CARL "), None, {"bo carl"}, id="named twice"),
    ],
)
def test_who_gets_a_link(
    tmp_path: Path, keys: Keys, names: tuple[str, ...], team: str | None, expected: set[str]
) -> None:
    (tmp_path / "reviewers.yaml").write_text(FILE, "utf-8")
    settings = load_settings(overrides=[f"learning.corrections.reviewers={tmp_path / 'reviewers.yaml'}"])
    found = people(settings, names, team, keys)
    assert {one.name.strip().lower() for one in found} == {name.lower() for name in expected}


def test_a_link_shows_the_persons_teams_and_languages_only(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "reviewers.yaml").write_text(FILE, "utf-8")
    settings = load_settings(overrides=[f"learning.corrections.reviewers={tmp_path / 'reviewers.yaml'}"])
    (found,) = people(settings, ("Bo Carl",), None, keys)
    assert (found.teams, found.languages) == (frozenset({"hr"}), frozenset({"de"}))
    assert found.token == reviewer_token("Bo Carl", keys)


@pytest.mark.parametrize("name", ["Eve", ""])
def test_nobody_else_gets_one(tmp_path: Path, keys: Keys, name: str) -> None:
    (tmp_path / "reviewers.yaml").write_text(FILE, "utf-8")
    settings = load_settings(overrides=[f"learning.corrections.reviewers={tmp_path / 'reviewers.yaml'}"])
    with pytest.raises(ConfigError):
        people(settings, (name,), None, keys)


@pytest.mark.parametrize(
    ("host", "address", "hosts", "base", "loopback"),
    [
        ("127.0.0.1", None, {"127.0.0.1:8021", "localhost:8021", "[::1]:8021"}, "http://127.0.0.1:8021", True),
        ("::1", None, {"127.0.0.1:8021", "localhost:8021", "[::1]:8021"}, "http://[::1]:8021", True),
        ("0.0.0.0", "https://Review.example.org/", {"review.example.org"}, "https://Review.example.org", False),
    ],
)
def test_a_place_is_known_by_its_names(
    host: str, address: str | None, hosts: set[str], base: str, loopback: bool
) -> None:
    place = place_of(host, address)
    assert hosts <= place.hosts(8021)
    assert not {"evil.example", "0.0.0.0:8021"} & place.hosts(8021)
    assert (place.base(8021), place.is_loopback, place.is_secure) == (base, loopback, bool(address))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        pytest.param("0.0.0.0", None, id="beyond this machine without an address"),
        pytest.param("192.168.1.5", None, id="an address of the network"),
        pytest.param("127.0.0.1", "review.example.org", id="without a scheme"),
        pytest.param("127.0.0.1", "https://example.org/review", id="below a path"),
    ],
)
def test_a_place_that_nobody_can_name_is_wrong(host: str, address: str | None) -> None:
    with pytest.raises(ConfigError):
        place_of(host, address)
