"""The settings of monitoring, a section for each part of it."""

from __future__ import annotations

from pydantic import Field

from triage.config.base import Section


class DriftSettings(Section):
    """When a difference between a run and its reference counts."""


class QualityTrendSettings(Section):
    """When the quality of a source's data counts as unusual."""


class PerformanceSettings(Section):
    """How the accuracy of labels is estimated."""


class FairnessSettings(Section):
    """Which slices of mail are compared."""


class ValueSettings(Section):
    """What a mail, an error and a machine cost: assumptions, each with its range."""


class ServiceSettings(Section):
    """What is promised, and how much may fail."""


class MonitoringSettings(Section):
    """What is measured each run, and what it is compared with."""

    psi_watch: float = Field(0.1, gt=0)
    """PSI from which a feature is marked `watch`."""

    psi_alert: float = Field(0.25, gt=0)
    """PSI from which a feature is marked `alert`."""

    min_mails: int = Field(200, gt=0)
    """Mails that a run needs before it may become the baseline or be compared with it."""

    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Confidence of every interval that is shown."""

    history_days: int = Field(35, ge=7)
    """Days of earlier runs that are looked at."""

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
