"""All sections of the card in order; those about the whole model are made here: purpose, data, training, provenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.labelling.card.blocks import Block, Section, Table, Text
from triage.labelling.card.figures import HeadFigures
from triage.labelling.card.head_sections import head_sections, limits_section
from triage.labelling.card.inputs import TrainingFacts
from triage.labelling.description import ModelDescription
from triage.monitoring.value.compute import watt_hours


def card_sections(description: ModelDescription, found: Sequence[HeadFigures], facts: TrainingFacts) -> list[Section]:
    """All sections in the order of the card."""
    return [
        _purpose(description, facts),
        _data(description, facts),
        *(section for figures in found for section in head_sections(figures)),
        *(limits_section(figures, facts) for figures in found),
        _training(facts),
        _provenance(description),
    ]


def _purpose(description: ModelDescription, facts: TrainingFacts) -> Section:
    rows = tuple(
        (
            head.name,
            facts.purpose.get(head.name, ""),
            ", ".join(head.labels),
            "several" if head.multi else "one",
            head.candidate,
        )
        for head in description.heads
    )
    text = (
        "The model labels mail, so that rules can route it. It abstains where the probability of the best label is "
        "below the threshold, where the text is empty, and where the language or most words are unknown. "
        "Then a person decides."
    )
    header = ("head", "decides", "labels", "labels a mail", "candidate")
    return Section("Purpose", (Text(text), Table("Heads", header, rows)))


def _data(description: ModelDescription, facts: TrainingFacts) -> Section:
    origin = description.provenance
    about = Text(f"{origin.rows} rows from: {origin.data}. The card contains counts of rows and no text.")
    digests = {"labelled rows": origin.data_digest, **facts.digests}
    blocks: list[Block] = [about]
    blocks += [_training_rows(head.name, head.labels, facts) for head in description.heads]
    dropped = tuple(_dropped(description, facts))
    blocks.append(Table("Excluded rows", ("head", "reason", "rows"), dropped))
    blocks.append(Table("Digests", ("input", "SHA-256"), tuple(digests.items())))
    return Section("Data", tuple(blocks))


def _training_rows(head: str, labels: Sequence[str], facts: TrainingFacts) -> Table:
    counts = facts.training_rows.get(head, {})
    languages = sorted({code for by_language in counts.values() for code in by_language})
    rows = tuple(
        (
            label,
            *(str(counts.get(label, {}).get(code, 0)) for code in languages),
            str(sum(counts.get(label, {}).values())),
        )
        for label in labels
    )
    title = f"Training rows of {head} by label and language"
    return Table(title, ("label", *languages, "all"), rows if languages else ())


def _dropped(description: ModelDescription, facts: TrainingFacts) -> Iterator[tuple[str, str, str]]:
    for head in description.heads:
        reasons = {why: rows for why, rows in facts.dropped.get(head.name, {}).items() if rows}
        for why, rows in reasons.items() or (("none", 0),):
            yield head.name, why, str(rows)


def _training(facts: TrainingFacts) -> Section:
    energy = watt_hours(facts.processor_seconds, facts.watts_per_core)
    rows = (
        ("wall-clock time", _positive(facts.seconds, "s")),
        ("processor time, measured", _positive(facts.processor_seconds, "s")),
        ("cores", _positive(facts.cores, "")),
        ("power of a busy core, assumed", _positive(facts.watts_per_core, "W")),
        ("energy, estimated", _positive(energy, "Wh")),
    )
    text = (
        "The energy is an estimate: processor time of this machine times an assumed power. It excludes idle parts of "
        "the machine, cooling, and the computation of embeddings before the training."
    )
    return Section("Time and energy of training", (Table("Training", ("figure", "value"), rows), Text(text)))


def _provenance(description: ModelDescription) -> Section:
    origin = description.provenance
    rows = (
        ("code commit", origin.commit),
        ("lock file, SHA-256", origin.lock_sha256),
        ("rows, SHA-256", origin.data_digest),
        ("seed", str(origin.seed)),
        ("warm start from version", origin.parent or "none, trained from scratch"),
        ("licence", origin.licence),
        ("form of model.json", str(description.form)),
    )
    return Section("Provenance and licence", (Table("Provenance", ("what", "value"), rows),))


def _positive(value: float, unit: str) -> str:
    """A measured figure; empty, so that the card is rejected, where it is not above 0."""
    return f"{value:,.4g} {unit}".strip() if value > 0 else ""
