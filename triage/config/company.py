"""The company whose mail is read."""

from __future__ import annotations

import re

from pydantic import field_validator

from triage.config.base import Section

_DOMAIN = re.compile(r"(?:[^\s@./]+\.)+[^\s@./]+")


class CompanySettings(Section):
    """What a mail itself does not say about who wrote it."""

    domains: tuple[str, ...] = ()
    """Domains of the company's own addresses, such as `example.com`; those below them count, too. A mail from one of
    them went out: it answers the earlier mails of its thread, and needs no answer itself. Without any, no mail is known
    to be answered but by a file from the help desk (jobs/status.py).
    A change counts for mail that is read from then on."""

    @field_validator("domains")
    @classmethod
    def _domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        plain = tuple(one.strip().casefold().removeprefix("@").rstrip(".") for one in domains)
        for number, one in enumerate(plain):
            if not _DOMAIN.fullmatch(one):
                raise ValueError(f"entry {number} is no domain: write the part of an address after the @")
        return plain
