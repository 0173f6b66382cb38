"""What the import contracts in pyproject.toml cannot say about who may do what."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from triage.config import PROJECT

SOURCES = sorted([*(PROJECT / "triage").rglob("*.py"), *(PROJECT / "jobs").glob("*.py")])
EMBEDDINGS = PROJECT / "triage" / "labelling" / "embeddings"
JOBS = [source for source in SOURCES if source.parent.name == "jobs"]


def tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"))


def imports(source: Path) -> Iterator[str]:
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module)


def name(source: Path) -> str:
    return str(source.relative_to(PROJECT))


def with_attribute(attribute: str, of: str) -> set[str]:
    """Sources that use `of.attribute`."""
    return {
        name(source)
        for source in SOURCES
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Attribute)
        and node.attr == attribute
        and isinstance(node.value, ast.Name)
        and node.value.id == of
    }


def saying(text: str) -> set[str]:
    """Sources with `text` as a word of its own among their string constants."""
    return {
        name(source)
        for source in SOURCES
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Constant) and node.value == text
    }


def test_only_the_session_module_builds_sessions() -> None:
    assert with_attribute("builder", "SparkSession") == {"triage/spark/session.py"}


def test_only_the_back_end_in_spark_names_the_delta_format() -> None:
    assert saying("delta") == {"triage/lake/backends/spark.py"}


def test_set_up_imports_the_standard_library_only() -> None:
    sources = (PROJECT / "triage" / "environment").rglob("*.py")
    foreign = {
        module
        for source in sources
        for module in imports(source)
        if module.partition(".")[0] not in sys.stdlib_module_names and not module.startswith("triage.environment")
    }
    assert foreign == set()


def test_the_root_of_the_package_imports_nothing_before_a_lake_is_opened() -> None:
    body = tree(PROJECT / "triage" / "__init__.py").body
    assert [one.module for one in body if isinstance(one, ast.ImportFrom)] == ["__future__"]
    assert not [one for one in body if isinstance(one, ast.Import)]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.stem)
def test_jobs_are_thin(job: Path) -> None:
    assert len(job.read_text(encoding="utf-8").splitlines()) <= 40
    foreign = {module for module in imports(job) if module.partition(".")[0] not in sys.stdlib_module_names}
    assert {module for module in foreign if not module.startswith("triage.")} == set()


def declared(of: str) -> set[str]:
    """The direct requirements of the base, or of an extra."""
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    wanted = setup["options"]["install_requires"] if of == "base" else setup["options.extras_require"][of]
    return {plain(found) for found in re.findall(r"^([\w.-]+)(?:\[\w+\])?==", wanted, re.MULTILINE)}


def test_what_is_imported_is_declared_and_of_no_extra_but_in_the_conversion_of_embeddings() -> None:
    known = packages_distributions()
    extra = {EMBEDDINGS: declared("embeddings")}
    ours = sys.stdlib_module_names | {"triage", "py4j"}  # py4j is a part of pyspark
    foreign = {(source, one.partition(".")[0]) for source in SOURCES for one in imports(source)}
    undeclared = {
        (name(source), one)
        for source, one in foreign
        if one not in ours
        and not (declared("base") | extra.get(source.parent, set())) & {plain(found) for found in known.get(one, [])}
    }
    assert undeclared == set()
    assert "onnx" in {one for source, one in foreign if source.parent == EMBEDDINGS}, "it says nothing of the extra"


def plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
