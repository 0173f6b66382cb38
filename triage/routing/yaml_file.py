"""YAML in which a key given twice is an error; plain YAML keeps the last and drops the others in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from triage.errors import ConfigError


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that refuses a mapping with the same key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen and key_node.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice in one mapping", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(file: Path) -> Any:
    """The content of a YAML file. Raises ConfigError, with the line, when it is missing, unreadable or broken."""
    try:
        return yaml.load(file.read_text("utf-8"), Loader=_OnceLoader)  # noqa: S506 - a safe loader
    except OSError as error:
        remedy = "Set routing.rules to a readable file."
        raise ConfigError(
            f"The rule file cannot be read: {error.strerror}.", where=str(file), remedy=remedy
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            "The rule file is not UTF-8.", where=str(file), remedy="Save it as UTF-8."
        ) from None
    except yaml.MarkedYAMLError as error:
        raise _broken(file, error) from None
    except yaml.YAMLError:
        raise ConfigError("The rule file is not valid YAML.", where=str(file), remedy="Correct it.") from None


def _broken(file: Path, error: yaml.MarkedYAMLError) -> ConfigError:
    line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
    what = f"The rule file is not valid YAML: {error.problem}."
    return ConfigError(what, where=f"{file}{line}", remedy="Correct it and start again.")
