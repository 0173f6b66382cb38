"""The heads' file: what it holds, and each way in which it can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.config import Settings, load_settings
from triage.errors import ConfigError
from triage.labelling.taxonomy import load_taxonomy
from triage.samples.model import HEADS

ONE = "{name: kind, labels: [human, bounce], threshold: 0.5}"


def _settings(path: Path) -> Settings:
    return load_settings(overrides=[f"labelling.taxonomy={path}"])


def test_the_project_s_heads_are_those_of_the_sample() -> None:
    declared = {head.name: set(head.labels) for head in load_taxonomy(load_settings())}
    assert declared == {name: set(labels) for name, labels in HEADS.items()}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(f"heads: [{ONE}, {ONE}]", "twice", id="head twice"),
        pytest.param("heads: [{name: a, labels: [x, x], threshold: 0.5}]", "twice", id="label twice"),
        pytest.param("heads: [{name: a, labels: [x], threshold: 0.5}]", "at least 2", id="one label"),
        pytest.param("heads: [{name: a, labels: [x, ''], threshold: 0.5}]", "empty", id="empty label"),
        pytest.param("heads: [{name: a, labels: [x, y], threshold: 1.5}]", "less than or equal", id="threshold"),
        pytest.param("heads: [{name: 'a b', labels: [x, y], threshold: 0}]", "match", id="name"),
        pytest.param("heads: [{name: a, labels: [x, y], threshold: 0, colour: red}]", "Extra", id="unknown key"),
        pytest.param(
            "heads: [{name: a, labels: [x, y]}, {name: b, labels: [z/u, x/v], parent: a}]",
            "z/u",
            id="not below parent",
        ),
        pytest.param("heads: [{name: b, labels: [x/u, x/v], parent: a}]", "parent before", id="no parent"),
        pytest.param(
            "heads: [{name: a, labels: [x, y], signs: [{name: s, when: {bulk: true}, label: z}]}]",
            "unknown label",
            id="sign with unknown label",
        ),
        pytest.param("heads: [{name: a, labels: [x, y], text: [smell]}]", "Input should be", id="unknown field"),
        pytest.param("heads: [{name: a, labels: [x, y], costs: {wrong: 0}}]", "greater than", id="cost"),
        pytest.param("heads: []", "at least 1", id="no head"),
        pytest.param("heads: [", "not valid YAML", id="broken"),
        pytest.param("", "wrong", id="empty file"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=said):
        load_taxonomy(_settings(path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_taxonomy(_settings(tmp_path / "none.yaml"))


def test_a_free_head_has_costs_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(f"heads: [{ONE}]\nfree_costs: {{wrong: 10, review: 2}}", "utf-8")
    taxonomy = load_taxonomy(_settings(path))
    assert taxonomy.named("kind", ("x", "y")).labels == ("human", "bounce")
    free = taxonomy.named("topic", ("x", "y"))
    assert (free.labels, free.costs.wrong, free.languages) == (("x", "y"), 10, "any")
