"""What jobs/grants.py does: prints or writes the grants, checks a lake against them, or sets them."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

from triage.cli import progress_console
from triage.config import Settings
from triage.errors import ConfigError
from triage.paths import is_local, write_whole
from triage.rights.grants.object_store import policies
from triage.rights.grants.posix import Difference, apply_grants, check_grants, script

SCRIPT = "grants.sh"


def write_grants(settings: Settings, out: Path | None) -> None:
    """Writes the script of a local lake or the policies of an object store to a folder; without one, prints them.

    Raises ConfigError for a store whose policies are not known here, or a folder that cannot be written.
    """
    found = {SCRIPT: script(settings)} if is_local(settings.lake.root) else policies(settings)
    if not found:
        raise ConfigError(
            "For this kind of store there are no policies.",
            where="lake.root",
            remedy="Those of S3 (s3a://…) are known; give the roles of docs/tables.md to yours by its own means.",
        )
    for name, text in found.items():
        if out is None:
            sys.stdout.write(text if name == SCRIPT else f"# {name}\n{text}")
        else:
            _write(out / name, text)


def check(settings: Settings) -> int:
    """Prints what differs from the grants; 1 where something does."""
    found = check_grants(settings)
    if found:
        progress_console.print(_shown(found))
        progress_console.print("jobs/grants.py --apply sets groups and modes.")
        return 1
    progress_console.print("Groups and modes are as the grants say.")
    return 0


def apply(settings: Settings) -> int:
    """Sets the grants of a local lake, and checks them."""
    apply_grants(settings)
    return check(settings)


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
        path.chmod(0o755 if path.name == SCRIPT else 0o644)
    except OSError as fault:
        raise ConfigError(
            f"The grants cannot be written: {fault.strerror}.", where="--out", remedy="Name another folder."
        ) from None


def _shown(found: tuple[Difference, ...]) -> Table:
    table = Table("place", "files", "what", "the first")
    for one in found:
        table.add_row(one.place, f"{one.count:,}", Text(one.what), Text(str(one.first)))
    return table
