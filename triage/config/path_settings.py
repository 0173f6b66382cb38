"""The settings that are paths: relative ones mean the folder of whoever names them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from triage.config.settings import Settings
from triage.paths import absolute_path, absolute_tracking_uri

_PATHS = {
    "lake": ("root", "keys", "reports", "certificates"),
    "privacy": ("policy", "key_file", "legal_holds"),
    "labelling": ("taxonomy", "embeddings"),
    "routing": ("rules",),
    "alerts": ("rules",),
    "governance": ("approvals",),
    "backup": ("to",),
}
"""By section; `sources`, `source_names` and `mlflow.tracking_uri` have rules of their own."""


def fill_default_paths(merged: dict[str, Any], base: Path) -> None:
    """Puts in, absolute against `base`, the defaults of the path settings that nobody named."""
    defaults = {
        section: {name: getattr(Settings.model_fields[section].default, name) for name in names}
        for section, names in _PATHS.items()
    }
    for section, paths in make_paths_absolute(defaults, base).items():
        given = merged.setdefault(section, {})
        if isinstance(given, dict):
            merged[section] = paths | given


def make_paths_absolute(content: dict[str, Any], base: Path) -> dict[str, Any]:
    """`content`, changed in place: its paths are absolute against `base`. What is no text is left to the validation.

    Raises ConfigError for a path that cannot be one.
    """
    for section, names in _PATHS.items():
        given = content.get(section)
        if isinstance(given, dict):
            paths = {name: given[name] for name in names if isinstance(given.get(name), str)}
            given.update({n: absolute_path(path, base, f"{section}.{n}") for n, path in paths.items()})
    corrections = _section(content, "learning", "corrections")
    if isinstance(corrections.get("reviewers"), str):
        corrections["reviewers"] = absolute_path(corrections["reviewers"], base, "learning.corrections.reviewers")
    mlflow = content.get("mlflow")
    if isinstance(mlflow, dict) and isinstance(mlflow.get("tracking_uri"), str):
        mlflow["tracking_uri"] = absolute_tracking_uri(mlflow["tracking_uri"], base)
    if "sources" in content:
        sources = content["sources"]
        many = [sources] if isinstance(sources, str) else sources
        if isinstance(many, Sequence):
            content["sources"] = [absolute_path(s, base) if isinstance(s, str) else s for s in many]
    declared = content.get("source_names")
    if isinstance(declared, dict):
        content["source_names"] = {
            absolute_path(folder, base, "source_names") if isinstance(folder, str) else folder: name
            for folder, name in declared.items()
        }
    return content


def _section(content: dict[str, Any], *names: str) -> dict[str, Any]:
    """A section within sections, an empty one where there is none."""
    found: Any = content
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
