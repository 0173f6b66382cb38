"""The settings of monitoring, a section for each part of it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from triage.config.base import Section
from triage.config.value import ValueSettings

MOST, MOST_DAYS, YEAR_HOURS = 1_000_000_000, 3_660, 8_784
"""Upper limits of counts, days and hours: far above what makes sense, far below what dates and numbers can hold."""

BurnHours = Annotated[float, Field(le=YEAR_HOURS)]


class DriftSettings(Section):
    """When a difference between a run and its reference counts. Limits of its size are psi_watch and psi_alert."""

    min_mails: int = Field(30, ge=10, le=MOST)
    """Mails of a run, or of a slice of it, from which it is compared."""

    false_alarms: float = Field(0.01, gt=0, lt=0.5)
    """Share of the differences found with one reference that may be there by chance (Benjamini & Hochberg), of those
    beyond `psi_watch` and of those beyond `psi_alert` each."""

    dispersion: float = Field(1.5, ge=1, le=1_000)
    """By how much the variance of a share in a run exceeds that of independent mails, where fewer than five earlier
    runs are there to estimate it from."""

    weeks: int = Field(4, ge=1, le=26)
    """Weeks of earlier runs in the rolling reference; no more than history_days."""

    most_slices: int = Field(12, ge=0, le=MOST)
    """Slices of a kind (sources, languages, queues, categories) that are compared, the largest first."""

    vocabulary_mails: int = Field(1_000, ge=1, le=MOST)
    """Mails that a reference needs before words that it lacks count as new."""

    named_mails: int = Field(300, ge=0, le=MOST)
    """Mails of the run, at most, whose words may name the terms that moved; only words of at least five senders do."""


class QualityTrendSettings(Section):
    """When the quality of a source's data counts as unusual."""

    fewest_runs: int = Field(5, ge=2, le=MOST)
    """Earlier runs that a figure needs before anything is usual for it."""

    fewest_weekday_runs: int = Field(3, ge=2, le=MOST)
    """Runs of the same weekday and time from which a volume is compared with these only; with fewer, with those of
    every day at that time."""

    fewest_language_share: float = Field(0.01, gt=0, lt=1)
    """Share of the mails from which a language is measured by itself."""


class PerformanceSettings(Section):
    """How the accuracy of labels is estimated."""

    min_mails: int = Field(100, gt=0, le=MOST)
    """Mails of a slice that a head decided, from which its accuracy is estimated."""

    min_calibration_rows: int = Field(100, gt=0, le=MOST)
    """Held-out rows of a model from which its calibration counts as known."""

    max_unknown_share: float = Field(0.1, gt=0, le=1)
    """Share of mails out of the model's distribution or languages above which nothing is estimated."""

    min_audited: int = Field(30, gt=0, le=MOST)
    """Labels of a head checked in random audits from which they alone give its realized accuracy."""

    max_score_fall: float = Field(0.03, gt=0, lt=1)
    """How far the mean score may be below that of held-out rows; beyond, the mail has moved too far to estimate."""

    change_limit: float = Field(7.0, gt=0, le=1_000)
    """Decision interval h of the change-point test (CUSUM, slack 0.5), in standard deviations."""

    change_runs: int = Field(10, ge=5, le=MOST)
    """Runs with a value from which a change is looked for."""

    max_content_shift: float = Field(0.05, gt=0, lt=1)
    """Part of the mails that changed language, sender, length, source or best label, beyond chance, up to which moved
    scores count as miscalibrated."""

    max_term_shift: float = Field(0.1, gt=0, lt=1)
    """Jensen-Shannon distance of the terms of all mails, beyond chance, up to which they count so."""

    max_category_term_shift: float = Field(0.3, gt=0, lt=1)
    """The same of the terms of a category."""


class FairnessSettings(Section):
    """Which slices of mail are compared."""

    kinds: tuple[Literal["language", "length", "style", "sender_kind"], ...] = (
        "language",
        "length",
        "style",
        "sender_kind",
    )
    """Kinds of slices that are compared with all other mails."""

    min_mails: int = Field(50, gt=0, le=MOST)
    """Mails of a slice, and of all others, from which they are compared."""

    pressing: tuple[str, ...] = ("high", "urgent")
    """Priorities that count as pressing."""


