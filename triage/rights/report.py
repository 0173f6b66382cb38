"""What the jobs for the rights of persons print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from triage.config import Settings
from triage.errors import ConfigError
from triage.privacy.pseudonyms.keys import load_keys
from triage.rights.erasure.certificate import verified
from triage.rights.maintenance import Upkeep, shown

if TYPE_CHECKING:
    from triage.rights.erasure.erase import Erased


def tell_erased(erased: Sequence[Erased]) -> int:
    """One line a certificate; 1 where anything is left."""
    for one in erased:
        removed, changed = sum(one.removed.values()), sum(one.changed.values())
        left = f"{one.findings} findings: NOT CLEAN" if one.findings else one.result
        sys.stdout.write(f"{one.certificate}: {removed} rows removed, {changed} changed, {left}\n")
    return int(any(one.findings for one in erased))


def tell_upkeep(upkeep: Sequence[Upkeep]) -> None:
    """A table of what was done."""
    table = Table("table", "rows removed", "rows held", "files", "old files removed")
    for line in shown(upkeep):
        table.add_row(*line)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def tell_certificate(path: Path, settings: Settings) -> int:
    """Whether a certificate holds.

    Raises PrivacyError where it was altered or is another key's, ConfigError for what is none.
    """
    content = verified(path, load_keys(settings))
    if not {"erasure_id", "result"} <= content.keys():
        raise ConfigError(
            "This is no certificate of an erasure.",
            where=str(path),
            remedy="Give one that jobs/erase.py wrote.",
        )
    sys.stdout.write(f"The signature holds. {content['erasure_id']}: {content['result']}.\n")
    return 0
