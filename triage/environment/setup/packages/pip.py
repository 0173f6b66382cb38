"""pip, as it comes with the virtual environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from triage.environment.setup.tool import run_tool

_INSTALL = "-I -m pip install --disable-pip-version-check --no-input --progress-bar off"
# Nothing is resolved and nothing fetched that no lock names: all that a package needs is in the lock, its build tools,
# too.
_LOCKED = "--require-hashes --no-deps --no-build-isolation --use-pep517"


def run_pip(
    python: Path,
    lock: Path,
    log: Path,
    settings: Mapping[str, str],
    watch: Callable[[str], None],
    options: Sequence[str] = (),
) -> bool:
    """Whether pip installed `lock`; `watch` gets its output so far."""
    command = [str(python), *_INSTALL.split(), *_LOCKED.split(), *options, "-r", str(lock)]
    return run_tool(command, log, settings, watch, log.parent)
