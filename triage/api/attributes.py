"""The tables as attributes of a lake, for editors and type checkers; written by docs/write/api.py."""

from __future__ import annotations

from triage.api.rows.rows import Rows


class TableAttributes:
    """One attribute for each table that SQL may read and whose name no other zone has."""

    quarantine: Rows
    """quarantine.mail: One row per quarantined message or file, with the reasons."""

    mail: Rows
    """silver.mail: One row per published mail, without personal data."""

    threads: Rows
    """gold.threads: One row per published mail: its thread. Later mails may change the rows of earlier ones."""

    labels: Rows
    """gold.labels: One row per mail and head."""

    routes: Rows
    """gold.routes: One row per mail: its queue and when an answer is due."""

    status: Rows
    """gold.status: One row per change of a mail's state that the help desk told of (jobs/status.py). Append only."""

    mail_counts: Rows
    """gold.mail_counts: Published mails by day, queue and language, where each count is of enough different senders;
    written by jobs/counts.py. What would single out few people is counted under `other`.
    """

    corrections: Rows
    """gold.corrections: One row per correction of a label by a person. Append only; an undo is a row of its own."""

    gold_set: Rows
    """gold.gold_set: One row per mail and head whose right label is settled. No model learns from it; it tests models
    and reviewers.
    """

    review_queue: Rows
    """gold.review_queue: One row per mail and head that a person should look at, until it is answered or
    `learning.review.open_days` old.
    """

    training_sets: Rows
    """gold.training_sets: One row per mail and head that a model learnt from or was tested on; with silver/mail the
    model can be rebuilt.
    """

    shadow_labels: Rows
    """gold.shadow_labels: One row per mail and head that two models labelled; one of them decided."""

    runs: Rows
    """metrics.runs: One row per run that had something to do."""

    drift: Rows
    """metrics.drift: One row per run, reference, slice and feature: how far the feature moved from the reference."""

    quality: Rows
    """metrics.quality: One row per batch, stage and measure: counts and the gate's verdicts; and the trends of a
    run's data quality.
    """

    measures: Rows
    """metrics.measures: One row per run, metric and slice: accuracy, fairness, cost, value, service levels."""

    profiles: Rows
    """metrics.profiles: One row per run and slice: counts and sketches of its features, which can be merged. No text.
    """

    alerts: Rows
    """metrics.alerts: One row per run and alert: raised, still open or resolved, and where it was sent."""

    ledger: Rows
    """ops.ledger: One row per planned piece of work: which bytes of which file belong to which batch."""

    erasures: Rows
    """ops.erasures: Two rows per erasure and person: one before anything is removed, one when its certificate is
    there. Append only.
    """

    reveals: Rows
    """ops.reveals: One row per request to see personal data in clear, written before it is shown. Append only."""

    baselines: Rows
    """ops.baselines: One row per decision on the reference that runs are compared with. Append only; the latest row
    is in force.
    """

    migrations: Rows
    """ops.migrations: One row per version of the lake's format that it was brought to; the highest is the lake's.
    Append only.
    """

    promotions: Rows
    """ops.promotions: One row per decision on a model version, with its evidence. Append only."""

    relabels: Rows
    """ops.relabels: One row per relabel before anything is changed, one per chunk of batches, and one when all is
    done. Append only.
    """

    write_backs: Rows
    """ops.write_backs: One row per step of writing a route to a target outside: planned before it is made, then
    written, later undone. The latest row of an entry is in force.
    """

    answers: Rows
    """gold.answers: One row per mail that came in from outside, answered or not. An answer is a later mail of the
    thread that a person of the company sent (company.domains), or what the help desk told (jobs/status.py), whichever
    was first.
    """

    responses: Rows
    """gold.responses: One row per mail that came in from outside: when an answer was due and when it was given, as
    the last run saw it. What is unanswered is overdue once a run has started after it was due. Mails whose routes are
    of an earlier version, without the time of receipt, are left out.
    """

    late: Rows
    """gold.late: One row per mail that is or was late, with why: the first of the reasons that holds. read_late: the
    run that read it started after it was due, and before an answer. undecided: a head abstained, so a person had to
    decide first. short: the rule gives less time than the queue takes for half of its answers. backlog: when it came,
    more than twice as many mails waited in its queue as usual. no_answer: none is known. slow: none of these.
    """

    queue_by_day: Rows
    """gold.queue_by_day: One row per queue and day: how many mails came in from outside, and how their answers stand.
    """

    late_by_queue: Rows
    """gold.late_by_queue: One row per queue and reason: how many mails were late for it (gold.late has the mails and
    the reasons' meaning).
    """

    backlog: Rows
    """gold.backlog: One row per queue with mails that wait for an answer: how many, and for how long, as the last run
    saw it.
    """

    labelled: Rows
    """gold.labelled: One row per mail and head: the label with its score, and the queue, language and time of its
    mail.
    """

    abstained: Rows
    """gold.abstained: One row per head, language and reason: on how many mails the head abstained for it."""

    corrected: Rows
    """gold.corrected: One row per mail and head with a correction in force: what the model said and what a person
    said. Of several it is the last that a person stated, else the last move. One that was taken back, and not put
    back, is left out.
    """

    thread_overview: Rows
    """gold.thread_overview: One row per thread: how many mails it has, between when, in which queue it began, and
    whether it is answered.
    """

    drift_by_run: Rows
    """metrics.drift_by_run: One row per run and measured distribution over all mails: how far it is from its
    reference.
    """

    quality_by_run: Rows
    """metrics.quality_by_run: One row per run and measure of data quality over all mails, with what is usual."""

    cost_by_run: Rows
    """metrics.cost_by_run: One row per run: what it read and published, how long it took, and its cost by the
    assumptions in the settings.
    """
