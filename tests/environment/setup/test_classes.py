"""The archive of Spark's classes: made once, passed to jobs, and done without where it cannot be made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment.conftest import Copy
from tests.environment.test_start import seen
from triage.environment.place import find_place
from triage.spark.session import java_options

_ARCHIVER = "import pathlib, sys\npathlib.Path(sys.argv[1]).write_bytes(b'classes')\n"


@pytest.mark.slow
def test_a_job_gets_the_archive_that_the_set_up_made(copy: Copy) -> None:
    (copy.root / "triage" / "spark").mkdir(exist_ok=True)
    (copy.root / "triage" / "spark" / "class_archive.py").write_text(_ARCHIVER)
    assert copy.start("setup").returncode == 0
    archive = Path(seen(copy, "jobs/echo.py")["environment"]["TRIAGE_CLASSES"])
    assert archive.read_bytes() == b"classes"
    assert not set(str(archive)) & set(" ()[],")


@pytest.mark.slow
def test_without_an_archive_all_works_and_the_next_start_does_not_try_again(copy: Copy) -> None:
    (copy.root / "triage" / "spark").mkdir(exist_ok=True)
    (copy.root / "triage" / "spark" / "class_archive.py").write_text("raise SystemExit('no')\n")
    first = copy.start("setup")
    assert first.returncode == 0
    assert "not archived" in first.stderr
    place = find_place({}, copy.root)
    assert (place.folder / "classes.log").read_text() == "no\n"
    assert "TRIAGE_CLASSES" not in seen(copy, "jobs/echo.py")["environment"]
    assert "archiv" not in copy.start("setup").stderr


@pytest.mark.slow
def test_settings_of_spark_in_conf_are_used(copy: Copy) -> None:
    assert copy.start("setup").returncode == 0
    assert "SPARK_CONF_DIR" not in seen(copy, "jobs/echo.py")["environment"]
    (copy.root / "conf" / "spark-defaults.conf").write_text("spark.executor.cores 2\n")
    assert seen(copy, "jobs/echo.py")["environment"]["SPARK_CONF_DIR"] == str(copy.root / "conf")


@pytest.mark.slow
def test_a_jvm_reads_an_archive_of_all_that_spark_loads(tmp_path: Path) -> None:
    archive = tmp_path / "classes.jsa"
    subprocess.run([sys.executable, "-m", "triage.spark.class_archive", str(archive)], check=True)
    assert archive.stat().st_size > 50_000_000
    assert f"-XX:SharedArchiveFile={archive}" in java_options(str(archive))
