"""`--set KEY=VALUE`: one setting by its dotted key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from triage.config.base import Section
from triage.config.settings import Settings
from triage.errors import ConfigError
from triage.yaml_file import parse_yaml


def parse_override(override: str) -> dict[str, Any]:
    """`KEY=VALUE` as the nested mapping that a file would give. Raises ConfigError where it has another form."""
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(
            "An override is not of the form KEY=VALUE.",
            where="--set",
            remedy="Example: --set lake.root=/data/lake",
        )
    parts = _parts(key.strip())
    value = _value(text, plain=_is_plain(parts))
    for part in reversed(parts):
        value = {part: value}
    return dict(value)


def _parts(key: str) -> list[str]:
    """The sections and the name in a dotted key; the name of a Spark option has points of its own."""
    return key.split(".", 2) if key.startswith("spark.options.") else key.split(".")


def _is_plain(parts: Sequence[str]) -> bool:
    """Whether a setting is text, so that its value is taken as it is and `2024`, `NO` or ` #1` mean themselves."""
    kind: object = Settings
    for part in parts:
        if isinstance(kind, type) and issubclass(kind, Section):
            field = kind.model_fields.get(part)
            kind = field.annotation if field else None
        else:
            kind = str if kind == dict[str, str] else None
    return kind in (str, str | None, tuple[str, ...])


def _value(text: str, *, plain: bool) -> Any:
    if plain and not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return parse_yaml(text)
    except (yaml.YAMLError, RecursionError):
        return text
