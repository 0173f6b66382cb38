"""What Spark's Python workers are forked from: the environment's own packages, loaded once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

from triage.spark.worker_daemon import remove_archives_from_path

SEEN = """
import json, sys, triage.spark.worker_daemon as daemon
daemon.remove_archives_from_path()
import pyspark
print(json.dumps([pyspark.__file__, sys.path, list(sys.path_importer_cache)]))
"""


def test_pyspark_comes_from_the_environment_and_other_archives_stay() -> None:
    spark = Path(pyspark.__file__).parent
    archives = [str(next((spark / "python" / "lib").glob(name))) for name in ("pyspark.zip", "py4j-*.zip")]
    path = [*archives, "/elsewhere/own_code.zip", str(Path(__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-c", SEEN],
        env={"PYTHONPATH": ":".join(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(spark / "__init__.py") in done.stdout
    assert "pyspark.zip" not in done.stdout
    assert "/elsewhere/own_code.zip" in done.stdout


def test_what_is_on_the_path_without_archives_stays() -> None:
    before = list(sys.path)
    remove_archives_from_path()
    assert sys.path == before


def test_workers_see_no_archive_and_have_the_stages_loaded(spark: SparkSession) -> None:
    def seen(_: int) -> tuple[bool, bool]:
        return any("pyspark.zip" in entry for entry in sys.path), "triage.stages.anonymize" in sys.modules

    assert set(spark.sparkContext.parallelize(range(4), 4).map(seen).collect()) == {(False, True)}
