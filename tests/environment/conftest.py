"""A small copy of the project that sets up in seconds and without network, by the very files that the real one uses."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyspark
import pytest

from triage.environment.place import PROJECT

_JOB = """\
import json, os, sys
if sys.argv[1:2] == ["sleep"]:
    print("ready", flush=True)
    __import__("time").sleep(60)
print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "python": sys.executable}))
sys.exit(int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else 0)
"""
_SETTINGS = """\
<ivysettings>
  <property name="ivy.checksums" value=""/>
  <settings defaultResolver="here"/>
  <resolvers><ibiblio name="here" m2compatible="true" usepoms="false" root="{root}"/></resolvers>
</ivysettings>
"""
JARS = {"tiny-1.jar": b"classes", "tiny-1-linux.jar": b"machine code"}


@dataclass
class Copy:
    """The copy, and the environment variables of its starts."""

    root: Path
    environment: dict[str, str]

    def command(self, words: Sequence[str]) -> list[str]:
        return [str(self.root / "spark-submit.sh"), *words]

    def start(self, *words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(words),
            cwd=cwd or self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def launch(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(words),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_as_from_a_terminal,  # noqa: PLW1509 - tests start no threads
        )


def _as_from_a_terminal() -> None:
    """A test run in the background ignores SIGINT, and its children would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def make_copy(root: Path) -> Copy:
    """The project's set-up code over a lock of one package (that holds Ivy) and two jars."""
    for part in ("spark-submit.sh", "triage/__init__.py"):
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / part, root / part)
    shutil.copytree(PROJECT / "triage" / "environment", root / "triage" / "environment")
    (root / "jobs").mkdir()
    (root / "jobs" / "echo.py").write_text(_JOB)
    _write_wheel(root)
    _write_jars(root)
    kept = {key: os.environ[key] for key in ("PATH", "JAVA_HOME", "LANG") if key in os.environ}
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": (root / "wheels").as_uri(),
        "PIP_CONFIG_FILE": os.devnull,
    }
    home = {"HOME": str(root), "TMPDIR": str(root.parent), "TRIAGE_PYTHON": sys.executable}
    return Copy(root, kept | offline | home)


def add_wheel(root: Path, name: str, files: Mapping[str, str | Path]) -> str:
    """A wheel of version 1.0 among those that can be had; gives its entry in a lock."""
    wheel = root / "wheels" / f"{name}-1.0-py3-none-any.whl"
    wheel.parent.mkdir(exist_ok=True)
    about = f"{name}-1.0.dist-info"
    metadata = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as file:
        for target, content in {**files, **metadata}.items():
            if isinstance(content, Path):
                file.write(content, target)
            else:
                entry = zipfile.ZipInfo(target)
                entry.external_attr = 0o100755 << 16  # a script must be executable
                file.writestr(entry, content)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{name}==1.0 \\\n    --hash=sha256:{digest}\n"


def _write_wheel(root: Path) -> None:
    (ivy,) = (Path(pyspark.__file__).parent / "jars").glob("ivy-*.jar")
    entry = add_wheel(root, "pyspark", {"pyspark/__init__.py": "", f"pyspark/jars/{ivy.name}": ivy})
    (root / "conf" / "jars").mkdir(parents=True)
    (root / "conf" / "requirements.lock").write_text(entry)
    nowhere = f"uv==1.0 \\\n    --hash=sha256:{'0' * 64}\n"
    (root / "conf" / "installer.lock").write_text(nowhere)


def _write_jars(root: Path) -> None:
    repository = root / "repository"
    folder = repository / "org" / "example" / "tiny" / "1"
    folder.mkdir(parents=True)
    for name, content in JARS.items():
        (folder / name).write_bytes(content)
    plain, linux = (hashlib.sha256(content).hexdigest() for content in JARS.values())
    lock = f"org.example:tiny:1 sha256:{plain}\norg.example:tiny:1:linux sha256:{linux}\n"
    (root / "conf" / "jars" / "jars.lock").write_text(lock)
    (root / "conf" / "jars" / "ivysettings.xml").write_text(_SETTINGS.format(root=repository.as_uri() + "/"))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy in which nothing is set up yet, in a path that tools trip over."""
    return make_copy(tmp_path / "a b (c) [d]")


@pytest.fixture(scope="package")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy that is set up; tests only start jobs in it."""
    made = make_copy(tmp_path_factory.mktemp("ready") / "a b (c) [d]")
    done = made.start("setup")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def path_with(tmp_path: Path) -> Callable[..., str]:
    """A PATH with the tools that a shell script needs, and programs made of the given lines."""

    def make(**programs: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for tool in ("bash", "env", "readlink"):
            (folder / tool).symlink_to(str(shutil.which(tool)))
        for name, lines in programs.items():
            (folder / name).write_text(f"#!/usr/bin/env bash\n{lines}\n")
            (folder / name).chmod(0o755)
        return str(folder)

    return make
