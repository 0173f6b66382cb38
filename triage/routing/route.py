"""The route of each mail: silver/mail and gold/labels in, gold/routes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from triage.lake.tables import ROUTES
from triage.routing.attributes import ABSTAINED, AUTOMATIC, CARRIED, SCORE
from triage.routing.calendars.calendar import Calendar
from triage.routing.calendars.frames import ON_THE_CLOCK, with_due_times
from triage.routing.columns import fact_columns, heads_used, matches
from triage.routing.rules import PRIORITY, Rule, Rules
from triage.routing.service_time import MICROS_OF_AN_HOUR, OTHERWISE, Choice
from triage.routing.teams.frames import loads_of, unmoved, with_fixed, with_teams, with_threads, without_teams

_CARRIED = ("mail_key", "batch_id", *CARRIED, "automatic")


@dataclass(frozen=True, slots=True)
class Names:
    """The column of each label (null: the mail has no row), score and fact."""

    labels: Mapping[str, str]
    scores: Mapping[str, str]
    facts: Mapping[str, str]

    @property
    def all(self) -> dict[str, str]:
        """The column of each attribute that a condition may name."""
        return {**self.labels, **self.scores, **self.facts}


def route(
    silver: DataFrame,
    labels: DataFrame,
    rules: Rules,
    earlier: DataFrame | None = None,
    fixed: DataFrame | None = None,
) -> DataFrame:
    """One row of gold/routes for each mail of silver/mail, by the first rule that matches, else the default.

    A mail without label rows is kept: no condition on a label or score holds for it, rules on facts still do,
    and its priority is null unless the rule sets one. The text is searched before the join and is not part of it.
    Threads and teams go by the mails of `silver` in the order of receipt, and by `earlier`: routes of earlier batches
    with thread_token and received_at (triage.stages.route.places). `fixed` has such routes of other mails of the same
    batches, which stay: no row is made for them, and they hold their places.
    """
    mails, names = with_decisions(silver, labels, rules)
    able = _able(rules, names)
    decided = mails.withColumn("outcome", _first_match(rules, names)).withColumns(able)
    carried = [*_CARRIED, *(["thread_token"] if rules.is_sticky else []), *able]
    return _outcomes(_placed(decided.select(*carried, "outcome.*"), rules, earlier, fixed), rules)


def with_decisions(silver: DataFrame, labels: DataFrame, rules: Rules) -> tuple[DataFrame, Names]:
    """The mails with everything that the rules test, and the names of these columns."""
    facts = fact_columns(rules.conditions)
    heads = list(dict.fromkeys([*heads_used(rules.conditions), PRIORITY]))
    names = _names(heads, list(facts))
    automatic = f.greatest(*map(f.col, AUTOMATIC)).alias("automatic")
    thread = ["thread_token"] if rules.is_sticky else []
    tested = (column.alias(names.facts[key]) for key, column in facts.items())
    mails = silver.select("mail_key", "batch_id", *CARRIED, automatic, *thread, *tested)
    return mails.join(_decisions(labels, names), "mail_key", "left"), names


def _names(heads: Sequence[str], facts: Sequence[str]) -> Names:
    return Names(
        labels={head: f"label_{i}" for i, head in enumerate(heads)},
        scores={head + SCORE: f"score_{i}" for i, head in enumerate(heads)},
        facts={fact: f"fact_{i}" for i, fact in enumerate(facts)},
    )


def _decisions(labels: DataFrame, names: Names) -> DataFrame:
    """One row a mail: the label of each head, `abstained` where the row has none, null where there is no row."""
    columns = []
    for head, name in names.labels.items():
        own = f.col("head") == head
        columns.append(f.max(f.when(own, f.coalesce("label", f.lit(ABSTAINED)))).alias(name))
        columns.append(f.max(f.when(own, f.col("score"))).alias(names.scores[head + SCORE]))
    return labels.where(f.col("head").isin(list(names.labels))).groupBy("mail_key").agg(*columns)


def _first_match(rules: Rules, names: Names) -> Column:
    """The outcome of the first rule that matches, as one struct."""
    chain: Column | None = None
    for rule in rules.rules:
        holds, outcome = matches(rule.conditions, names.all), _outcome(rule, rules, names)
        chain = f.when(holds, outcome) if chain is None else chain.when(holds, outcome)
    default = _outcome(rules.default, rules, names)
    return default if chain is None else chain.otherwise(default)


def _outcome(rule: Rule, rules: Rules, names: Names) -> Column:
    priority = f.lit(rule.priority) if rule.priority else f.col(names.labels[PRIORITY])
    return f.struct(
        f.lit(rule.queue).alias("queue"),
        f.nullif(priority, f.lit(ABSTAINED)).alias("priority"),
        _hours(rule.hours, priority).alias("hours"),
        _calendar(rule.calendar, rules.calendars, names).alias("calendar"),
        f.lit(rule.sticky).alias("sticky"),
        f.lit(rule.name).alias("rule"),
        f.lit(rule.reason).alias("reason"),
    )


def _calendar(choice: Choice | None, calendars: Sequence[Calendar], names: Names) -> Column:
    """The number of the calendar that counts."""
    if choice is None:
        return f.lit(ON_THE_CLOCK)
    chain = f.lit(calendars.index(choice.otherwise))
    by = f.col(names.all[choice.by.name]) if choice.by else f.lit(None)
    for value, calendar in choice.of:
        chain = f.when(by == value, f.lit(calendars.index(calendar))).otherwise(chain)
    return chain


def _hours(hours: Mapping[str, float | None], priority: Column) -> Column:
    """Hours to answer at this priority. A mail without label rows gets those of `abstained`."""
    known = f.coalesce(priority, f.lit(ABSTAINED))
    chain = f.lit(hours[OTHERWISE]).cast("double")
    for name, value in hours.items():
        if name != OTHERWISE:
            chain = f.when(known == name, f.lit(value).cast("double")).otherwise(chain)
    return chain


def _able(rules: Rules, names: Names) -> dict[str, Column]:
    """For each queue with teams, by its number, whether each team has the skills for a mail."""
    queues = [queue for queue in rules.queues.values() if queue.teams]
    return {
        f"able_{number}": f.array(*(matches(team.skills, names.all) for team in queue.teams))
        for number, queue in enumerate(queues)
    }


def _placed(rows: DataFrame, rules: Rules, earlier: DataFrame | None, fixed: DataFrame | None) -> DataFrame:
    """Threads first, then teams; a file without either costs nothing."""
    places = with_fixed(rows, fixed if rules.depends_on_others else None)
    moved = with_threads(places, earlier) if rules.is_sticky else unmoved(places)
    if not rules.has_teams:
        return without_teams(moved)
    loads = loads_of(earlier, places) if earlier else {}
    able = f.array().cast("array<boolean>")
    queues = [queue for queue in rules.queues.values() if queue.teams]
    for number, queue in enumerate(queues):
        able = f.when(f.col("queue") == queue.name, f.col(f"able_{number}")).otherwise(able)
    thread = f.col("thread_token") if rules.is_sticky else f.lit(None).cast("string")
    received = f.unix_micros("received_at").alias("received_us")
    kept = [name for name in moved.columns if not name.startswith("able_") and name != "thread_token"]
    waiting = moved.select(*kept, able.alias("able"), thread.alias("thread_token"), received)
    return with_teams(waiting, rules.queues, loads)


def _outcomes(placed: DataFrame, rules: Rules) -> DataFrame:
    wait = f.make_dt_interval(secs=f.round(f.col("hours") * 3600, 6).cast("decimal(18,6)"))
    kept = (*_CARRIED, "queue", "priority", "hours", "calendar", "rule", "team")
    reason = f.concat_ws("; ", "reason", "note").alias("reason")
    rows = placed.select(*kept, "moved_from", "moved_by", reason).withColumn("due_at", f.col("received_at") + wait)
    if rules.calendars:
        rows = _in_open_hours(rows, rules.calendars)
    return rows.withColumn("rules_version", f.lit(rules.version)).select(ROUTES.column_names)


def _in_open_hours(rows: DataFrame, calendars: Sequence[Calendar]) -> DataFrame:
    """Due times by calendars where one counts. Rows pass Python workers, so files without calendars are spared it."""
    numbers = rows.select(
        *(name for name in rows.columns if name not in ("hours", "due_at")),
        f.unix_micros("received_at").alias("received_us"),
        f.round(f.col("hours") * MICROS_OF_AN_HOUR).cast("long").alias("wait_us"),
        f.unix_micros("due_at").alias("due_us"),
    )
    return with_due_times(numbers, calendars).withColumn("due_at", f.timestamp_micros("due_us"))
