"""`./spark-submit.sh tests`: the whole gate, or pytest on what was asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

from triage.environment.faults import UnsuitableMachine
from triage.environment.place import Place

_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
_WORKERS = ("-n", "2")
_NEEDED = (
    15 * 1024**3
)  # bytes: lakes, models and Spark's copies of the jars, with those of the processes that tests kill
_CHECKS = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy"),
    "fences": ("-c", _LINT_IMPORTS, "--no-logo"),
    "tests": ("-m", "pytest", *_WORKERS),
}


def run_gate(place: Place, environ: Mapping[str, str]) -> int:
    """Runs every check, so that one failure does not hide another; 0 if all passed, else 1.

    All temporary files lie in one folder that goes with the gate: a process that a test kills leaves its own behind.
    Raises UnsuitableMachine where the disk is too full.
    """
    with tempfile.TemporaryDirectory(prefix="triage-gate-", ignore_cleanup_errors=True) as scratch:
        os.chmod(scratch, 0o711)  # noqa: S103 # tests act as other users, too: none may list it, all may enter
        _check_space(scratch)
        ours = {**environ, "TMPDIR": scratch}
        failed = [name for name, command in _CHECKS.items() if _run(name, command, place, ours)]
    verdict = f"failed: {', '.join(failed)}" if failed else "all passed"
    print(f"triage: gate ({', '.join(_CHECKS)}): {verdict}", flush=True)
    return 1 if failed else 0


def _check_space(folder: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < _NEEDED:
        raise UnsuitableMachine(
            f"The gate needs {_NEEDED / 1024**3:.0f} GB of temporary space, and {tempfile.gettempdir()} has"
            f" {free / 1024**3:.1f} GB: remove old files there, or set TMPDIR to a folder on a larger disk."
        )


def _run(name: str, command: Sequence[str], place: Place, environ: Mapping[str, str]) -> int:
    print(f"triage: {name}", file=sys.stderr, flush=True)
    python = place.python
    return subprocess.run([python, *command], cwd=place.project, env=dict(environ), check=False).returncode


def run_pytest(place: Place, arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Starts pytest from the project's root on `arguments`, in place of this process.

    Paths count from the working directory. Where none is named, all tests are meant, and two workers share them.
    """
    words = [os.path.abspath(word) if os.path.exists(word) else word for word in arguments]
    is_some = any(os.path.exists(word.partition("::")[0]) for word in words)
    workers = () if is_some or "-n" in words else _WORKERS
    os.chdir(place.project)
    python = str(place.python)
    os.execve(python, [python, "-m", "pytest", *workers, *words], dict(environ))
