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


REMOTE = ["lake.root=s3a://bucket/lake", "lake.reports=/reports", "mlflow.tracking_uri=http://models.example"]


def test_remote_roots_stay_as_they_are() -> None:
    settings = load_settings([], REMOTE)
    assert settings.lake.root == "s3a://bucket/lake"
    assert settings.tracking_uri == "http://models.example"


@pytest.mark.parametrize("missing", ["lake.reports", "mlflow.tracking_uri"])
def test_a_remote_lake_needs_what_otherwise_lies_beside_it(missing: str) -> None:
    with pytest.raises(ConfigError, match="missing") as fault:
        load_settings([], [override for override in REMOTE if not override.startswith(missing)])
    assert fault.value.where == missing


@pytest.mark.parametrize(
    ("key", "near"),
    [
        pytest.param("limits.dept", "limits.depth", id="a misspelt setting"),
        pytest.param("learning.retrainig.many_corrections", "learning.retraining", id="a misspelt section"),
        pytest.param("lerning.review.budget", "learning", id="a misspelt first section"),
    ],
)
def test_an_unknown_setting_is_answered_with_the_nearest(key: str, near: str) -> None:
    with pytest.raises(ConfigError) as fault:
        load_settings([], [f"{key}=5"])
    assert fault.value.remedy == f"Did you mean {near}?"


def test_the_bounds_of_drift_are_in_order() -> None:
    with pytest.raises(ConfigError, match="is above") as fault:
        load_settings([], ["monitoring.psi_watch=0.3"])
    assert fault.value.where == "monitoring.psi_watch"
    assert load_settings([], ["monitoring.psi_watch=0.25"]).monitoring.psi_watch == 0.25


@pytest.mark.parametrize(
    ("override", "key", "expected"),
    [
        ("lake.root=/data/mail #1/lake", "lake.root", "/data/mail #1/lake"),
        ("lake.root=2024", "lake.root", "{cwd}/2024"),
        ("lake.root=a: b", "lake.root", "{cwd}/a: b"),
        ("lake.root=file:///data/my%20lake", "lake.root", "/data/my lake"),
        ("privacy.key_env=NO", "privacy.key_env", "NO"),
        ("privacy.key_file=1e3", "privacy.key_file", "{cwd}/1e3"),
        ("sources=/mail #1", "sources", ("/mail #1",)),
        ("sources=[a, file:///b]", "sources", ("{cwd}/a", "/b")),
        ("limits.parts=5", "limits.parts", 5),
        ("mlflow.tracking_uri=sqlite:///x.db", "mlflow.tracking_uri", "sqlite:///{cwd}/x.db"),
        (
            "mlflow.tracking_uri=sqlite:///x.db?timeout=5",
            "mlflow.tracking_uri",
            "sqlite:///{cwd}/x.db?timeout=5",
        ),
        ("mlflow.tracking_uri=sqlite:////a/x.db", "mlflow.tracking_uri", "sqlite:////a/x.db"),
        ("mlflow.tracking_uri=mlruns", "mlflow.tracking_uri", "{cwd}/mlruns"),
        ("mlflow.tracking_uri=databricks", "mlflow.tracking_uri", "databricks"),
    ],
)
def test_a_value_is_taken_as_its_setting_wants_it(override: str, key: str, expected: object, tmp_path: Path) -> None:
    section, _, name = key.rpartition(".")
    settings = load_settings([], [override], cwd=tmp_path)
    found = getattr(getattr(settings, section) if section else settings, name)
    here = str(tmp_path.resolve())
    if isinstance(expected, str):
        expected = expected.replace("{cwd}", here)
    elif isinstance(expected, tuple):
        expected = tuple(part.replace("{cwd}", here) for part in expected)
    assert found == expected


def test_a_relative_tracking_uri_in_a_file_means_the_project(tmp_path: Path) -> None:
    file = written(tmp_path, "mlflow: {tracking_uri: 'sqlite:///var/x.db'}\n")
    assert load_settings([file], cwd=tmp_path).tracking_uri == f"sqlite:///{PROJECT}/var/x.db"


def test_spark_options_are_merged_one_by_one(tmp_path: Path) -> None:
    file = written(tmp_path, "spark: {options: {spark.a: '1', spark.b: '1'}}\n")
    overrides = ["spark.options={spark.b: '2'}", "spark.options.spark.sql.shuffle.partitions=4"]
    assert load_settings([file], overrides).spark.options == {
        "spark.a": "1",
        "spark.b": "2",
        "spark.sql.shuffle.partitions": "4",
    }


@pytest.mark.parametrize("key", ["lake.root", "privacy.policy", "mlflow.tracking_uri", "sources"])
@pytest.mark.parametrize("path", ["~nosuchuser/x", "a\0b"], ids=["unknown home", "NUL"])
def test_a_path_that_cannot_be_one_is_refused(key: str, path: str) -> None:
    with pytest.raises(ConfigError, match="not a path") as fault:
        load_settings([], [f"{key}={path}"])
    assert fault.value.where == key


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


def test_known_keys_hold_what_other_programs_set() -> None:
    assert {"lake.root", "mlflow.tracking_uri", "sources"} <= set(known_keys())


def test_names_of_sources_are_of_folders_as_the_ledger_has_them(tmp_path: Path) -> None:
    file = written(tmp_path, "source_names: {some/mail: sales}\n")
    given = [f"source_names={{{tmp_path}/hr: hr_2}}"]
    names = load_settings([file], given).source_names
    assert names == {str(PROJECT / "some/mail"): "sales", str(tmp_path / "hr"): "hr_2"}


@pytest.mark.parametrize(
    "name", ["jane.doe", "jane@doe.example", "Jane Doe", "source-0a1b2c3d", "unknown", "", "a" * 41]
)
def test_a_name_of_a_source_that_may_be_a_persons_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(ConfigError, match="not a plain one") as fault:
        load_settings([], [f"source_names={{/mail: '{name}'}}"])
    assert fault.value.where == "source_names"
    assert len(name) < 8 or name not in str(fault.value)


@pytest.mark.parametrize(
    ("uri", "is_accepted"),
    [
        ("http://127.0.0.1:5000", True),
        ("https://mlflow.example.org/base", True),
        ("postgresql+psycopg://triage@db.example.org/mlflow", True),
        ("sqlite:////srv/mlflow.db", True),
        ("https://night:open-sesame@mlflow.example.org", False),
        ("https://a-token-open-sesame@mlflow.example.org", False),
        ("postgresql+psycopg://triage:open-sesame@db.example.org/mlflow", False),
        ("postgresql+psycopg://db.example.org/mlflow?user=a&password=open-sesame", False),
    ],
)
def test_a_tracking_uri_holds_no_password(uri: str, is_accepted: bool) -> None:
    if is_accepted:
        assert load_settings(overrides=[f"mlflow.tracking_uri={uri}"]).tracking_uri == uri
        return
    with pytest.raises(ConfigError, match=r"holds a user or a password.*MLFLOW_TRACKING_PASSWORD") as raised:
        load_settings(overrides=[f"mlflow.tracking_uri={uri}"])
    assert "open-sesame" not in str(raised.value)
