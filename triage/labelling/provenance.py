"""Where a model's code and packages come from: the commit and the lock."""

from __future__ import annotations

import shutil
import subprocess

from triage.config import PROJECT
from triage.paths import file_digest

_LOCK = PROJECT / "conf" / "requirements.lock"
UNKNOWN = "unknown"


def code_commit() -> str:
    """The checkout's commit, with `+` where tracked files were changed; `unknown` outside a checkout."""
    git = shutil.which("git")
    if git is None or not (PROJECT / ".git").exists():
        return UNKNOWN
    commit = _git(git, "rev-parse", "HEAD")
    changed = _git(git, "status", "--porcelain", "--untracked-files=no")
    if commit is None or changed is None:
        return UNKNOWN
    return f"{commit}+" if changed else commit


def lock_digest() -> str:
    """SHA-256 of conf/requirements.lock; `unknown` where it is not there."""
    return file_digest(_LOCK) if _LOCK.is_file() else UNKNOWN


def _git(git: str, *words: str) -> str | None:
    done = subprocess.run([git, "-C", str(PROJECT), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
