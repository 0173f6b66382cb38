"""All settings of a job, and what follows from them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import field_validator, model_validator

from triage.config.base import Section
from triage.config.governance import GovernanceSettings
from triage.config.monitoring import AlertSettings, MonitoringSettings, ReportSettings
from triage.config.sections import (
    IngestSettings,
    LabellingSettings,
    LakeSettings,
    LimitSettings,
    MlflowSettings,
    PrivacySettings,
    QualitySettings,
    RetentionSettings,
    RoutingSettings,
    SparkSettings,
)
from triage.errors import ConfigError


class Settings(Section):
    """All settings of a job."""

    mode: Literal["local", "production"] = "local"
    """`production` refuses development keys."""

    sources: tuple[str, ...] = ()
    """Mailbox exports: files or folders."""

    lake: LakeSettings = LakeSettings()
    mlflow: MlflowSettings = MlflowSettings()
    limits: LimitSettings = LimitSettings()
    ingest: IngestSettings = IngestSettings()
    privacy: PrivacySettings = PrivacySettings()
    labelling: LabellingSettings = LabellingSettings()
    routing: RoutingSettings = RoutingSettings()
    quality: QualitySettings = QualitySettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    alerts: AlertSettings = AlertSettings()
    report: ReportSettings = ReportSettings()
    retention: RetentionSettings = RetentionSettings()
    governance: GovernanceSettings = GovernanceSettings()
    spark: SparkSettings = SparkSettings()

    @field_validator("sources", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Raises ConfigError, which pydantic passes on as it is, for settings that do not fit together."""
        if self.monitoring.psi_watch > self.monitoring.psi_alert:
            raise ConfigError(
                "monitoring.psi_watch is above monitoring.psi_alert.",
                where="monitoring.psi_watch",
                remedy="Lower it, or raise monitoring.psi_alert.",
            )
        if "://" in self.lake.root:
            needed = {"lake.reports": self.lake.reports, "mlflow.tracking_uri": self.mlflow.tracking_uri}
            for name in (name for name, value in needed.items() if not value):
                raise ConfigError(
                    "A remote lake has no folder beside it, and this setting is missing.",
                    where=name,
                    remedy=f"Set {name}.",
                )
        return self

    @property
    def keys_folder(self) -> Path:
        """Folder of the development keys."""
        return Path(self.lake.keys or f"{self.lake.root}.keys")

    @property
    def reports_folder(self) -> Path:
        """Folder of the reports."""
        return Path(self.lake.reports or f"{self.lake.root}.reports")

    @property
    def certificates_folder(self) -> Path:
        """Folder of the certificates of erasures."""
        return Path(self.lake.certificates or f"{self.lake.root}.certificates")

    @property
    def tracking_uri(self) -> str:
        """The MLflow tracking URI in force."""
        return self.mlflow.tracking_uri or f"sqlite:///{self.lake.root}.mlflow/mlflow.db"