class ServiceSettings(Section):
    """What is promised, and how much may fail."""

    every_hours: float = Field(24.0, gt=0, le=YEAR_HOURS)
    """Hours from the start of one run to the start of the next, as the scheduler is told."""

    jobs_target: float = Field(0.95, gt=0, lt=1)
    """Share of the starts of jobs that must succeed."""

    routed_within_hours: int = Field(26, gt=0)
    """Hours from receipt in which `routed_target` of the mails must be routed: an interval between runs and a run."""

    routed_target: float = Field(0.95, gt=0, lt=1)
    """Share of the mails that must be routed within `routed_within_hours`."""

    nearly_all_within_hours: int = Field(50, gt=0)
    """Hours from receipt in which `nearly_all_target` of the mails must be routed: one run may fail."""

    nearly_all_target: float = Field(0.995, gt=0, lt=1)
    """Share of the mails that must be routed within `nearly_all_within_hours`."""

    backfill_hours: float = Field(720.0, gt=0, le=720)
    """Age above which a mail counts as an old one that was added later, for which no time is promised."""

    window_days: int = Field(28, ge=1, le=MOST_DAYS)
    """Days over which a target must be kept; no more than `monitoring.history_days` counts."""

    burn_hours: tuple[BurnHours, BurnHours] = (24.0, 72.0)
    """Hours of the short and the long window over which the error budget's burn rate is measured."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        rising = (
            ("routed_within_hours", self.routed_within_hours, "nearly_all_within_hours", self.nearly_all_within_hours),
            ("nearly_all_within_hours", self.nearly_all_within_hours, "backfill_hours", self.backfill_hours),
            ("burn_hours[0]", self.burn_hours[0], "burn_hours[1]", self.burn_hours[1]),
        )
        for shorter, low, longer, high in rising:
            if not 0 < low < high:
                raise ValueError(f"{shorter} must be above 0 and below {longer}")
        return self


class MonitoringSettings(Section):
    """What is measured each run, and what it is compared with."""

    psi_watch: float = Field(0.1, gt=0, le=5)
    """PSI from which a feature is marked `watch`."""

    psi_alert: float = Field(0.25, gt=0, le=5)
    """PSI from which a feature is marked `alert`."""

    min_mails: int = Field(200, gt=0, le=MOST)
    """Mails that a reference needs before a run is compared with it."""

    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Confidence of every interval that is shown."""

    review_queues: tuple[str, ...] = Field(("review",), min_length=1)
    """Queues in which a person decides where a mail goes: their mails save nothing, and their share stands for human
    oversight (EU AI Act, Art. 14)."""

    history_days: int = Field(35, ge=31, le=MOST_DAYS)
    """Days of earlier runs that are looked at; at least a month, whose value is added up from them."""

    drift: DriftSettings = DriftSettings()
    quality: QualityTrendSettings = QualityTrendSettings()
    performance: PerformanceSettings = PerformanceSettings()
    fairness: FairnessSettings = FairnessSettings()
    value: ValueSettings = ValueSettings()
    service: ServiceSettings = ServiceSettings()


class AlertSettings(Section):
    """Which figures raise an alert, and where it is sent."""

    rules: str = "conf/alerts.yaml"
    """File with the alert rules, silences and sinks."""

    budget_a_day: int = Field(10, ge=0, le=MOST)
    """Alerts that are sent within 24 hours; critical ones and ends of alerts are always sent, and do not count."""

    remind_hours: float = Field(72.0, gt=0, le=YEAR_HOURS)
    """Hours after which an alert that is still open is sent again."""

    unknown_days: float = Field(7.0, gt=0, le=MOST_DAYS)
    """Days after which an alert whose figures are not measured any more counts as resolved."""

    send_seconds: float = Field(20.0, gt=0, le=300)
    """Seconds that all sinks together may take, retries included."""


class ReportSettings(Section):
    """How the pages of runs look."""

    language: Literal["en", "de"] = "en"
    """Language of the pages: English or German, with its forms of numbers and dates."""

    runbooks: str = ""
    """Address under which people read docs/runbook, such as `https://wiki.example/runbook/`; empty: only the file is
    named."""
