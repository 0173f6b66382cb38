"""The bill of materials and the licences of what is really installed, and of made-up components."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.in_process import run_in_process
from triage.config import PROJECT
from triage.environment.place import find_place
from triage.environment.setup.locks import read_jars, read_packages
from triage.errors import ConfigError
from triage.supply.components import Component
from triage.supply.licences import LicenceFile, Stated, licensed, read_licence_file
from triage.supply.sbom import sbom, written

PLACE = find_place({})
JOB = str(PROJECT / "jobs" / "supply.py")
KNOWN = LicenceFile(
    allowed={"MIT": "permissive", "Apache-2.0": "permissive"},
    names={"The MIT License": "MIT", "GPL 2": "GPL-2.0-only"},
    stated={"stated": Stated(licence="MIT", source="its file"), "org.a:*": Stated(licence="Apache-2.0", source="POM")},
)


def component(name: str, *licences: str, group: str = "") -> Component:
    return Component("Maven" if group else "PyPI", group, name, "1.0", sha256=("ab" * 32,), licences=licences)


@pytest.mark.parametrize(
    ("one", "expression", "finding"),
    [
        pytest.param(component("a", "MIT"), "MIT", "", id="an expression"),
        pytest.param(component("a", "The MIT License"), "MIT", "", id="words"),
        pytest.param(component("a", "MIT", "Apache-2.0"), "Apache-2.0 AND MIT", "", id="two classifiers both hold"),
        pytest.param(component("a", "MIT", "GPL 2"), "GPL-2.0-only AND MIT", "its licence is not allowed", id="both needed"),
        pytest.param(component("a", "MIT", "GPL 2", group="g"), "GPL-2.0-only OR MIT", "", id="a jar leaves the choice"),
        pytest.param(component("a", "(MIT OR GPL-2.0-only) AND Apache-2.0"), "Apache-2.0 AND (MIT OR GPL-2.0-only)", "", id="nested"),
        pytest.param(component("a", "GPL-2.0-only"), "GPL-2.0-only", "its licence is not allowed", id="not allowed"),
        pytest.param(component("a"), "NOASSERTION", "unknown licence (its metadata says: none)", id="none"),
        pytest.param(component("a", "My own"), "NOASSERTION", "unknown licence (its metadata says: My own)", id="unknown words"),
        pytest.param(component("stated"), "MIT", "", id="stated"),
        pytest.param(component("b", "GPL 2", group="org.a"), "Apache-2.0", "", id="stated for a group"),
    ],
)  # fmt: skip
def test_licences(one: Component, expression: str, finding: str) -> None:
    [found] = licensed([one], KNOWN)
    assert (found.finding, sorted(found.expression)) == (finding, sorted(expression))


@pytest.mark.parametrize(
    ("text", "where"),
    [("allowed: [MIT]", "allowed"), ("allowed: {}\nnames: {}\nstated: {a: {licence: MIT}}", "stated.a.source")],
)
def test_a_wrong_licence_file_is_said(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "licences.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=where):
        read_licence_file(tmp_path / "licences.yaml")


def test_a_bill_of_made_up_components() -> None:
    parts = [component("a", "MIT"), Component("PyPI", "", "b", "2.0", needs=("a", "absent")), component("j", group="g")]
    document = sbom("1.0", licensed(parts, KNOWN), ["b"])
    found = {one["bom-ref"]: one for one in document["components"]}
    assert list(found) == ["pkg:pypi/a@1.0", "pkg:pypi/b@2.0", "pkg:maven/g/j@1.0?type=jar"]
    assert found["pkg:pypi/a@1.0"]["licenses"] == [{"expression": "MIT"}]
    assert "licenses" not in found["pkg:maven/g/j@1.0?type=jar"]
    assert {one["ref"]: one["dependsOn"] for one in document["dependencies"]}["pkg:pypi/b@2.0"] == ["pkg:pypi/a@1.0"]
    assert [one["scope"] for one in sbom("1.0", licensed(parts, KNOWN), ["a"])["components"]] == [
        "required",
        "optional",
        "required",
    ]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written(document).decode()) is None


def test_the_validator_finds_what_is_wrong() -> None:
    document = sbom("1.0", licensed([component("a")], KNOWN), []) | {"components": [{"name": "no type"}]}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written(document).decode()) is not None


def test_the_project_as_it_is_installed(tmp_path: Path) -> None:
    """All that is locked, valid by the official schema, the same bytes twice, and nothing with an unknown licence."""
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        assert run_in_process([sys.executable, JOB, "sbom", "--out", str(file)], os.environ).returncode == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(files[0].read_text("utf-8")) is None
    found = {one["purl"]: one for one in json.loads(files[0].read_bytes())["components"]}
    jars = read_jars(PLACE.jar_lock)
    hashes = {one["hashes"][0]["content"] for one in found.values() if one["purl"].startswith("pkg:maven/")}
    assert hashes == {jar.sha256 for jar in jars}
    names = {one["name"] for one in found.values() if one["purl"].startswith("pkg:pypi/")}
    assert names >= {name.replace("_", "-").replace(".", "-") for name in read_packages(PLACE.package_lock)}
    listed = run_in_process([sys.executable, JOB, "licences"], os.environ)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert all("licenses" in one for one in found.values())


def test_an_advisory_that_applies_ends_with_1(tmp_path: Path) -> None:
    entry = {"id": "X-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "Flask"}, "ranges": [
        {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999"}]}]}]}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(entry), "utf-8")
    found = run_in_process([sys.executable, JOB, "advisories", str(tmp_path / "a.json")], os.environ)
    assert found.returncode == 1
    assert "flask" in found.stdout and "X-1: fixed in 999" in found.stdout
