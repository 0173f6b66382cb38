"""Typed, frozen settings, read once from YAML files and `KEY=VALUE` overrides."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from triage.errors import ConfigError
from triage.paths import absolute_path as absolute_path  # noqa: PLC0414 - exported to the jobs
from triage.paths import absolute_tracking_uri
from triage.yaml_file import parse_yaml, read_yaml

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_CONF = PROJECT / "conf" / "local.yaml"


class Section(BaseModel):
    """A part of the settings: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class LakeSettings(Section):
    """Where the Delta tables lie."""

    root: str = "var/lake"
    """Folder or URI that holds the zones vault, quarantine, silver, gold, metrics and ops."""

    keys: str | None = None
    """Folder of the development keys; by default `<root>.keys`, beside the lake and never in it."""

    reports: str | None = None
    """Folder of the HTML reports, one a run; by default `<root>.reports`."""

    certificates: str | None = None
    """Folder of the certificates of erasures; by default `<root>.certificates`."""


class MlflowSettings(Section):
    """Where runs, metrics and models are recorded."""

    tracking_uri: str | None = None
    """Any MLflow tracking URI; by default a sqlite file in `<lake.root>.mlflow`."""

    experiment: str = "triage"
    """Name of the MLflow experiment."""

    registered_model: str = "triage-labels"
    """Name of the registered model that holds all label heads; its alias `champion` goes live."""


class LimitSettings(Section):
    """Bounds on one message; beyond them it goes to quarantine instead of taking the run down."""

    message_bytes: int = Field(32 * 2**20, gt=0)
    """Bytes of a message that are still parsed."""

    stored_bytes: int = Field(128 * 2**20, gt=0)
    """Bytes of a message that are still kept in the vault; a larger one stays in its export only."""

    parts: int = Field(1_000, gt=0)
    """MIME parts of a message."""

    depth: int = Field(50, gt=0)
    """Levels of nesting of MIME parts."""

    header_bytes: int = Field(256 * 2**10, gt=0)
    """Bytes of one header field."""

    headers: int = Field(2_000, gt=0)
    """Header fields of a message."""

    addresses: int = Field(5_000, gt=0)
    """Participants of a message, all roles together."""

    body_chars: int = Field(2_000_000, gt=0)
    """Characters of the text body."""

    html_bytes: int = Field(8 * 2**20, gt=0)
    """Bytes of an HTML part that is turned into text."""

    attachments: int = Field(1_000, gt=0)
    """Attachments of a message."""

    cpu_seconds: int = Field(60, gt=0)
    """Processor seconds in which a message is parsed and its personal data found."""

    memory_bytes: int = Field(2 * 2**30, gt=0)
    """Bytes that this may take beyond what the language models take."""


class IngestSettings(Section):
    """How exports are cut into work."""

    batch_bytes: int = Field(256 * 2**20, gt=0)
    """Bytes of exports that one batch takes; a killed run repeats at most one stage of one batch."""

    batch_files: int = Field(50_000, gt=0)
    """Files that one batch takes."""

    split_bytes: int = Field(8 * 2**20, gt=0)
    """Bytes of a splittable file that one task reads."""


class PrivacySettings(Section):
    """How personal data is found and replaced."""

    policy: str = "conf/privacy.yaml"
    """File that names the entities and what becomes of each."""

    key_env: str = "TRIAGE_KEY"
    """Environment variable with the secret, 32 bytes or more as hex or base64; wins over `key_file`."""

    key_file: str | None = None
    """File with the secret; without it, and in local mode only, a development key is made on first use."""

    legal_holds: str | None = None
    """YAML file with the legal holds; what one of them names is neither erased nor removed by age."""


