from __future__ import annotations

import configparser
import re

import pytest

from triage.environment.place import PROJECT, find_place
from triage.environment.setup.locks import read_jars, read_packages

PLACE = find_place({})


def declared() -> dict[str, str]:
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    lines = setup["options"]["install_requires"] + setup["options.extras_require"]["dev"]
    return {name.lower(): version for name, version in re.findall(r"^([\w.-]+)==(\S+)$", lines, re.MULTILINE)}


def test_the_lock_holds_what_is_declared() -> None:
    locked = {name: text.split("==")[1].split()[0] for name, text in read_packages(PLACE.package_lock).items()}
    assert {name: locked.get(name) for name in declared()} == declared()


def test_every_package_has_a_hash() -> None:
    packages = read_packages(PLACE.package_lock)
    assert len(packages) == len(re.findall(r"^\w.*==", PLACE.package_lock.read_text(), re.MULTILINE))
    assert [name for name, text in packages.items() if "--hash=sha256:" not in text] == []


def test_jars_are_whole_and_have_names_of_their_own() -> None:
    jars = read_jars(PLACE.jar_lock)
    assert len({jar.file_name for jar in jars}) == len(jars)
    assert [jar for jar in jars if not re.fullmatch(r"[0-9a-f]{64}", jar.sha256)] == []


def test_tensorflow_has_its_classes_and_its_machine_code() -> None:
    names = {jar.file_name for jar in read_jars(PLACE.jar_lock) if jar.name == "tensorflow-core-api"}
    assert names == {"tensorflow-core-api-0.4.2.jar", "tensorflow-core-api-0.4.2-linux-x86_64.jar"}


@pytest.mark.parametrize(("package", "jar"), [("delta-spark", "delta-spark_2.12"), ("spark-nlp", "spark-nlp_2.12")])
def test_python_and_java_halves_have_one_version(package: str, jar: str) -> None:
    versions = {found.version for found in read_jars(PLACE.jar_lock) if found.name == jar}
    assert versions == {declared()[package]}
