"""Realistic business mail of a made-up company, with gold labels and gold personal data, by seed and at any size.

    from triage.samples import generate, write_mbox
    write_mbox(generate(20_000, seed=7), Path("mails.mbox.gz"))

Nobody in it exists: names come from Faker, addresses lie under example domains, numbers in ranges that
are reserved or never issued. `data/` holds the sample that ships (`shipped.py` says how it is made).
"""

from __future__ import annotations

from triage.samples.files.writers import write_eml_folder, write_jsonl, write_mbox
from triage.samples.generator import BLOCK, generate
from triage.samples.model import ENTITIES, HEADS, SampleMail, Signs, Span

__all__ = [
    "BLOCK",
    "ENTITIES",
    "HEADS",
    "SampleMail",
    "Signs",
    "Span",
    "generate",
    "write_eml_folder",
    "write_jsonl",
    "write_mbox",
]
