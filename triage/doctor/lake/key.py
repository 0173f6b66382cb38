"""The key: present, well-formed, readable by nobody else, and the one that seals this lake."""

from __future__ import annotations

from collections.abc import Iterator

from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.patient import NeedsSpark, Patient
from triage.errors import ContractError, KeyMaterialError, TransientError
from triage.privacy.pseudonyms.keys import key_origin, load_keys
from triage.stages.plan import validate_key


def check_key(patient: Patient) -> Iterator[Finding]:
    """Loads the key as a run does, which also looks at the modes of its file; makes no development key."""
    origin = key_origin(patient.settings)
    if origin == "development key" and patient.settings.mode == "local":
        file = patient.settings.keys_folder / "development.key"
        if not file.exists():
            yield _none_yet(patient)
            return
    try:
        keys = load_keys(patient.settings)
        if patient.is_begun():
            validate_key(patient.store, keys)
    except NeedsSpark:
        yield warning("Whether the key is this lake's was not looked at: the ledger needs Spark.", "See tables.")
    except (KeyMaterialError, ContractError, TransientError) as found:
        yield fault(found.what, found.remedy)
    else:
        belongs = " and this lake's" if patient.is_begun() else ""
        yield ok(f"The key is valid{belongs}. Origin: {origin}.")


def _none_yet(patient: Patient) -> Finding:
    if patient.is_begun():
        return fault(
            "The lake is sealed, and its key is gone.",
            "Bring back the folder of lake.keys from a backup, or give the key by the variable of privacy.key_env.",
        )
    return ok("The first run makes a development key.")
