"""What the jobs of this room print on standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from triage.config import Settings
from triage.errors import ConfigError
from triage.privacy.pseudonyms.keys import load_keys
from triage.rights.erasure.certificate.signing import verify_document
from triage.rights.erasure.erase import ErasureResult
from triage.rights.maintenance import Maintenance


def print_erasures(results: Sequence[ErasureResult]) -> int:
    """One line a certificate; returns the exit code, 1 where anything is left."""
    for one in results:
        removed, changed = sum(one.removed.values()), sum(one.changed.values())
        outcome = f"{one.findings} findings: NOT CLEAN" if one.findings else one.result
        sys.stdout.write(f"{one.certificate}: {removed} rows removed, {changed} changed, {outcome}\n")
    return int(any(one.findings for one in results))


def print_maintenance(maintenance: Maintenance) -> None:
    """A table of what was done, and a line of what is left."""
    table = Table("table", "rows removed", "rows on hold", "files", "old files removed")
    for one in maintenance.done:
        table.add_row(
            one.table,
            str(one.rows_removed),
            str(one.rows_on_hold),
            f"{one.files_before} → {one.files_after}",
            f"{one.cleared.files} ({one.cleared.bytes / 2**20:.1f} MiB)",
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    if maintenance.left:
        sys.stdout.write(f"The time was not enough for: {', '.join(maintenance.left)}. The next start goes on there.\n")


def print_verification(path: Path, settings: Settings) -> None:
    """Whether the signature of a certificate is valid, and the certificate's result.

    Raises PrivacyError where it was altered or is another key's, ConfigError for what is no certificate.
    """
    content = verify_document(path, load_keys(settings))
    if not {"erasure_id", "result"} <= content.keys():
        raise ConfigError(
            "This is no certificate of an erasure.",
            where=str(path),
            remedy="Give one that jobs/erase.py wrote.",
        )
    sys.stdout.write(f"The signature holds. {content['erasure_id']}: {content['result']}.\n")
