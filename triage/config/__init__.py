"""Typed, frozen settings, read once from YAML files and `KEY=VALUE` overrides."""

from triage.config.load import known_keys, load_settings
from triage.config.sections import (
    IngestSettings,
    LabellingSettings,
    LakeSettings,
    LimitSettings,
    MlflowSettings,
    MonitoringSettings,
    PrivacySettings,
    QualitySettings,
    RetentionSettings,
    RoutingSettings,
    SearchSettings,
    Section,
    SparkSettings,
)
from triage.config.settings import Settings
from triage.paths import PROJECT

__all__ = [
    "PROJECT",
    "IngestSettings",
    "LabellingSettings",
    "LakeSettings",
    "LimitSettings",
    "MlflowSettings",
    "MonitoringSettings",
    "PrivacySettings",
    "QualitySettings",
    "RetentionSettings",
    "RoutingSettings",
    "SearchSettings",
    "Section",
    "Settings",
    "SparkSettings",
    "known_keys",
    "load_settings",
]
