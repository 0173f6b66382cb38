"""Who may correct, and under which pseudonym."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.learning.corrections.reviewers import load_reviewers, reviewer_token
from triage.privacy.pseudonyms.keys import Keys, keys_from_secret
from triage.privacy.pseudonyms.tokens import TOKEN

FILE = """
reviewers:
  ann.berg@example.com: {teams: [billing], languages: [en, de]}
  Bo Lind: {}
"""


def settings_with(tmp_path: Path, text: str | None, mode: str = "local") -> Settings:
    overrides = [f"mode={mode}"]
    if text is not None:
        (tmp_path / "reviewers.yaml").write_text(text, "utf-8")
        overrides.append(f"learning.corrections.reviewers={tmp_path / 'reviewers.yaml'}")
    return load_settings(overrides=overrides)


@pytest.mark.parametrize("name", ["Bo Lind", " bo  LIND ", "BO\tLIND", "Ann.Berg@example.com"])
@pytest.mark.parametrize("mode", ["local", "production"])
def test_a_listed_person_may_correct(name: str, mode: str, tmp_path: Path) -> None:
    assert load_reviewers(settings_with(tmp_path, FILE, mode)).find(name) is not None


@pytest.mark.parametrize("name", ["Bo", "Cleo Marsh", "", " "])
def test_another_one_may_not(name: str, tmp_path: Path) -> None:
    assert load_reviewers(settings_with(tmp_path, FILE)).find(name) is None


def test_teams_and_languages_are_read(tmp_path: Path) -> None:
    found = load_reviewers(settings_with(tmp_path, FILE)).find("ann.berg@example.com")
    assert found is not None
    assert (found.teams, found.languages) == (("billing",), ("en", "de"))


@pytest.mark.parametrize(("name", "may"), [("Anyone", True), ("  ", False), ("x" * 201, False)])
def test_without_a_file_anyone_with_a_name_may_in_local_mode(name: str, may: bool, tmp_path: Path) -> None:
    assert (load_reviewers(settings_with(tmp_path, None)).find(name) is not None) == may


def test_without_a_file_nobody_may_in_production(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"learning\.corrections\.reviewers.*YAML"):
        load_reviewers(settings_with(tmp_path, None, "production"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("reviewers: {}", id="nobody"),
        pytest.param("reviewers: [Ann]", id="a list"),
        pytest.param("reviewers: {Ann: {team: billing}}", id="an unknown key"),
        pytest.param("reviewers: {Ann: {}, ' ann': {}}", id="one person twice"),
        pytest.param("reviewers: {' ': {}}", id="no name"),
        pytest.param("reviewers: {Ann: {}, Ann: {}}", id="one name twice"),
    ],
)
def test_a_wrong_file_is_named_and_its_names_are_not(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"reviewers\.yaml") as fault:
        load_reviewers(settings_with(tmp_path, text))
    assert fault.value.exit_code == 2
    assert not text or "Ann:" not in str(fault.value)


def test_a_relative_path_means_the_working_directory(tmp_path: Path) -> None:
    settings = load_settings(overrides=["learning.corrections.reviewers=people.yaml"], cwd=tmp_path)
    assert settings.learning.corrections.reviewers == str(tmp_path / "people.yaml")


def test_a_token_hides_the_name_and_follows_the_key(keys: Keys) -> None:
    token = reviewer_token("Ann Berg", keys)
    match = TOKEN.fullmatch(token)
    assert match
    assert (match["entity"], match["key"]) == ("REVIEWER", keys.key_id[:6])
    assert token == reviewer_token(" ann  BERG", keys)
    assert token not in (reviewer_token("Ann Bergh", keys), reviewer_token("Ann Berg", keys_from_secret(b"x" * 32)))
