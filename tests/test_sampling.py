"""The gate's sample of a matrix: what always runs, a bounded number of others, and every case within some days."""

from __future__ import annotations

import pytest

from tests.sampling import chosen_items, whose_turn_it_is

pytest_plugins = ("pytester",)

MATRIX = """
import pytest

@pytest.mark.exhaustive(always=("3", "b-7"), sample=2)
@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("letter", "ab")
def test_it(letter, number):
    pass

def test_other():
    pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    pytester.makeini("[pytest]\nmarkers = exhaustive: a matrix")
    pytester.makeconftest('pytest_plugins = ("tests.sampling",)')
    pytester.makepyfile(test_it=MATRIX)
    return pytester


def ran(project: pytest.Pytester, *arguments: str) -> set[str]:
    done = project.runpytest_inprocess("-v", "-p", "no:cacheprovider", "--no-header", *arguments)
    return {line.split("::")[1].split()[0] for line in done.outlines if "PASSED" in line}


def test_a_sample_holds_what_always_runs_and_is_repeated_by_its_seed(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_SAMPLE_SEED", "1")
    chosen = ran(project)
    always = {"test_other", "test_it[a-3]", "test_it[b-3]", "test_it[b-7]"}
    assert always <= chosen and len(chosen) == len(always) + 2
    assert ran(project) == chosen


@pytest.mark.slow
def test_every_case_runs_by_some_seed(project: pytest.Pytester) -> None:
    items = list(project.getitems(MATRIX))
    seen = {item.name for seed in range(60) for item in chosen_items(items, str(seed))}
    assert len(seen) == len(items) == 21


SLOW = "import pytest\n@pytest.mark.slow\ndef test_slow(): pass\ndef test_quick(): pass\n"
CORE = "import pytest\n@pytest.mark.core\n@pytest.mark.slow\ndef test_core(): pass\n"


@pytest.fixture
def files(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("TRIAGE_SAMPLE_FILES", raising=False)
    monkeypatch.setenv("TRIAGE_SAMPLE_SEED", "2026-11-30")
    markers = "markers =\n exhaustive: a matrix\n slow: takes long\n core: always"
    pytester.makeini(f"[pytest]\ntestpaths = .\n{markers}")
    pytester.makeconftest('pytest_plugins = ("tests.sampling",)')
    pytester.makepyfile(test_core=CORE, **{f"test_{number}": SLOW for number in range(9)})
    return pytester


def test_some_files_with_slow_tests_have_their_turn(files: pytest.Pytester) -> None:
    found = files.runpytest_inprocess("-p", "no:cacheprovider").parseoutcomes()
    assert 9 + 1 < found["passed"] < 9 + 1 + 9 and found["passed"] + found["deselected"] == 9 + 1 + 9


@pytest.mark.parametrize("arguments", [("-m", "slow"), ("test_0.py", "test_1.py")], ids=["mark", "named"])
def test_all_slow_tests_run_when_they_are_asked_for(files: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    found = files.runpytest_inprocess("-p", "no:cacheprovider", *arguments).parseoutcomes()
    assert found["passed"] == (10 if "-m" in arguments else 4)


def test_each_file_has_its_turn_by_some_seed(files: pytest.Pytester) -> None:
    items, _ = files.inline_genitems("-p", "no:cacheprovider")
    seen = {item.nodeid for seed in range(40) for item in whose_turn_it_is(items, str(seed))}
    assert len(seen) == len(items) == 19


@pytest.mark.parametrize("arguments", [("-m", "exhaustive"), ("test_it.py::test_it",)], ids=["mark", "named"])
def test_all_cases_run_when_they_are_asked_for(project: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    assert len(ran(project, *arguments)) == 20
