"""Writes docs/reference/settings.md from the models of the settings (triage/config)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from docs.write.units import unit
from triage.config import Section, Settings

TARGET = Path(__file__).parents[1] / "reference" / "settings.md"
HEAD = """\
# Settings

Written from `triage/config` by docs/write/settings.py. Each setting is a line of a YAML file that `--conf` names, such
as `lake: {root: /data/lake}`, or one `--set lake.root=/data/lake`. `conf/local.yaml` is read first, then each `--conf`,
then each `--set`; the later wins. Relative paths in a file count from the project's folder, those of `--set` from the
working directory. An unknown key or a wrong value ends a job with 2, before anything is changed. The default holds
where no file names the setting.
"""
_COLUMNS = "| setting | type | unit | default | meaning |\n|---|---|---|---|---|"


def text() -> str:
    """The whole page."""
    return HEAD + "\n".join(_section(Settings, Settings(), "")) + "\n"


def _section(section: type[Section], defaults: Section, prefix: str) -> Iterator[str]:
    """A section's table of settings, then the sections within it."""
    fields = section.model_fields
    inner = {name for name, field in fields.items() if _is_section(field)}
    title = prefix.removesuffix(".") or "At the top"
    yield f"\n## {title}\n\n{_line(section.__doc__ or '')}"
    rows = [_row(prefix + name, fields[name], getattr(defaults, name)) for name in fields if name not in inner]
    yield from (["", _COLUMNS, *rows] if rows else [])
    for name in fields:
        if name in inner:
            yield from _section(type(getattr(defaults, name)), getattr(defaults, name), f"{prefix}{name}.")


def _is_section(field: FieldInfo) -> bool:
    """Whether it holds settings of its own. One with a meaning is a value, such as a range of three figures."""
    kind = field.annotation
    return isinstance(kind, type) and issubclass(kind, Section) and not field.description


def _row(key: str, field: FieldInfo, default: object) -> str:
    cells = (f"`{key}`", _type(field), unit(key, field), _default(default), _line(field.description or ""))
    return f"| {' | '.join(cell.replace('|', r'&#124;') for cell in cells)} |"


def _type(field: FieldInfo) -> str:
    """What a value is, with its bounds."""
    signs = {"gt": "above", "ge": "from", "lt": "below", "le": "up to"}
    bounds = [
        f"{signs[name]} {getattr(rule, name):,}" for rule in field.metadata for name in signs if hasattr(rule, name)
    ]
    return ", ".join([_kind(field.annotation), *bounds])


def _kind(kind: Any) -> str:
    words = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "none"}
    if kind in words:
        return words[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"{{{', '.join(kind.model_fields)}}}"
    return _compound(str(kind), get_args(kind))


def _compound(name: str, parts: tuple[Any, ...]) -> str:
    if name.startswith("typing.Literal"):
        return ", ".join(f"`{part}`" for part in parts)
    if name.startswith("tuple"):
        return f"list of {_kind(parts[0])}"
    if name.startswith(("dict", "collections.abc.Mapping")):
        return f"map from {_kind(parts[0])} to {_kind(parts[1])}"
    return " or ".join(_kind(part) for part in parts) or name


def _default(value: object) -> str:
    """As YAML has it; large powers of two are spelled out."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 2**20 and value % 2**20 == 0:
        return f"`{value}` ({value >> 30} GiB)" if value % 2**30 == 0 else f"`{value}` ({value >> 20} MiB)"
    if value in (None, (), {}):
        return ""
    words = value if isinstance(value, str) else json.dumps(to_jsonable_python(value), ensure_ascii=False)
    return f"`{words}`"


def _line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
