"""Typed, frozen settings, read once from YAML files and `KEY=VALUE` overrides."""

from triage.config.base import Section
from triage.config.governance import GovernanceSettings
from triage.config.load import known_keys, load_settings
from triage.config.monitoring import AlertSettings, MonitoringSettings, ReportSettings
from triage.config.outcome import Action, OutcomeSettings
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
    SearchSettings,
    SparkSettings,
)
from triage.config.settings import Settings
from triage.paths import PROJECT

__all__ = [
    "PROJECT",
    "Action",
    "AlertSettings",
    "GovernanceSettings",
    "IngestSettings",
    "LabellingSettings",
    "LakeSettings",
    "LimitSettings",
    "MlflowSettings",
    "MonitoringSettings",
    "OutcomeSettings",
    "PrivacySettings",
    "QualitySettings",
    "ReportSettings",
    "RetentionSettings",
    "RoutingSettings",
    "SearchSettings",
    "Section",
    "Settings",
    "SparkSettings",
    "known_keys",
    "load_settings",
]
