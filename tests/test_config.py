from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import PROJECT, known_keys, load_settings
from triage.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, "utf-8")
    return file


def test_defaults_read_the_sample_that_ships() -> None:
    settings = load_settings()
    assert settings.sources == (str(PROJECT / "triage/samples/data/sample.mbox.gz"),)
    assert settings.lake.root == str(PROJECT / "var/lake")


def test_later_wins_from_file_to_override(tmp_path: Path) -> None:
    file = written(tmp_path, "limits: {parts: 5, depth: 6}\n")
    settings = load_settings([file], ["limits.depth=7"])
    assert (settings.limits.parts, settings.limits.depth) == (5, 7)


def test_relative_paths_mean_the_project_in_files_and_the_working_directory_in_overrides(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, "lake: {root: some/lake}\n")
    assert load_settings([file]).lake.root == str(PROJECT / "some/lake")
    assert load_settings([], ["lake.root=some/lake"], cwd=tmp_path).lake.root == str(tmp_path / "some/lake")


def test_remote_roots_stay_as_they_are() -> None:
    assert load_settings([], ["lake.root=s3a://bucket/lake"]).lake.root == "s3a://bucket/lake"


def test_state_lies_beside_the_lake_unless_told(tmp_path: Path) -> None:
    settings = load_settings([], [f"lake.root={tmp_path}/lake"])
    assert settings.keys_folder == tmp_path / "lake.keys"
    assert settings.reports_folder == tmp_path / "lake.reports"
    assert settings.tracking_uri == f"sqlite:///{tmp_path}/lake.mlflow/mlflow.db"


@pytest.mark.parametrize(
    ("override", "expected"),
    [("sources=/a", ("/a",)), ("sources=[/a, /b]", ("/a", "/b"))],
    ids=["one source", "a list of sources"],
)
def test_sources_by_override(override: str, expected: tuple[str, ...]) -> None:
    assert load_settings([], [override]).sources == expected


@pytest.mark.parametrize(
    ("override", "where", "advice"),
    [
        ("lake.rot=x", "lake.rot", "lake.root"),
        ("monitoring.psi_wach=1", "monitoring.psi_wach", "monitoring.psi_watch"),
        ("limits.parts=many", "limits.parts", "Correct it"),
        ("limits.parts=0", "limits.parts", "Correct it"),
        ("mode=staging", "mode", "Correct it"),
        ("lake.root", "--set", "KEY=VALUE"),
        ("lake=5", "lake", "Correct it"),
    ],
    ids=["typo", "typo deep", "no number", "out of bounds", "unknown choice", "no value", "no mapping"],
)
def test_wrong_override_names_the_key_and_the_remedy(override: str, where: str, advice: str) -> None:
    with pytest.raises(ConfigError) as fault:
        load_settings([], [override])
    assert fault.value.where == where
    assert advice in str(fault.value)
    assert fault.value.exit_code == 2


@pytest.mark.parametrize(
    "content",
    ["sources: [a\n", "- a\n- b\n", "mode: \xff".encode("latin-1")],
    ids=["broken yaml", "a list", "no utf-8"],
)
def test_broken_file_is_named(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as fault:
        load_settings([file])
    assert str(file) in str(fault.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings([tmp_path / "none.yaml"])


def test_a_wrong_value_is_not_quoted() -> None:
    with pytest.raises(ConfigError) as fault:
        load_settings([], ["limits.parts=secret-value"])
    assert "secret-value" not in str(fault.value)


def test_production_file_loads_and_is_production() -> None:
    assert load_settings([PROJECT / "conf/prod.yaml"]).mode == "production"


def test_known_keys_hold_what_outsiders_set() -> None:
    assert {"lake.root", "mlflow.tracking_uri", "sources"} <= set(known_keys())
