"""The key: present, well-formed, readable by nobody else, and the one that seals this lake."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from triage.config import Settings
from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.patient import NeedsSpark, Patient
from triage.errors import ContractError, KeyMaterialError
from triage.privacy.pseudonyms.keys import load_keys
from triage.stages.plan import validate_key


def check_key(patient: Patient) -> Iterator[Finding]:
    """Never prints a key, its file's name, or a digest of it; makes no development key."""
    settings = patient.settings
    file = _file(settings)
    if file is not None and file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield fault("Others may read the key file.", "Give it the mode 0600, and rotate the key (jobs/rotate.py).")
    if file is not None and _is_development(settings) and not file.exists():
        yield from _none_yet(patient)
        return
    try:
        keys = load_keys(settings)
        if patient.is_begun():
            validate_key(patient.store, keys)
    except NeedsSpark:
        yield warning("Whether the key is this lake's was not looked at: the ledger needs Spark.", "See tables.")
    except (KeyMaterialError, ContractError) as found:
        yield fault(found.what, found.remedy)
    else:
        yield ok("The key is valid and this lake's." if patient.is_begun() else "The key is valid.")


def _none_yet(patient: Patient) -> Iterator[Finding]:
    if patient.is_begun():
        yield fault(
            "The lake is sealed, and its key is gone.",
            "Bring back the folder of lake.keys from a backup, or give the key by the variable of privacy.key_env.",
        )
    else:
        yield ok("The first run makes a development key.")


def _is_development(settings: Settings) -> bool:
    given = os.environ.get(settings.privacy.key_env, "").strip() or settings.privacy.key_file
    return not given and settings.mode == "local"


def _file(settings: Settings) -> Path | None:
    """The file that the key would be read from; None where the environment has it."""
    if os.environ.get(settings.privacy.key_env, "").strip():
        return None
    if settings.privacy.key_file:
        return Path(settings.privacy.key_file)
    return settings.keys_folder / "development.key" if settings.mode == "local" else None
