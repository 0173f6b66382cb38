"""Groups and modes of a lake: what is set, what a check finds, and what another user can read."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.other_users import folder_for_all_users
from tests.stores import rows_of
from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import REVEALS, ROUTES
from triage.rights.grants.command import check, write_grants
from triage.rights.grants.posix import apply_grants, check_grants, script

AS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as a second user and set any group")
GROUPS = {"vault": 61001, "quarantine": 61002, "silver": 61003, "gold": 61004, "metrics": 61005, "ops": 61006}
BESIDE = {"reports": 61007, "mlflow": 61008, "certificates": 61009}
USER = 61999
"""Of nobody on this machine."""

ANALYST = ("gold", "metrics", "reports")
FILES = (
    *(f"lake/{zone}/table/_delta_log/00.json" for zone in GROUPS),
    "lake.keys/development.key",
    "lake.mlflow/mlflow.db",
    "lake.reports/index.html",
    "lake.certificates/one.json",
)


@pytest.fixture
def place() -> Iterator[Path]:
    with folder_for_all_users("grants") as folder:
        for name in FILES:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name, "utf-8")
            (folder / name).chmod(0o644)
        yield folder


@pytest.fixture
def settings(place: Path) -> Settings:
    groups = [f"access.groups.{name}='{gid}'" for name, gid in (GROUPS | BESIDE).items()]
    return load_settings(overrides=[f"lake.root={place / 'lake'}", *groups])


def can_read(path: Path, roles_places: Sequence[str]) -> bool:
    """Whether a second user, in the groups of these places, can read a file; by a program of the system."""
    groups = [(GROUPS | BESIDE)[name] for name in roles_places]
    done = subprocess.run(
        ["/bin/cat", str(path)], user=USER, group=USER, extra_groups=groups, capture_output=True, check=False
    )
    return done.returncode == 0


@contextmanager
def mask(bits: int) -> Iterator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


@AS_ROOT
@pytest.mark.parametrize("way", ["apply", "script"])
def test_an_analyst_reads_gold_and_not_the_vault(place: Path, settings: Settings, way: str) -> None:
    if way == "apply":
        apply_grants(settings)
    else:
        subprocess.run(["/bin/sh", "-eu"], input=script(settings).encode(), check=True)
    readable = {name for name in FILES if can_read(place / name, ANALYST)}
    assert readable == {
        "lake/gold/table/_delta_log/00.json",
        "lake/metrics/table/_delta_log/00.json",
        "lake.reports/index.html",
    }
    assert {name for name in FILES if can_read(place / name, ())} == set()
    officer = {name for name in FILES if can_read(place / name, [*GROUPS, *BESIDE])}
    assert set(FILES) - officer == {"lake.keys/development.key"}
    assert check_grants(settings) == ()


@AS_ROOT
def test_it_may_be_repeated(settings: Settings) -> None:
    apply_grants(settings)
    subprocess.run(["/bin/sh", "-eu"], input=script(settings).encode(), check=True)
    apply_grants(settings)
    assert check(settings) == 0


@AS_ROOT
@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda p: (p / "lake/vault").chmod(0o2755), ("vault", "is open to all users", 1)),
        (lambda p: os.chown(p / "lake/gold/table", -1, 0), ("gold", "has another group than 61004", 1)),
        (lambda p: (p / "lake/gold/table/_delta_log/00.json").chmod(0o600), ("gold", "cannot be read by its group", 1)),
        (lambda p: (p / "lake/gold/table").chmod(0o750), ("gold", "gives its group no way in", 1)),
        (lambda p: (p / "lake.keys/development.key").chmod(0o640), ("keys", "is open to others than its owner", 1)),
        (lambda p: (p / "lake").chmod(0o700), ("lake", "cannot be entered by the groups of its zones", 1)),
    ],
    ids=["open vault", "group", "unreadable", "setgid", "key", "root"],
)
def test_a_check_finds_what_differs(
    place: Path, settings: Settings, harm: Callable[[Path], None], told: tuple[str, str, int]
) -> None:
    apply_grants(settings)
    harm(place)
    assert [(one.place, one.what, one.count) for one in check_grants(settings)] == [told]
    assert check(settings) == 1


@AS_ROOT
@pytest.mark.parametrize(
    "bits",
    [
        0o022,
        0o027,
        pytest.param(0o077, marks=pytest.mark.skipif(not shutil.which("setfacl"), reason="acl is not installed")),
    ],
    ids=oct,
)
def test_what_is_written_later_has_the_group_of_its_zone(place: Path, settings: Settings, bits: int) -> None:
    apply_grants(settings)

    def no_spark() -> SparkSession:
        raise AssertionError

    with mask(bits):
        Store(no_spark, settings.lake.root).add(REVEALS, [_reveal()])
        (place / "lake.reports" / "new.html").write_text("a", "utf-8")
    assert check_grants(settings) == ()
    written = [path for path in (place / "lake/ops/reveals").rglob("*") if path.is_file()]
    assert written
    assert all(can_read(path, ["ops"]) for path in written)
    assert not any(can_read(path, ANALYST) for path in written)


@AS_ROOT
@pytest.mark.slow
def test_what_spark_writes_later_has_the_group_of_its_zone(
    spark: SparkSession, place: Path, settings: Settings
) -> None:
    apply_grants(settings)
    row = {"mail_key": "0" * 64, "batch_id": 1, "queue": "sales", "rule": "default", "reason": "", "rules_version": "1"}
    Store(spark, settings.lake.root).append(ROUTES, rows_of(spark, ROUTES, [row]), 1)
    assert check_grants(settings) == ()
    written = [path for path in (place / "lake/gold/routes").rglob("*.parquet") if path.is_file()]
    assert written
    assert all(can_read(path, ANALYST) for path in written)


def _reveal() -> dict[str, object]:
    texts = {"reveal_id": "a", "os_user": "b", "action": "reveal", "reason": "c", "key_id": "d", "outcome": "shown"}
    return {**texts, "revealed_at": datetime(2026, 11, 2, tzinfo=UTC), "value_hash": None, "entity": None}


def test_the_script_names_groups_members_and_roles(place: Path) -> None:
    overrides = [f"lake.root={place / 'lake'}", "access.group_prefix=mail", "access.members.analyst=[ada, 'a b']"]
    text = script(load_settings(overrides=overrides))
    assert "getent group mail-gold >/dev/null || groupadd --system mail-gold" in text
    assert "usermod -aG mail-gold,mail-metrics,mail-reports ada  # analyst" in text
    assert "usermod -aG mail-gold,mail-metrics,mail-reports 'a b'  # analyst" in text
    subprocess.run(["/bin/sh", "-n"], input=text.encode(), check=True)


def test_the_script_is_written_to_a_folder(place: Path, settings: Settings) -> None:
    write_grants(settings, place / "out")
    assert (place / "out" / "grants.sh").read_text("utf-8") == script(settings)
    assert stat.S_IMODE((place / "out" / "grants.sh").stat().st_mode) == 0o755


def test_a_group_that_is_not_there_is_told(place: Path) -> None:
    with pytest.raises(ConfigError, match="There is no group nobody-has-this-vault"):
        check_grants(load_settings(overrides=[f"lake.root={place / 'lake'}", "access.group_prefix=nobody-has-this"]))


def test_without_a_lake_there_is_nothing_to_grant(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no lake"):
        check_grants(load_settings(overrides=[f"lake.root={tmp_path / 'none'}"]))
