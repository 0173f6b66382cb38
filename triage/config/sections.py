"""The parts of the settings, each with its keys, bounds and defaults."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from triage.config.base import Section
from triage.config.storage import LEASE_SECONDS
from triage.errors import ConfigError
from triage.paths import holds_password


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

    lease_seconds: float = Field(LEASE_SECONDS, ge=1)
    """Seconds for which a job on an object store holds the lake without a sign of life; it gives one three times as
    often. So long another run waits after a job was killed there. On a file system the kernel ends a dead job's lock at
    once."""

    without_spark_bytes: int = Field(2**30, ge=0)
    """Bytes of a lake's files, in a folder of this machine, up to which erase, export_person, explain and maintain work
    without Spark, which takes 20 s to be ready; a larger lake, one on remote storage and tables with newer features of
    Delta are Spark's. 0: always Spark."""

    duckdb_bytes: int = Field(16 * 2**30, ge=0)
    """Bytes of the files of the tables that a statement names, in a folder of this machine, up to which query answers
    by DuckDB, within a second or two; Spark answers larger ones. 0: always Spark."""


class MlflowSettings(Section):
    """Where runs, metrics and models are recorded."""

    tracking_uri: str | None = None
    """Any MLflow tracking URI without a password; by default a sqlite file in `<lake.root>.mlflow`."""

    experiment: str = "triage"
    """Name of the MLflow experiment."""

    registered_model: str = "triage-labels"
    """Name of the registered model that holds all label heads; its alias `champion` goes live."""

    @field_validator("tracking_uri")
    @classmethod
    def _without_password(cls, uri: str | None) -> str | None:
        """Raises ConfigError, which does not quote it: settings stand in `ps`, in logs and in variables of servers."""
        if uri is not None and holds_password(uri):
            raise ConfigError(
                "The tracking URI holds a user or a password.",
                where="mlflow.tracking_uri",
                remedy="Leave both out. Of a server, set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD in the "
                "environment; of PostgreSQL, leave out the password and set PGPASSFILE.",
            )
        return uri


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

    unpacked_bytes: int = Field(2**30, gt=0)
    """Bytes to which a compressed file or an archive may unpack, however small it is."""

    unpacked_ratio: int = Field(100, gt=0)
    """Beyond `unpacked_bytes`, it may unpack to so many times the bytes of it that were read; text packs to a tenth."""

    archive_directory_bytes: int = Field(256 * 2**20, gt=0)
    """Bytes of the list of members at the end of a .zip, some 100 a member, so that two million fit."""

    archive_depth: int = Field(4, gt=0)
    """Archives around a message, one in the other, that are opened; a .tar.gz counts as two."""

    archive_members: int = Field(5_000_000, gt=0)
    """Files in an archive, with those of the archives in it."""

    pst_seconds: int = Field(3_600, gt=0)
    """Seconds in which `readpst` must have unpacked a .pst, of the clock and of the processor."""

    cpu_seconds: int = Field(60, gt=0)
    """Processor seconds in which a message is parsed and its personal data found."""

    memory_bytes: int = Field(2 * 2**30, gt=0)
    """Bytes that this may take beyond what the language models take."""


MailField = Literal[
    "raw", "message_id", "in_reply_to", "references", "date", "from", "from_name", "to", "cc", "bcc", "reply_to",
    "subject", "body", "html",
]  # fmt: skip
"""Fields of a mail that a column may hold; `raw` is a whole message."""


class IngestSettings(Section):
    """How exports are cut into work."""

    batch_bytes: int = Field(256 * 2**20, gt=0)
    """Bytes of exports that one batch takes; a killed run repeats at most one stage of one batch."""

    batch_files: int = Field(50_000, gt=0)
    """Files that one batch takes."""

    split_bytes: int = Field(8 * 2**20, gt=0)
    """Bytes of a splittable file that one task reads."""

    columns: dict[MailField, str] = Field(default_factory=dict)
    """Which column of a CSV, JSONL, JSON or Parquet file is which field of a mail, such as `{subject: Betreff, body:
    Volltext}`, where names alone do not tell. A path with points leads into nested objects (`payload.text`). Where the
    text has a column here, a CSV or Parquet file without any column of text is quarantined (UNKNOWN_FORMAT). A change
    here does not read a file again: give it under another path."""


