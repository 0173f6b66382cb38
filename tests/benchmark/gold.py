"""Reads the hand-marked text of `../shared/data` as rows for `triage.privacy.evaluation.evaluate`.

Nothing is copied into the project.

A row is {"id", "text", "spans": [[start, end, type], ...], "headers": {...} | None, "language": ISO 639-1 | None}.
Types are the sets' own where they are clear, else ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmark import ner_sets
from triage.samples.generator import generate
from triage.samples.gold import pii_rows
from triage.samples.model import FURTHER_LANGUAGES, LANGUAGES

Row = dict[str, Any]

_QUAGGA = {
    "Name": "PERSON", "From": "PERSON", "To": "PERSON", "Cc": "PERSON", "Bcc": "PERSON", "Phone": "PHONE_NUMBER",
    "Fax": "PHONE_NUMBER", "Mail": "EMAIL_ADDRESS", "Address": "STREET_ADDRESS",
}  # fmt: skip
_QUAGGA_ZONES = ("Header/Person/", "Body/Intro/", "Body/Outro/", "Body/Signature/")
_DANISH_NAMES = {"PERSON": "PERSON", "LOC": "LOCATION", "DATETIME": "DATE", "ORG": "ORGANIZATION"}
_ECHR = {
    "PER": "PERSON",
    "LOC": "LOCATION",
    "NATIONALITY": "NRP",
    "ETHNIC_CATEGORY": "NRP",
    "ORG": "ORGANIZATION",
}
_WNUT = {"person": "PERSON", "location": "LOCATION"}
_GENERATED, _GENERATED_SEED = 256, 190_019
_GENERATED_LANGUAGES = (*LANGUAGES, *FURTHER_LANGUAGES)
_MAILBOX = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_CLOSES_UP = re.compile(r" (?=[.,;:!?)\]»”%])|(?<=[(\[«“’']) ")


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A marked set: how its rows are read from the data folder, and whether all personal data in it is marked."""

    rows: Callable[[Path], Iterator[Row]]
    complete: bool


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _presidio(name: str) -> Callable[[Path], Iterator[Row]]:
    def rows(data: Path) -> Iterator[Row]:
        for number, given in enumerate(_lines(data / "presidio_research_pii" / name)):
            spans = [[s["start_position"], s["end_position"], s["entity_type"]] for s in given["spans"]]
            yield _row(number, given["full_text"], spans, language="en")

    return rows


def quagga(data: Path) -> Iterator[Row]:
    """Enron mail: names in quoted headers, greetings, closings and signatures; phones, addresses in signatures.

    Names in running text are not marked.
    """
    for given in _lines(data / "quagga_enron_zones_names/mails.jsonl"):
        spans = [
            [s["start"], min(s["end"], len(given["text"])), _quagga_type(s)]
            for s in given["spans"]
            if s["start"] < len(given["text"])
            and s["type"].startswith(_QUAGGA_ZONES)
            and s["type"].rpartition("/")[2] in _QUAGGA
        ]
        yield _row(given["id"], given["text"], spans, headers=_participants(given["header"]), language="en")


def _quagga_type(span: dict[str, Any]) -> str:
    found = _QUAGGA[span["type"].rpartition("/")[2]]
    return "EMAIL_ADDRESS" if found == "PERSON" and _MAILBOX.fullmatch(span["text"].strip()) else found


def _participants(header: dict[str, str]) -> dict[str, str]:
    return {name: header[name] for name in ("From", "To", "Cc", "Bcc", "Subject") if header.get(name)}


def forge(data: Path) -> Iterator[Row]:
    """Enron mail with signatures: each line that says the sender's name, marked as far as it does."""
    for given in _lines(data / "forge_signatures/mails.jsonl"):
        sender = re.sub(r"<.*|\"", "", given["sender"])
        names = [re.escape(word) for word in re.findall(r"[^\W\d_]{2,}", sender)]
        spans = _in_lines(given["text"], given["signature_lines"], names) if names else []
        yield _row(given["id"], given["text"], spans, headers={"From": given["sender"]}, language="en")


def _in_lines(text: str, numbers: list[int], names: list[str]) -> list[list[Any]]:
    pattern = re.compile(rf"\b(?:{'|'.join(names)})\b(?:[ ](?:[A-Z]\.?[ ])?(?:{'|'.join(names)})\b)*")
    spans, position = [], 0
    for number, line in enumerate(text.split("\n")):
        if number in numbers:
            spans += [[position + m.start(), position + m.end(), "PERSON"] for m in pattern.finditer(line)]
        position += len(line) + 1
    return spans