class SearchSettings(Section):
    """How hyper-parameters and candidates are searched when heads are trained."""

    candidates: tuple[str, ...] = ("terms",)
    """Names in triage/labelling/candidates; those with sentence embeddings are slower and need jobs/embeddings.py once."""

    trials: int = Field(10, ge=1)
    """Combinations tried a head; 1 takes the first candidate's defaults."""

    seconds: int = Field(600, gt=0)
    """After which no further combination of a head is begun; what was found by then is used."""

    folds: int = Field(4, ge=2, le=20)
    """Parts of the training rows, each of which is once held back while a combination is tried."""

    rows: int = Field(20_000, ge=100)
    """Rows that a search looks at; the head is then learnt from all."""

    workers: int = Field(2, ge=1)
    """Combinations tried at once."""


class LabellingSettings(Section):
    """How mails are labelled."""

    taxonomy: str = "conf/taxonomy.yaml"
    """File that declares the heads, their labels, costs and signs."""

    hash_bits: int = Field(18, ge=10, le=22)
    """Width of the hashed space of each kind of term, as a power of two."""

    embeddings: str = "var/embeddings/all-MiniLM-L6-v2"
    """Folder with an ONNX model of sentence embeddings (jobs/embeddings.py writes this one), or `pretrained://NAME`."""

    embedding_tokens: int = Field(128, ge=3, le=512)
    """Wordpieces of a mail that are embedded."""

    search: SearchSettings = SearchSettings()

    known_share_quantile: float = Field(0.005, ge=0, lt=0.5)
    """Share of the rows held back that would count as out of distribution; 0 asks nothing."""

    watts_per_core: float = Field(15.0, gt=0)
    """For the estimate of energy in model cards."""

    seed: int = 7
    """Seed of everything random in training."""


class RoutingSettings(Section):
    """How mails find their queue."""

    rules: str = "conf/routing.yaml"
    """File with the rules, first match wins."""


class QualitySettings(Section):
    """What a batch must show before it is published."""

    max_quarantine_share: float = Field(0.5, ge=0, le=1)
    """Share of a run's new mails in quarantine from which the run warns."""


class MonitoringSettings(Section):
    """When a shift of the mail is worth a word."""

    psi_watch: float = Field(0.1, gt=0)
    """PSI from which a feature is marked `watch`."""

    psi_alert: float = Field(0.25, gt=0)
    """PSI from which a feature is marked `alert`."""

    min_mails: int = Field(200, gt=0)
    """Mails that a run needs before it may become the baseline or be compared with it."""


class RetentionSettings(Section):
    """Days after which `jobs/maintain.py` removes rows, counted from the plan of the batch that wrote them."""

    raw_mail: int | None = Field(None, gt=0)
    """vault/raw_mail: the bytes go, the key stays, so that the mail is known when it is exported again."""

    quarantine: int | None = Field(None, gt=0)
    """quarantine/mail."""

    silver: int | None = Field(None, gt=0)
    """silver/mail, and what of vault/pseudonyms stands in no row any more."""

    labels: int | None = Field(None, gt=0)
    """gold/labels."""

    routes: int | None = Field(None, gt=0)
    """gold/routes."""


class SparkSettings(Section):
    """How the Spark session is built; `--master` and other options on the command line win."""

    master: str = "local[*]"
    """Spark master."""

    options: dict[str, str] = Field(default_factory=dict)
    """Further Spark options, as they are."""

    compile_above_bytes: int = Field(default=128 * 2**20, ge=0)
    """Bytes of a batch from which Spark compiles its queries; smaller ones it interprets, which costs less than to compile."""


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
    retention: RetentionSettings = RetentionSettings()
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


_PATHS = {
    "lake": ("root", "keys", "reports", "certificates"),
    "privacy": ("policy", "key_file", "legal_holds"),
    "labelling": ("taxonomy", "embeddings"),
    "routing": ("rules",),
}
"""Settings that are paths, and so are made absolute against the place that names them."""


