"""What each of the four loaders refuses in its YAML file, whatever the file is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from triage.config import RoutingSettings, Settings, load_settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.privacy.policy import load_policy
from triage.routing.rules import load_rules
from triage.yaml_file import read_yaml

LOADERS: dict[str, Callable[[Path], object]] = {
    "settings": lambda file: load_settings([file]),
    "policy": load_policy,
    "taxonomy": lambda file: load_taxonomy(load_settings(overrides=[f"labelling.taxonomy={file}"])),
    "rules": lambda file: load_rules(Settings(routing=RoutingSettings(rules=str(file))), {}),
}

BROKEN = {
    "key twice": (b"a: 1\nb:\n  PERSON: mask\n  PERSON: keep\n", "stands twice.*line 4"),
    "key twice, once quoted": (b"PERSON: mask\n'PERSON': keep\n", "stands twice.*line 2"),
    "impossible date": (b"a: 1\nb: 2024-13-45\n", "does not fit.*line 2"),
    "impossible number": (b"a: !!int x\n", "does not fit.*line 1"),
    "list as key": (b"a: 1\n[b, c]: 2\n", "unhashable key.*line 2"),
    "deep nesting": (b"a: " + b"[" * 1500, "too deeply"),
    "no end": (b"a: [1\n", "not valid YAML.*line 2"),
    "control character": (b"a: \x01\n", "not valid YAML"),
    "no utf-8": (b"a: \xff\n", "not UTF-8"),
    "missing": (None, "cannot be read"),
}


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_the_line(
    tmp_path: Path, content: bytes | None, message: str, loader: Callable[[Path], object]
) -> None:
    file = tmp_path / "own.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as fault:
        loader(file)
    assert str(file) in fault.value.where
    assert fault.value.remedy


def test_a_privacy_policy_with_an_entity_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("entities:\n  PERSON: pseudonym\n  PERSON: keep\n")
    with pytest.raises(ConfigError, match=r"PERSON.*stands twice.*line 3"):
        load_policy(file)


def test_merged_mappings_may_say_a_key_anew(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, y: 4}\n")
    content = read_yaml(file, "file", "Correct it.")
    assert (content["b"], content["c"]) == ({"x": 3, "y": 2}, {"x": 3, "y": 4})
