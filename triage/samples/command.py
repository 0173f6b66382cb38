"""The command of `jobs/sample.py`: writes a generated mailbox and its gold labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from triage.errors import ConfigError
from triage.samples.files.writers import write_eml_folder, write_jsonl, write_mbox
from triage.samples.generator import generate
from triage.samples.gold import write_gold, write_pii_gold
from triage.samples.model import FURTHER_LANGUAGES, LANGUAGES, SampleMail

WRITERS: dict[str, tuple[str, Callable[[Iterable[SampleMail], Path], int]]] = {
    "mbox": ("mails.mbox", write_mbox),
    "mbox.gz": ("mails.mbox.gz", write_mbox),
    "eml": ("eml", write_eml_folder),
    "jsonl": ("mails.jsonl", write_jsonl),
}
"""Format → name below the output folder, and the writer."""

FORMATS = tuple(WRITERS)
ALL_LANGUAGES = (*LANGUAGES, *FURTHER_LANGUAGES)


def write_sample(
    folder: Path,
    form: str,
    mails: int,
    seed: int,
    gold: Path | None = None,
    *,
    pii_gold: Path | None = None,
    languages: tuple[str, ...] = (),
) -> Path:
    """Write a mailbox and, when asked, its gold labels and its marked personal data; returns the mailbox's path.

    Raises:
        ConfigError: fewer than one mail, or the folder cannot be written.
    """
    if mails < 1:
        raise ConfigError("there is nothing to write", where=f"--mails {mails}", remedy="Ask for one mail or more.")
    name, write = WRITERS[form]
    try:
        write(generate(mails, seed, languages=languages), folder / name)
        if gold:
            write_gold(generate(mails, seed, languages=languages), gold)
        if pii_gold:
            write_pii_gold(generate(mails, seed, languages=languages), pii_gold)
    except OSError as fault:
        remedy = "Choose a folder that can be written and has room."
        raise ConfigError(
            f"cannot write: {fault.strerror}", where=str(fault.filename or folder), remedy=remedy
        ) from fault
    return folder / name


def languages_of(names: str) -> tuple[str, ...]:
    """Languages from their codes with commas between.

    Raises:
        ConfigError: no mail can be made in one of them.
    """
    languages = tuple(name.strip() for name in names.split(","))
    if unknown := sorted(set(languages) - set(ALL_LANGUAGES)):
        remedy = f"Choose among {', '.join(ALL_LANGUAGES)}."
        raise ConfigError("no mail can be made in that language", where=f"--languages {unknown[0]}", remedy=remedy)
    return languages
