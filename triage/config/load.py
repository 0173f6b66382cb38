"""Reads the settings: layers of files and overrides, merged key by key and then validated."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from triage.config.base import Section
from triage.config.overrides import parse_override
from triage.config.path_settings import fill_default_paths, make_paths_absolute
from triage.config.settings import Settings
from triage.config.storage import StorageSettings, remember_storage
from triage.errors import ConfigError
from triage.paths import PROJECT
from triage.yaml_file import read_yaml

_LOCAL = PROJECT / "conf" / "local.yaml"


def load_settings(files: Sequence[Path] = (), overrides: Sequence[str] = (), *, cwd: Path | None = None) -> Settings:
    """Settings from `conf/local.yaml`, then `files`, then `KEY=VALUE` overrides; the later wins.

    Relative paths in files mean the project's root, those in overrides the working directory.
    Raises ConfigError for a missing or broken file, an unknown key or a wrong value.
    """
    merged: dict[str, Any] = {}
    for file in [_LOCAL, *files]:
        _merge(merged, make_paths_absolute(_read(file), PROJECT))
    for override in overrides:
        _merge(merged, make_paths_absolute(parse_override(override), cwd or Path.cwd()))
    fill_default_paths(merged, PROJECT)
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        raise ConfigError(**_explain(error)) from None
    remember_storage(settings.lake.root, StorageSettings(settings.spark.options, settings.lake.lease_seconds))
    return settings


def known_keys(section: type[Section] = Settings, prefix: str = "") -> list[str]:
    """All dotted keys that the settings know."""
    keys = []
    for name, field in section.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, Section):
            keys += known_keys(nested, f"{prefix}{name}.")
        else:
            keys.append(prefix + name)
    return keys


def _keys_and_sections() -> list[str]:
    """All dotted keys, and the sections that hold them: a section may be misspelt, too."""
    found = dict.fromkeys(known_keys())
    for key in known_keys():
        parts = key.split(".")
        found |= dict.fromkeys(".".join(parts[:depth]) for depth in range(1, len(parts)))
    return list(found)


def _read(file: Path) -> dict[str, Any]:
    remedy = "Give --conf the path of a readable YAML file with settings."
    content = read_yaml(file, "settings file", remedy)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError("The settings file is not a mapping of settings.", where=str(file), remedy=remedy)
    return content


def _merge(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _explain(error: ValidationError) -> dict[str, str]:
    """The first fault as what, where and remedy, without the value that was given."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where, _keys_and_sections(), n=1, cutoff=0.4)
        remedy = f"Did you mean {near[0]}?" if near else "See docs/reference/settings.md for the known settings."
        return {"what": "There is no such setting.", "where": where, "remedy": remedy}
    return {
        "what": f"The setting is wrong: {first['msg']}.",
        "where": where,
        "remedy": "Correct it and start again.",
    }
