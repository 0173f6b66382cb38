"""Whatever scheduler an operator chooses, the same jobs run at the same times."""

from __future__ import annotations

import configparser
import re

import yaml

from tests.deploy.files import DEPLOY
from triage.config import PROJECT

IN_ANY = ("nightly", "learn", "counts", "maintain", "backup")


def of_cron() -> dict[str, str]:
    text = (DEPLOY / "cron" / "triage.crontab").read_text("utf-8")
    return {job: times for times, job in re.findall(r"^(\d[\d *]+?) +\$job (\w+)", text, re.MULTILINE)}


def of_kubernetes() -> dict[str, str]:
    text = (DEPLOY / "kubernetes" / "base" / "cronjobs.yaml").read_text("utf-8")
    every = [each for each in yaml.safe_load_all(text) if not each["spec"]["suspend"]]
    return {each["metadata"]["name"].removeprefix("triage-"): each["spec"]["schedule"] for each in every}


def of_systemd() -> dict[str, str]:
    """Without what starts each hour: which day of the week, hour and minute, as cron writes them."""
    found = {}
    for file in (DEPLOY / "systemd").glob("*.timer"):
        timer = configparser.RawConfigParser()
        timer.read(file, "utf-8")
        day, hour, minute = re.fullmatch(
            r"(?:(\w+) )?\*-\*-\* (\d\d|\*):(\d\d):00", timer["Timer"]["OnCalendar"]
        ).groups()  # type: ignore[union-attr]
        if hour != "*":
            found[file.stem.removeprefix("triage-")] = f"{int(minute)} {int(hour)} * * {'0' if day == 'Sun' else '*'}"
    return found


def of_the_docs() -> dict[str, str]:
    text = (PROJECT / "docs" / "operate.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (?:(Sunday) )?(\d\d):(\d\d)", text, re.MULTILINE)
    return {job: f"{int(minute)} {int(hour)} * * {'0' if day else '*'}" for job, day, hour, minute in rows}


def test_schedulers_agree_with_each_other_and_with_the_docs() -> None:
    docs = of_the_docs()
    assert set(IN_ANY) < docs.keys()
    assert of_kubernetes() == docs
    assert of_cron() == of_systemd() == {job: docs[job] for job in IN_ANY}
