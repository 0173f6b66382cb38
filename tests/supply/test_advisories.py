"""Advisories in OSV's format: which versions they mean, and what cannot be read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from triage.errors import ConfigError
from triage.supply.advisories import affected, read_advisories
from triage.supply.components import Component

JINJA = Component("PyPI", "", "jinja2", "3.1.6")
POI = Component("Maven", "org.apache.poi", "poi", "4.1.2")


def advisory(
    package: tuple[str, str], *events: dict[str, str], versions: Sequence[str] = (), **more: Any
) -> dict[str, Any]:
    ecosystem, name = package
    entry: dict[str, Any] = {"package": {"ecosystem": ecosystem, "name": name}, "versions": list(versions)}
    if events:
        entry["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {"id": "GHSA-1", "aliases": ["CVE-1"], "affected": [entry], **more}


@pytest.mark.parametrize(
    ("component", "entry", "fixed"),
    [
        pytest.param(JINJA, advisory(("PyPI", "Jinja2"), {"introduced": "0"}, {"fixed": "3.1.7"}), "3.1.7", id="below the fix"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "0"}, {"fixed": "3.1.6"}), None, id="fixed"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "3.1.10"}), None, id="before it began"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "3.1"}), "", id="no fix"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "0"}, {"last_affected": "3.1.6"}), "", id="last"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "0"}, {"last_affected": "3.1.5"}), None, id="after last"),
        pytest.param(
            JINJA,
            advisory(("PyPI", "jinja2"), {"fixed": "3.2"}, {"introduced": "3.1"}, {"fixed": "2.9"}, {"introduced": "0"}),
            "3.2",
            id="two ranges in any order",
        ),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), versions=["3.1.6"]), "", id="listed"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "no version"}), "", id="cannot be compared"),
        pytest.param(JINJA, advisory(("Maven", "jinja2"), {"introduced": "0"}), None, id="another ecosystem"),
        pytest.param(JINJA, advisory(("PyPI", "jinja"), {"introduced": "0"}), None, id="another package"),
        pytest.param(JINJA, advisory(("PyPI", "jinja2"), {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"), None, id="withdrawn"),
        pytest.param(POI, advisory(("Maven", "org.apache.poi:poi"), {"introduced": "0"}, {"fixed": "4.1.2.1"}), "4.1.2.1", id="jar"),
        pytest.param(POI, advisory(("Maven", "org.apache.poi:poi"), {"introduced": "4.1.2-rc1"}, {"fixed": "5"}), "5", id="jar, rc"),
        pytest.param(POI, advisory(("Maven", "org.apache.poi:poi"), {"introduced": "4.1.2.1"}), None, id="jar, later"),
    ],
)  # fmt: skip
def test_versions(tmp_path: Path, component: Component, entry: dict[str, Any], fixed: str | None) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps([entry, {"id": "OTHER", "affected": []}]), "utf-8")
    found = affected([JINJA, POI], read_advisories([file]))
    assert [(one.component, one.advisory, one.fixed) for one in found] == (
        [] if fixed is None else [(component, "GHSA-1", fixed)]
    )


def test_a_zip_and_a_folder_give_the_same(tmp_path: Path) -> None:
    entry = json.dumps(advisory(("PyPI", "jinja2"), {"introduced": "0"}))
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "sub" / "GHSA-1.json").write_text(entry, "utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("GHSA-1.json", entry)
        archive.writestr("README.md", "no advisory")
    for name in ("folder", "all.zip"):
        [found] = affected([JINJA], read_advisories([tmp_path / name]))
        assert (found.advisory, found.aliases) == ("GHSA-1", ("CVE-1",))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"{"),
        ("a.json", b"[1]"),
        ("a.json", b'{"name": "no id"}'),
        ("a.json", b"[]"),
        ("all.zip", b"PK\5\6" + bytes(18)),
        ("all.zip", b"\xff" * 40),
        ("a.json", b'[{"id": "A", "affected": 1}]'),
    ],
)
def test_what_is_no_advisory_is_said(tmp_path: Path, name: str, data: bytes) -> None:
    """An advisory that is not read would look like one that does not apply."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ConfigError, match="OSV"):
        list(read_advisories([tmp_path / name]))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        list(read_advisories([tmp_path / "none.zip"]))