def _echr(language: str) -> Callable[[Path], Iterator[Row]]:
    def rows(data: Path) -> Iterator[Row]:
        for part in ("train", "dev"):
            path = data / f"echr_fr_es_anonymization/{language}-{part}.tsv"
            for number, tokens in enumerate(_sentences(path.read_text("utf-8"))):
                text, spans = _joined(tokens, _ECHR)
                yield _row(f"{part}-{number}", text, spans, language=language)

    return rows


def danish(data: Path) -> Iterator[Row]:
    """Danish documents; direct identifiers are names, numbers and addresses, the others say less each."""
    for given in _lines(data / "danish_anonymization_dab/documents.jsonl"):
        spans = {
            (s["start"], s["end"], _DANISH_NAMES.get(label, label))
            for s in given["spans"] if s["annotator"] == 1 for label in s["labels"]
        }  # fmt: skip
        yield _row(given["id"], given["text"], sorted(map(list, spans)), language="da")


def omq(data: Path) -> Iterator[Row]:
    """German customer mail whose personal data was replaced before: nothing is left to find."""
    for given in _lines(data / "omq_german_support_mail/emails.jsonl"):
        yield _row(given["id"], given["text"], [], language="de")


def wnut(data: Path) -> Iterator[Row]:
    """Short texts of social media: persons and places; organizations, products and works are not marked as such."""
    for part in ("train", "dev"):
        text = (data / f"wnut17_ner/{part}.conll").read_text("utf-8")
        for number, tokens in enumerate(_sentences(text)):
            joined, spans = _joined(tokens, _WNUT)
            known = [span for span in spans if span[2] in _WNUT.values()]
            yield _row(f"{part}-{number}", joined, known, language="en")


def _generated(language: str) -> Callable[[Path], Iterator[Row]]:
    """Mail of the sample generator, of a seed that nothing else uses; birth dates and national numbers are marked."""

    def rows(_data: Path) -> Iterator[Row]:
        for row in pii_rows(generate(_GENERATED, _GENERATED_SEED, languages=(language,))):
            yield row | {"language": language}

    return rows


def _sentences(text: str) -> Iterator[list[tuple[str, str]]]:
    """The (word, tag) pairs of each sentence of a CoNLL text."""
    tokens: list[tuple[str, str]] = []
    for line in [*text.splitlines(), ""]:
        word, _, tag = line.strip("\r\n").replace("\t", " ").rpartition(" ")
        if word.strip():
            tokens.append((word.strip(), tag))
        elif tokens:
            yield tokens
            tokens = []


def _joined(tokens: list[tuple[str, str]], names: dict[str, str]) -> tuple[str, list[list[Any]]]:
    """Words as running text with their spans; a blank before a point or after a bracket is left out."""
    text, spans = "", list[list[Any]]()
    for word, tag in tokens:
        blank = " " if text and not _CLOSES_UP.search(f"{text[-1]} {word[0]}") else ""
        start, text = len(text) + len(blank), text + blank + word
        kind = names.get(tag[2:], tag[2:])
        if tag.startswith("I-") and spans and spans[-1][2] == kind:
            spans[-1][1] = len(text)
        elif tag[:2] in ("B-", "I-"):
            spans.append([start, len(text), kind])
    return text, spans


def _row(
    number: object, text: str, spans: list[list[Any]], *, headers: dict[str, str] | None = None, language: str | None
) -> Row:  # fmt: skip
    return {"id": str(number), "text": text, "spans": spans, "headers": headers, "language": language}


SETS: dict[str, GoldSet] = {
    "presidio_synth": GoldSet(_presidio("synth_dataset_v2.jsonl"), complete=True),
    "presidio_large": GoldSet(_presidio("generated_large.jsonl"), complete=True),
    "presidio_small": GoldSet(_presidio("generated_small.jsonl"), complete=True),
    "quagga_enron": GoldSet(quagga, complete=False),
    "forge_signatures": GoldSet(forge, complete=False),
    "echr_fr": GoldSet(_echr("fr"), complete=True),
    "echr_es": GoldSet(_echr("es"), complete=True),
    "danish_dab": GoldSet(danish, complete=True),
    "omq_german": GoldSet(omq, complete=True),
    "wnut17": GoldSet(wnut, complete=False),
    **{f"generated_{language}": GoldSet(_generated(language), complete=True) for language in _GENERATED_LANGUAGES},
    **{name: GoldSet(partial(ner_sets.rows, name), file.complete) for name, file in ner_sets.FILES.items()},
}
"""The sets by name. Where one is not complete, what else is redacted may be personal as well."""
