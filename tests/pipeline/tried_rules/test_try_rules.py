"""A changed rule file on the mail of the last days; what differs was worked out by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.in_process import run_in_process
from tests.lakes import Lake
from tests.pipeline.tried_rules.lakes import BEFORE, NEWEST, add_mail, settings_of, store_of
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import LEDGER
from triage.pipeline.tried_rules.run import try_rules
from triage.pipeline.tried_rules.tried import TriedRules

AFTER = """
calendars: {berlin: {time_zone: Europe/Berlin, hours: {mon-fri: 09:00-17:00}}}
default: {queue: review, due_hours: 12}
rules:
  - {name: pressing, when: {category: billing, body_words: urgent}, queue: fast, priority: urgent, due_hours: 2}
  - {name: billing, when: {category: billing}, queue: billing, business_hours: 2, calendar: berlin}
  - {name: sales, when: {category: sales}, queue: sales, due_hours: 1}
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("tried")
    made = settings_of(folder)
    store = store_of(made)
    add_mail(store, "a" * 64, 1, "billing", body="This is URGENT.")
    add_mail(store, "b" * 64, 2, "billing")
    add_mail(store, "c" * 64, 3, "sales")
    add_mail(store, "d" * 64, 4, None)
    add_mail(store, "e" * 64, 5, "billing", hours=24 * 8)
    store.append_rows(LEDGER, [dict.fromkeys(LEDGER.column_names)], 1)  # by which a lake is known
    (folder / "after.yaml").write_text(AFTER, "utf-8")
    return made


def _tried(settings: Settings, days: float = 7) -> TriedRules:
    return try_rules(store_of(settings), settings, Path(settings.lake.root).parent / "after.yaml", days)


def test_what_differs(settings: Settings) -> None:
    tried = _tried(settings)
    assert (tried.mails, tried.since, tried.until) == (4, NEWEST - timedelta(days=7), NEWEST)
    assert tried.changed_queues == [("billing", "fast", 1)]
    assert tried.changed_priorities == [("high", "urgent", 1)]
    assert sorted(tried.changed_rules) == [("billing", 2, 1), ("pressing", 0, 1)]
    # a: 8 h to 2 h; b: Friday 24:00 to Monday 10:00 in Berlin, 58 h later; d: 24 h to 12 h
    assert (sorted(tried.earlier), tried.later) == ([6, 12], [58])
    assert (tried.newly_due, tried.no_longer_due) == (1, 0)
    assert [(moved.mail_key[0], moved.differs) for moved in tried.moved] == [
        ("a", ("queue", "priority", "due_at")), ("b", ("due_at",)), ("c", ("due_at",)), ("d", ("due_at",)),
    ]  # fmt: skip


def test_more_days_are_more_mails(settings: Settings) -> None:
    assert _tried(settings, days=9).mails == 5


def test_nothing_is_written(settings: Settings) -> None:
    files = {file: file.stat().st_mtime_ns for file in Path(settings.lake.root).rglob("*")}
    _tried(settings)
    assert {file: file.stat().st_mtime_ns for file in Path(settings.lake.root).rglob("*")} == files


def test_the_rules_in_force_change_nothing(settings: Settings) -> None:
    tried = try_rules(store_of(settings), settings, settings.routing.rules)
    assert not tried.moved and tried.version_before == tried.version_after


def test_a_lake_without_mail(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert try_rules(store_of(settings), settings, settings.routing.rules).mails == 0


@pytest.mark.parametrize("days", [0, -1, float("nan")])
def test_days_are_above_zero(settings: Settings, days: float) -> None:
    with pytest.raises(ConfigError, match="not above 0"):
        _tried(settings, days)


def test_spark_reads_the_same(settings: Settings, spark: object, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _tried(settings)
    monkeypatch.setattr(Store, "works_without_spark", lambda *_: False)
    store = Store(lambda: spark, settings.lake.root)  # type: ignore[arg-type,return-value]
    tried = try_rules(store, settings, Path(settings.lake.root).parent / "after.yaml")
    plain.seconds = tried.seconds = 0
    assert tried == plain


@pytest.fixture
def tried_lake(settings: Settings) -> Lake:
    return Lake(Path(settings.lake.root))


def _job(lake: Lake, *arguments: str) -> tuple[int, str]:
    rules = lake.root.parent / "before.yaml"
    done = run_in_process(lake.command("try_rules", *arguments, "--set", f"routing.rules={rules}"), lake.variables())
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("form", [".png", ".svg", ".html"])
def test_the_job(tried_lake: Lake, tmp_path: Path, form: str) -> None:
    after, plot, keys = tried_lake.root.parent / "after.yaml", tmp_path / f"plot{form}", tmp_path / "keys.jsonl"
    code, printed = _job(tried_lake, str(after), "--plot", str(plot), "--keys", str(keys))
    assert code == 0 and "4 mails received from" in printed and "pressing" in printed
    assert plot.stat().st_size > 5_000
    first = json.loads(keys.read_text("utf-8").splitlines()[0])
    assert first == {
        "mail_key": "a" * 64, "was": "billing", "now": "fast", "rule_was": "billing", "rule_now": "pressing",
        "differs": ["queue", "priority", "due_at"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{folder}/none.yaml"], "cannot be read"),
        (["{folder}/wrong.yaml"], "Did you mean billing?"),
        (["{folder}/before.yaml", "--plot", "plot.pdf"], "another form"),
        (["{folder}/before.yaml", "--keys", "{folder}/none/keys"], "cannot be written"),
        (["{folder}/before.yaml", "--days", "0"], "not above 0"),
    ],
    ids=["no file", "a wrong file", "another form", "no folder", "no days"],
)
def test_wrong_use_ends_with_2(tried_lake: Lake, arguments: list[str], said: str) -> None:
    folder = tried_lake.root.parent
    (folder / "wrong.yaml").write_text(BEFORE.replace("category: billing", "category: biling"), "utf-8")
    code, printed = _job(tried_lake, *(one.format(folder=folder) for one in arguments))
    assert code == 2 and said in printed


def test_lint_alone_needs_no_lake(tmp_path: Path) -> None:
    settings_of(tmp_path)
    code, printed = _job(Lake(tmp_path / "lake"), str(tmp_path / "before.yaml"), "--lint")
    assert code == 0 and "No rule names the category hr" in printed