class PrivacySettings(Section):
    """How personal data is found and replaced."""

    policy: str = "conf/privacy.yaml"
    """File that names the entities and what becomes of each."""

    key_env: str = "TRIAGE_KEY"
    """Environment variable with the secret, 32 bytes or more as hex or base64. Of the variable, `key_command` and
    `key_file` the first that is given wins, in this order; without any, and in local mode only, a development key is
    made on first use."""

    key_command: tuple[str, ...] = ()
    """Program and arguments, a list of words for no shell, that prints the secret: a client of a vault or key
    management system, such as `[vault, kv, get, -field=key, secret/triage]`. The program is on the PATH or an absolute
    path, and prints the secret before it ends. Where it ends with 75 (EX_TEMPFAIL), so does the job, and a scheduler
    tries again; with any other code but 0 the job ends with 2. Its standard error is thrown away. Arguments are seen
    by every user of the machine, so no password belongs into them."""

    key_command_seconds: float = Field(30.0, gt=0)
    """Seconds after which the command is ended, and the job with it, with the exit code 75: try again."""

    key_file: str | None = None
    """File with the secret. It must be the user's own (or root's), with a mode of 0600 or stricter, and its folder one
    that others cannot write to."""

    legal_holds: str | None = None
    """YAML file with the legal holds; what one of them names is neither erased nor removed by age."""

    @field_validator("key_command", mode="after")
    @classmethod
    def _program(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """Raises ConfigError for a program by a relative path, which a scheduler's working folder would decide on."""
        if words and (not words[0] or ("/" in words[0] and not words[0].startswith("/"))):
            raise ConfigError(
                "The key command's program is neither an absolute path nor a name on the PATH.",
                where="privacy.key_command",
                remedy="Name it by its absolute path.",
            )
        return words


class SearchSettings(Section):
    """How hyper-parameters and candidates are searched when heads are trained."""

    candidates: tuple[str, ...] = ("terms",)
    """Names in triage/labelling/candidates; those with sentence embeddings are slower and need jobs/embeddings.py
    once."""

    trials: int = Field(10, ge=1)
    """Combinations tried a head; 1 takes the first candidate's defaults."""

    seconds: int = Field(600, gt=0)
    """Seconds after which no further combination of a head is begun; the best one until then is used."""

    folds: int = Field(4, ge=2, le=20)
    """Folds of the cross-validation by which a combination is tried."""

    rows: int = Field(20_000, ge=100)
    """Rows that a search uses; the head is then trained on all."""

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
    """Share of the held-out rows that would count as out of distribution; 0 turns the check off."""

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
    """Share of a run's new mails that may be in quarantine; above it there is an alert, and `outcome.quarantine` says
    how the run ends."""


class RetentionSettings(Section):
    """Days after which `jobs/maintain.py` removes rows, counted from the plan of the batch that wrote them."""

    raw_mail: int | None = Field(None, gt=0)
    """vault/raw_mail: the bytes go, the key stays, so that the mail is known when it is exported again."""

    quarantine: int | None = Field(None, gt=0)
    """quarantine/mail."""

    silver: int | None = Field(None, gt=0)
    """silver/mail and gold/threads, and the rows of vault/pseudonyms that no mail names any more."""

    labels: int | None = Field(None, gt=0)
    """gold/labels."""

    routes: int | None = Field(None, gt=0)
    """gold/routes, and gold/status counted from the change; mails without them are in no view on answers."""

    corrections: int | None = Field(None, gt=0)
    """gold/corrections, counted from the correction; heads learn nothing from those that are gone."""

    gold_set: int | None = Field(None, gt=0)
    """gold/gold_set, counted from when the label was settled."""

    review_queue: int | None = Field(None, gt=0)
    """gold/review_queue, counted from the draw. Mails of an audit that is gone are no audit mails any more."""

    training_sets: int | None = Field(None, gt=0)
    """gold/training_sets, counted from the training; a model whose set is gone cannot be built again."""

    shadow_labels: int | None = Field(None, gt=0)
    """gold/shadow_labels."""

    metrics: int | None = Field(None, gt=0)
    """metrics/profiles, drift, measures, quality and alerts, counted from the run. The profiles of a chosen baseline
    stay; with fewer days than `monitoring.history_days`, less is known of what is usual."""


class MaintenanceSettings(Section):
    """How `jobs/maintain.py` works."""

    minutes: float | None = Field(None, gt=0)
    """Minutes after which it begins no further step; the next start goes on with what is left. No bound without it."""


class SparkSettings(Section):
    """How the Spark session is built; `--master` and other options on the command line win."""

    master: str = "local[*]"
    """Spark master."""

    options: dict[str, str] = Field(default_factory=dict)
    """Further Spark options, passed on unchanged."""

    compile_above_bytes: int = Field(default=128 * 2**20, ge=0)
    """Bytes of a batch from which Spark compiles its queries; smaller ones it interprets, which costs less than to
    compile."""