def load_settings(
    files: Sequence[Path] = (), overrides: Sequence[str] = (), *, cwd: Path | None = None
) -> Settings:
    """Settings from `conf/local.yaml`, then `files`, then `KEY=VALUE` overrides; the later wins.

    Relative paths in files mean the project's root, those in overrides the working directory.
    Raises ConfigError for a missing or broken file, an unknown key or a wrong value.
    """
    here = cwd or Path.cwd()
    merged: dict[str, Any] = {}
    for file in [DEFAULT_CONF, *files]:
        _merge(merged, _absolute(_read(file), PROJECT))
    for override in overrides:
        _merge(merged, _absolute(_parse_override(override), here))
    try:
        return Settings.model_validate(_absolute(_with_defaults(merged), PROJECT))
    except ValidationError as error:
        raise ConfigError(**_explain(error)) from None


def known_keys(section: type[Section] = Settings, prefix: str = "") -> list[str]:
    """All dotted keys that the settings know."""
    keys = []
    for name, field in section.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, Section):
            keys += known_keys(nested, f"{prefix}{name}.")
        else:
            keys.append(prefix + name)
    return keys


def _read(file: Path) -> dict[str, Any]:
    remedy = "Give --conf the path of a readable YAML file with settings."
    content = read_yaml(file, "settings file", remedy)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError("The settings file is not a mapping of settings.", where=str(file), remedy=remedy)
    return content


def _parse_override(override: str) -> dict[str, Any]:
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(
            "An override is not of the form KEY=VALUE.",
            where="--set",
            remedy="Example: --set lake.root=/data/lake",
        )
    parts = _parts(key.strip())
    value = _value(text, plain=_is_plain(parts))
    for part in reversed(parts):
        value = {part: value}
    return dict(value)


def _parts(key: str) -> list[str]:
    """The sections and the name in a dotted key; the name of a Spark option has points of its own."""
    return key.split(".", 2) if key.startswith("spark.options.") else key.split(".")


def _is_plain(parts: Sequence[str]) -> bool:
    """Whether a setting is text, so that its value is taken as it is and `2024`, `NO` or ` #1` mean themselves."""
    kind: object = Settings
    for part in parts:
        if isinstance(kind, type) and issubclass(kind, Section):
            field = kind.model_fields.get(part)
            kind = field.annotation if field else None
        else:
            kind = str if kind == dict[str, str] else None
    return kind in (str, str | None, tuple[str, ...])


def _value(text: str, *, plain: bool) -> Any:
    if plain and not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return parse_yaml(text)
    except (yaml.YAMLError, RecursionError):
        return text


def _merge(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _with_defaults(merged: dict[str, Any]) -> dict[str, Any]:
    """The path settings that nobody named, so that they are made absolute like the others."""
    for section, names in _PATHS.items():
        given = merged.setdefault(section, {})
        if isinstance(given, dict):
            for name in names:
                default = Settings.model_fields[section].default
                given.setdefault(name, getattr(default, name))
    return merged


def _absolute(content: dict[str, Any], base: Path) -> dict[str, Any]:
    for section, names in _PATHS.items():
        given = content.get(section)
        if isinstance(given, dict):
            paths = {name: given[name] for name in names if isinstance(given.get(name), str)}
            given.update({n: absolute_path(path, base, f"{section}.{n}") for n, path in paths.items()})
    mlflow = content.get("mlflow")
    if isinstance(mlflow, dict) and isinstance(mlflow.get("tracking_uri"), str):
        mlflow["tracking_uri"] = absolute_tracking_uri(mlflow["tracking_uri"], base)
    if "sources" in content:
        sources = content["sources"]
        many = [sources] if isinstance(sources, str) else sources
        if isinstance(many, Sequence):
            content["sources"] = [absolute_path(s, base) if isinstance(s, str) else s for s in many]
    return content


def _explain(error: ValidationError) -> dict[str, str]:
    """The first fault as what, where and remedy, without the value that was given."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where, known_keys(), n=1, cutoff=0.4)
        remedy = f"Did you mean {near[0]}?" if near else "See triage/config.py for the known settings."
        return {"what": "There is no such setting.", "where": where, "remedy": remedy}
    return {
        "what": f"The setting is wrong: {first['msg']}.",
        "where": where,
        "remedy": "Correct it and start again.",
    }
