"""All settings of a job, and what follows from them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from triage.config.access import AccessSettings
from triage.config.backup import BackupSettings
from triage.config.base import PLAIN_NAME, Section
from triage.config.company import CompanySettings
from triage.config.governance import GovernanceSettings
from triage.config.learning import LearningSettings
from triage.config.monitoring import AlertSettings, MonitoringSettings, ReportSettings
from triage.config.outcome import OutcomeSettings
from triage.config.s3a import s3a_options
from triage.config.sections import (
    IngestSettings,
    LabellingSettings,
    LakeSettings,
    LimitSettings,
    MaintenanceSettings,
    MlflowSettings,
    PrivacySettings,
    QualitySettings,
    RetentionSettings,
    RoutingSettings,
    SparkSettings,
)
from triage.config.telemetry import TelemetrySettings
from triage.config.write_back import WriteBackSettings
from triage.errors import ConfigError


class Settings(Section):
    """All settings of a job."""

    mode: Literal["local", "production"] = "local"
    """`production` refuses development keys."""

    sources: tuple[str, ...] = ()
    """Mailbox exports: files or folders."""

    source_names: dict[str, str] = Field(default_factory=dict)
    """What a folder of `sources` is called in metrics, alerts and pages, such as `{/exports/sales: sales}`. Its mails
    stand there, and wherever alerts are sent, under this name, so it must name no person. A folder without one is
    called `source-` and eight digits."""

    company: CompanySettings = CompanySettings()
    lake: LakeSettings = LakeSettings()
    mlflow: MlflowSettings = MlflowSettings()
    limits: LimitSettings = LimitSettings()
    ingest: IngestSettings = IngestSettings()
    privacy: PrivacySettings = PrivacySettings()
    labelling: LabellingSettings = LabellingSettings()
    routing: RoutingSettings = RoutingSettings()
    quality: QualitySettings = QualitySettings()
    outcome: OutcomeSettings = OutcomeSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    alerts: AlertSettings = AlertSettings()
    report: ReportSettings = ReportSettings()
    retention: RetentionSettings = RetentionSettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    backup: BackupSettings = BackupSettings()
    governance: GovernanceSettings = GovernanceSettings()
    access: AccessSettings = AccessSettings()
    learning: LearningSettings = LearningSettings()
    spark: SparkSettings = SparkSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    write_back: WriteBackSettings = WriteBackSettings()

    @field_validator("sources", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("source_names")
    @classmethod
    def _plain_names(cls, names: dict[str, str]) -> dict[str, str]:
        """Raises ConfigError for a name of other characters, such as a person's address, and for a reserved one."""
        for name in names.values():
            if not PLAIN_NAME.fullmatch(name) or name == "unknown":
                raise ConfigError(
                    "A name of a source is not a plain one.",
                    where="source_names",
                    remedy="Take up to 40 of a-z, 0-9 and _, a letter first, that name no person, such as sales_eu. "
                    "The name unknown is taken.",
                )
        return names

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
    def source_storage(self) -> dict[str, str]:
        """How sources on S3 are reached: what `spark.options` says of S3A, without the JVM."""
        return s3a_options(self.spark.options)

    @property
    def keys_folder(self) -> Path:
        """Folder of the development keys."""
        return Path(self.lake.keys or f"{self.lake.root}.keys")

    @property
    def reports_folder(self) -> Path:
        """Folder of the reports."""
        return Path(self.lake.reports or f"{self.lake.root}.reports")

    @property
    def learning_findings(self) -> Path:
        """File of what the last step of learning found; an erasure and a rotation delete it."""
        return self.reports_folder / "learning.json"

    @property
    def certificates_folder(self) -> Path:
        """Folder of the certificates of erasures."""
        return Path(self.lake.certificates or f"{self.lake.root}.certificates")

    @property
    def tracking_uri(self) -> str:
        """The MLflow tracking URI in force."""
        return self.mlflow.tracking_uri or f"sqlite:///{self.lake.root}.mlflow/mlflow.db"
