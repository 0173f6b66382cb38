"""The model registry: it answers, has a champion, and the champion's files are those that were registered."""

from __future__ import annotations

from collections.abc import Iterator

from triage.doctor.finding import Finding, fault, ok
from triage.doctor.patient import Patient
from triage.errors import ModelError, TriageError
from triage.labelling.registry.manifest import check_registered
from triage.labelling.registry.version_facts import read_champion_facts


def check_registry(patient: Patient) -> Iterator[Finding]:
    """Looks without writing, so a database that is not there is not made."""
    name = patient.settings.mlflow.registered_model
    try:
        facts = read_champion_facts(patient.settings)
    except TriageError as found:
        yield fault(found.what, found.remedy, "mlflow.tracking_uri")
        return
    if facts is None:
        yield ok("There is no champion yet; the first run trains one.", name)
        return
    if facts.folder is None:
        yield ok(f"Version {facts.version} is champion; its files are at the server and not here yet.", name)
        return
    try:
        check_registered(facts.folder, facts.digest)
    except ModelError as found:
        yield fault(found.what, found.remedy, name)
    except OSError:
        yield fault("The files of the champion are missing.", "Restore them with jobs/restore.py.", name)
    else:
        yield ok(f"Version {facts.version} is champion, and its files are those that were registered.", name)
