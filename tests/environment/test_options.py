from __future__ import annotations

import pytest

from triage.environment.options import parse


@pytest.mark.parametrize(
    ("words", "spark", "target", "arguments"),
    [
        pytest.param(["job.py"], (), "job.py", (), id="job"),
        pytest.param(["tests", "-k", "x"], (), "tests", ("-k", "x"), id="tests"),
        pytest.param(["--master", "local", "job.py"], ("--conf", "spark.master=local"), "job.py", (), id="setting"),
        pytest.param(["--executor-memory=1g", "j.py"], ("--conf", "spark.executor.memory=1g"), "j.py", (), id="equals"),
        pytest.param(["-c", "a.b=c=d", "j.py"], ("--conf", "a.b=c=d"), "j.py", (), id="short-conf"),
        pytest.param(["--conf=a.b=c", "j.py"], ("--conf", "a.b=c"), "j.py", (), id="conf-equals"),
        pytest.param(["--verbose", "j.py", "--verbose"], ("--verbose",), "j.py", ("--verbose",), id="flag"),
        pytest.param(
            ["j.py", "--conf", "f", "--name", "x"],
            (),
            "j.py",
            ("--conf", "f", "--name", "x"),
            id="job-options",
        ),
    ],
)
def test_parts(words: list[str], spark: tuple[str, ...], target: str, arguments: tuple[str, ...]) -> None:
    line = parse(words)
    assert (line.spark, line.target, line.arguments) == (spark, target, arguments)


@pytest.mark.parametrize(
    ("words", "on_cluster"),
    [
        (["--deploy-mode", "cluster", "j.py"], True),
        (["--conf", "spark.submit.deployMode=cluster", "j.py"], True),
        (["--deploy-mode", "client", "j.py"], False),
        (["j.py", "cluster"], False),
    ],
    ids=["option", "setting", "client", "argument"],
)
def test_where_the_driver_runs(words: list[str], on_cluster: bool) -> None:
    assert parse(words).on_cluster is on_cluster
