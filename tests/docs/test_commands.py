"""Every command of README and docs is run by a test that looks at its answer."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from functools import cache
from pathlib import Path

import pytest
from pandas import DataFrame

from tests.docs.covered import ELSEWHERE, RUN, YAML_ELSEWHERE
from tests.docs.examples import Block, blocks, shell_lines
from tests.in_process import run_in_process
from tests.lakes import Lake
from triage.config import PROJECT, load_settings
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.serving.engines import ModelFiles, engine_of
from triage.labelling.serving.pyfunc import ServedModel


def jobs() -> dict[str, str]:
    """The words after the launcher, as they stand on a page."""
    found: dict[str, str] = {}
    for line, page in shell_lines().items():
        words = shlex.split(line)
        place = next((place for place, word in enumerate(words) if word.endswith("spark-submit.sh")), None)
        if place is not None:
            found.setdefault(" ".join(words[place + 1 :]), page)
    return found


@pytest.mark.parametrize("words", jobs())
def test_a_command_has_a_test(words: str) -> None:
    if words in RUN:
        return
    where = next((place for pattern, place in ELSEWHERE if re.fullmatch(pattern, words)), None)
    assert where, "no test is named in tests/docs/covered.py"
    file, _, test = where.partition("::")
    assert (PROJECT / file).exists() or " " in file, where
    assert not test or f"def {test}(" in (PROJECT / file).read_text("utf-8")


@pytest.mark.parametrize("words", [words for words in jobs() if "jobs/" in words])
def test_a_command_has_options_that_its_job_knows(words: str) -> None:
    job, *arguments = re.sub(r"[\[\]]", " ", words[words.index("jobs/") :]).split()
    kind = arguments[0] if arguments and re.fullmatch("[a-z]+", arguments[0]) else ""
    told = _help(job, kind)
    options = [one for one in arguments if re.fullmatch(r"--[a-z][a-z-]*", one)]
    assert [one for one in options if one not in told] == []


@cache
def _help(job: str, kind: str) -> set[str]:
    """The options that a job names in its help, or in that of one of its kinds of work."""
    done = run_in_process([sys.executable, str(PROJECT / job), *filter(None, [kind]), "--help"], os.environ)
    assert done.returncode == 0
    return set(re.findall(r"--[a-z][a-z-]*", done.stdout))


@pytest.mark.core
@pytest.mark.slow
@pytest.mark.parametrize("words", RUN)
def test_a_command_that_reads_answers(words: str, trained: Lake, tmp_path_factory: pytest.TempPathFactory) -> None:
    job, *arguments = re.sub(r"\[.*?\]", "", words).split()
    assert words in jobs(), "no page has it any more"
    done = trained.run(Path(job).stem, *arguments)
    assert re.search(RUN[words], done.stdout + done.stderr)


YAML = blocks("yaml")


@pytest.mark.parametrize("block", YAML, ids=[f"{block.page} {number}" for number, block in enumerate(YAML)])
def test_settings_on_a_page_are_settings(block: Block, tmp_path: Path) -> None:
    if other := next((where for words, where in YAML_ELSEWHERE if words in block.text), ""):
        pytest.skip(other)
    file = tmp_path / "own.yaml"
    file.write_text(block.text, encoding="utf-8")
    assert load_settings([file]) != load_settings()


@pytest.mark.core
@pytest.mark.slow
def test_the_request_of_the_readme_is_answered_with_labels(trained: Lake) -> None:
    [line] = [line for line in shell_lines() if line.startswith("curl")]
    records = json.loads(shlex.split(line)[-1])["dataframe_records"]
    tracking = f"mlflow.tracking_uri=sqlite:///{trained.root}.mlflow/mlflow.db"
    settings = load_settings(overrides=[f"lake.root={trained.root}", tracking])
    registry, name = ModelRegistry(settings), settings.mlflow.registered_model
    folder = registry.folder(name, str(registry.champion_version(name)))
    [answers] = ServedModel(engine_of(ModelFiles(name, folder), settings)).predict(DataFrame(records))
    assert answers["category"]["label"] == "billing"
    assert all(answer["reason"] != "UNKNOWN_LANGUAGE" for answer in answers.values())
