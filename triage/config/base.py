"""What all sections of the settings share."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Without points, hyphens and @: neither an address nor its local part (jane.doe) is one."""


class Section(BaseModel):
    """A part of the settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
