"""Every block of code on the pages: of a language that a test looks at, and right in it."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests.docs.covered import NOT_HERE
from tests.docs.examples import LAUNCHER, Block, blocks, pages, shell_lines, statements
from tests.lakes import Lake
from triage.config import PROJECT, load_settings
from triage.rights.holds.policy import load_holds

LANGUAGES = {
    "sh": "here, in test_commands.py and by the tests that covered.py names",
    "cron": "the same: without its times, a line is a command",
    "sql": "test_queries.py, by both engines",
    "yaml": "test_commands.py, as settings",
    "python": "here, over a lake",
    "ini": "here, as systemd's files are parsed",
    "text": "nothing that runs: help and output, which test_written.py compares, and files of other programs",
}
LAKE = "/data/lake"
"""What a page calls the lake; the tests' own stands in for it."""

_FENCE = re.compile(r"^ *```(.*)$", re.MULTILINE)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(PROJECT)))
def test_a_block_is_of_a_language_that_is_tested(page: Path) -> None:
    opening = [words for number, words in enumerate(_FENCE.findall(page.read_text("utf-8"))) if number % 2 == 0]
    assert [words for words in opening if words not in LANGUAGES] == []


def test_shell_blocks_are_written_as_bash_reads_them() -> None:
    wrong = {}
    for block in blocks("sh"):
        done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
        if done.returncode or done.stderr:
            wrong[block.page] = done.stderr
    assert wrong == {}


@pytest.mark.parametrize("line", [line for line in shell_lines() if "spark-submit.sh" not in line])
def test_a_line_that_starts_no_job_says_why_no_test_runs_it(line: str) -> None:
    plain = line.replace("'", "")
    assert [reason for pattern, reason in NOT_HERE if re.fullmatch(pattern, plain)], "tests/docs/covered.py lacks it"


@pytest.mark.parametrize("block", blocks("cron"), ids=lambda block: block.page)
def test_a_line_of_a_crontab_has_times_and_a_command(block: Block) -> None:
    bounds = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    for line in block.text.splitlines():
        *times, command = line.split(maxsplit=5)
        for (low, high), field in zip(bounds, times, strict=True):
            assert all(low <= int(number) <= high for number in re.findall(r"\d+", field))
        assert LAUNCHER.removeprefix(".") in command


@pytest.mark.parametrize("block", blocks("ini"), ids=lambda block: block.page)
def test_a_drop_in_is_parsed(block: Block) -> None:
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",))
    parser.read_string(block.text)
    assert parser.sections() == ["Service"]


@pytest.mark.parametrize("block", blocks("sql"), ids=lambda block: block.page)
def test_sql_is_of_the_kind_that_the_queries_test(block: Block) -> None:
    assert all(sql.startswith("SELECT ") for sql in statements(block))


def _pages_with_python() -> list[ParameterSet]:
    """Each page with its blocks in order, as one program: a later block uses what an earlier one made."""
    programs: dict[str, str] = {}
    for block in blocks("python"):
        programs[block.page] = programs.get(block.page, "") + block.text
    return [
        pytest.param(text, id=page, marks=[pytest.mark.slow] if LAKE in text else []) for page, text in programs.items()
    ]


@pytest.mark.parametrize("program", _pages_with_python())
def test_python_of_a_page_runs(program: str, request: pytest.FixtureRequest) -> None:
    if LAKE in program:
        lake: Lake = request.getfixturevalue("trained")
        program = program.replace(LAKE, str(lake.root))
    exec(compile(program, "page", "exec"), {"__name__": "page"})


def test_a_legal_hold_on_a_page_is_one_and_names_whom_the_command_beside_it_hashes(tmp_path: Path) -> None:
    [block] = [block for block in blocks("yaml") if "address_sha256:" in block.text]
    file = tmp_path / "holds.yaml"
    file.write_text(block.text, encoding="utf-8")
    [hold] = load_holds(load_settings(overrides=[f"privacy.legal_holds={file}"]))
    [command] = [block.text for block in blocks("sh") if "sha256sum" in block.text]
    printed = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout
    assert hold.address_sha256 == {printed.split()[0]}
