"""The one reader of YAML files. A key given twice is an error, where PyYAML keeps the last.

ruamel.yaml refuses such keys by itself but reads other things in another way: `y` and `n` as booleans, `1e3` as a
number, a list as a key; and it does not give the line of a value that its type cannot hold.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from triage.errors import ConfigError

_MERGE = "tag:yaml.org,2002:merge"
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What PyYAML's own constructors raise for a value that its type cannot hold, such as the date 2024-13-45."""


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that raises an error for a key given twice, and knows the line of each error."""

    def compose_mapping_node(self, anchor: Any) -> Any:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            if (key.tag, key.value) in seen:
                problem = f"the key {key.value!r} stands twice in one mapping"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add((key.tag, key.value))
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except _UNREADABLE:
            problem = "a value does not fit its type"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


def parse_yaml(text: str) -> Any:
    """The content of a YAML text. Raises yaml.YAMLError, or RecursionError where it is nested too deeply."""
    return yaml.load(text, Loader=_OnceLoader)  # noqa: S506 - a safe loader


def read_yaml(file: Path, noun: str, remedy: str) -> Any:
    """The content of a YAML file, None where it is empty; `noun` names the file in an error, such as `rule file`.

    Raises ConfigError, with the file and where known the line, when it is missing, unreadable or broken.
    """
    try:
        return parse_yaml(file.read_text("utf-8"))
    except OSError as error:
        what, line = f"The {noun} cannot be read: {error.strerror}.", ""
    except UnicodeDecodeError:
        what, line = f"The {noun} is not UTF-8.", ""
    except yaml.MarkedYAMLError as error:
        what = f"The {noun} is not valid YAML: {error.problem or error.context}."
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
    except RecursionError:
        what, line = f"The {noun} is nested too deeply.", ""
    except (yaml.YAMLError, *_UNREADABLE):
        what, line = f"The {noun} is not valid YAML.", ""
    raise ConfigError(what, where=f"{file}{line}", remedy=remedy)
