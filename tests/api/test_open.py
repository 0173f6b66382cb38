from __future__ import annotations

import inspect
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import triage
from triage.api.lake import Lake
from triage.api.names import SHORT_NAMES
from triage.api.rows.rows import Rows
from triage.config import PROJECT
from triage.errors import ConfigError
from triage.query.language.dictionary import RELATIONS


def test_importing_triage_loads_nothing_more() -> None:
    code = "import sys, triage; print(sorted(name for name in sys.modules if name.startswith(('triage', 'pyspark'))))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['triage']"


def test_every_table_that_sql_reads_has_a_name(opened: Lake) -> None:
    assert opened.tables.keys() == RELATIONS.keys()
    assert set(SHORT_NAMES.values()) <= set(RELATIONS.values())
    assert {"routes", "labels", "mail", "quarantine", "corrections", "runs", "drift"} <= SHORT_NAMES.keys()
    assert {name: opened[name].statement for name in SHORT_NAMES} == {
        name: f"SELECT * FROM {table.view}" for name, table in SHORT_NAMES.items()
    }
    assert "vault" not in " ".join(opened.tables)


def test_short_names_complete_and_are_no_methods(opened: Lake) -> None:
    methods = {name for name, _ in inspect.getmembers(Lake)}
    assert SHORT_NAMES.keys() & methods == set()
    assert SHORT_NAMES.keys() <= set(dir(opened))
    assert all(isinstance(getattr(opened, name), Rows) for name in SHORT_NAMES)
    with pytest.raises(AttributeError, match="no 'rutes'"):
        opened.rutes  # noqa: B018


def test_the_attributes_are_those_that_are_declared() -> None:
    page = runpy.run_path(str(PROJECT / "docs" / "write" / "api.py"))
    assert page["TARGET"].read_text("utf-8") == page["text"](), "run ./spark-submit.sh docs/write/api.py"


def test_settings_are_those_of_the_jobs(root: str, tmp_path: Path) -> None:
    conf = tmp_path / "own.yaml"
    conf.write_text(f"lake: {{root: '{root}'}}\n", "utf-8")
    assert triage.open(conf=conf).routes.count() == 12
    assert (
        triage.open(root, conf=[conf], set={"monitoring.psi_watch": 0.2})._source.settings.monitoring.psi_watch == 0.2
    )
    assert triage.open(root, set=["monitoring.psi_watch=0.2"])._source.settings.monitoring.psi_watch == 0.2
    with pytest.raises(ConfigError, match=r"psi_wach.*psi_watch"):
        triage.open(root, set={"monitoring.psi_wach": 0.2})


def test_a_place_without_a_lake_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no lake at this place"):
        triage.open(tmp_path / "nowhere")


def test_a_lake_shows_its_tables(opened: Lake) -> None:
    assert "routes" in repr(opened)
    assert "gold.routes" in opened._repr_html_()
    assert "as of 2026-01-01 00:00 UTC" in repr(opened.as_of("2026-01-01"))
