"""Checks of the machine: Python 3.11 (spark-submit.sh finds it) with venv, and Java 17."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from triage.environment.faults import UnsuitableMachine

_JAVA = 17
_ADVICE = f"install Java {_JAVA} (Debian: openjdk-{_JAVA}-jre-headless) and put it on the PATH, or set JAVA_HOME to it."


def find_java(environ: Mapping[str, str]) -> Path:
    """The `java` of JAVA_HOME, or else of the PATH, as Spark would choose; it must be Java 17."""
    java, origin = _candidate(environ)
    release = _release(java)
    if release is None:
        raise UnsuitableMachine(f"Java was found {origin}, but does not run: {_ADVICE}")
    if release.partition(".")[0] != str(_JAVA):
        raise UnsuitableMachine(f"Java {release} was found {origin}, but Java {_JAVA} is needed: {_ADVICE}")
    return java


def _candidate(environ: Mapping[str, str]) -> tuple[Path, str]:
    if home := environ.get("JAVA_HOME"):
        java = Path(home) / "bin" / "java"
        if not os.access(java, os.X_OK):
            raise UnsuitableMachine(f"JAVA_HOME is {home}, but there is no bin/java in it: {_ADVICE}")
        return java, f"by JAVA_HOME ({home})"
    found = shutil.which("java", path=environ.get("PATH", ""))
    if not found:
        raise UnsuitableMachine(f"Java was not found: {_ADVICE}")
    return Path(found), f"on the PATH ({found})"


def _release(java: Path) -> str | None:
    """The version, from the JDK's own `release` file where there is one: starting a JVM costs a tenth of a second."""
    note = java.resolve().parents[1] / "release"
    if java.resolve().name == "java" and note.is_file():
        text = note.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r'^JAVA_VERSION="([^"]+)"', text, re.MULTILINE):
            return found.group(1)
    return _asked(java)


def _asked(java: Path) -> str | None:
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "([^"]+)"', answer.stderr + answer.stdout)
    release = found.group(1) if found else None
    return release.removeprefix("1.") if release else None


def check_venv_module() -> None:
    """Some distributions ship Python without what `venv` needs."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise UnsuitableMachine(
            "This Python 3.11 cannot make virtual environments: install python3.11-venv,"
            " or set TRIAGE_PYTHON to another one."
        )
