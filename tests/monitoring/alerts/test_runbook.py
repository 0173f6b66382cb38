"""The runbook: a page for each rule, and SQL that runs on the declared tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from triage.config import PROJECT

FOLDER = PROJECT / "docs" / "runbook"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")
HEADINGS = ["## What it means", "## How to look", "## What to do"]
COMMAND = re.compile(r"^\./spark-submit\.sh (\S+)(.*)$", re.MULTILINE)


def rule_names() -> list[str]:
    content = yaml.safe_load((PROJECT / "conf" / "alerts.yaml").read_text("utf-8"))
    return sorted([*(rule["name"] for rule in content["rules"]), "alert_rules_refused"])  # which is built in


def test_each_rule_has_its_page_and_each_page_its_rule() -> None:
    assert [page.stem for page in PAGES] == rule_names()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_it_means_how_to_look_and_what_to_do(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.stem}\n")
    assert re.findall(r"^## .*$", text, re.MULTILINE) == HEADINGS
    assert COMMAND.search(text.partition(HEADINGS[1])[2].partition(HEADINGS[2])[0])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_files_and_jobs_that_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    jobs = [job for job, _ in COMMAND.findall(text)] + re.findall(r"jobs/\w+\.py", text)
    links = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    files = re.findall(r"`((?:triage|conf|docs)/[\w/.]+)`", text)
    missing = [name for name in (*jobs, *files) if name != "tests" and not (PROJECT / name).exists()]
    assert missing + [link for link in links if not (FOLDER / link).exists()] == []
