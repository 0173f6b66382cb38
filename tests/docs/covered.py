"""Where each command of README and docs is run, and its answer looked at: here, or by the test that is named."""

from __future__ import annotations

NIGHTLY, KEYS = "tests/e2e/test_nightly.py", "tests/e2e/test_keys.py"
ERASURE, LEARN = "tests/e2e/test_erasure.py", "tests/e2e/test_learn.py"

ELSEWHERE: tuple[tuple[str, str], ...] = (
    (r"jobs/nightly\.py", f"{NIGHTLY}::test_every_published_mail_is_labelled_and_routed"),
    (r"jobs/nightly\.py (--source|--set) .*", f"{NIGHTLY}::test_the_same_messages_in_another_format_are_duplicates"),
    (r"jobs/nightly\.py --conf .*", "tests/deploy/"),
    (r"jobs/learn\.py.*", f"{LEARN}::test_a_better_model_passes_and_is_tried"),
    (r"docs( --.*)?", "tests/docs/test_site.py"),
    (
        r"--master spark://.* jobs/nightly\.py .*",
        "tests/e2e/test_cluster.py::test_a_cluster_gives_the_same_tables_by_compiled_queries",
    ),
    (r"jobs/counterfactual\.py .*", "tests/pipeline/counterfactual/"),
    (r"jobs/baseline\.py (set|reset) .*", "tests/pipeline/test_baseline.py"),
    (r"docs/write/tables\.py", "tests/lake/"),
    (r"docs/write/(settings|jobs|flow|rooms)\.py", "tests/docs/test_written.py"),
    (
        r"jobs/try_rules\.py new\.yaml --lint",
        "tests/pipeline/tried_rules/test_try_rules.py::test_lint_alone_needs_no_lake",
    ),
    (r"jobs/try_rules\.py .*", "tests/pipeline/tried_rules/test_try_rules.py::test_the_job"),
    (
        r"jobs/write_back\.py .*",
        "tests/write_back/test_imap.py::test_keywords_are_set_once_whatever_is_killed_and_taken_back",
    ),
    (r"jobs/pseudonym\.py .*", "tests/rights/disclosure/test_token.py::test_as_the_tables_have_it"),
    (r"jobs/replay\.py( --reason .*)?", f"{NIGHTLY}::test_quarantine_is_replayed_after_a_fix"),
    (r"jobs/erase\.py --address .*", f"{ERASURE}::test_no_byte_of_the_person_is_left"),
    (r"jobs/erase\.py --file .*", f"{ERASURE}::test_by_pseudonym_and_by_mail_key"),
    (r"jobs/erase\.py --verify .*", f"{ERASURE}::test_the_certificate_tells_and_names_nobody"),
    (r"jobs/export_person\.py .*", f"{KEYS}::test_a_persons_mails_are_exported_for_one_pair_of_eyes"),
    (r"jobs/reveal\.py .*", f"{KEYS}::test_a_value_is_shown_after_an_audit_row_says_why"),
    (r"jobs/rotate\.py .*", f"{KEYS}::test_joins_are_after_a_rotation_what_they_were"),
    (r"jobs/explain\.py MAIL_KEY", "tests/e2e/test_explain.py::test_a_routed_mail_is_explained_as_it_was_decided"),
    (r"jobs/(train|evaluate)\.py .*|jobs/train\.py", "tests/labelling/promotion/"),
    (r"jobs/(rollback|backfill)\.py .*", "tests/learning/relabel/"),
    (r"jobs/serve\.py .*", "tests/labelling/serving/test_rest.py::test_it_answers_as_the_batch_does"),
    (r"jobs/embeddings\.py", "tests/labelling/embeddings/"),
    (r"jobs/evaluate_pii\.py .*", "tests/privacy/evaluation/"),
    (r"jobs/train_names\.py .*", "tests/privacy/name_training/"),
    (r"jobs/govern\.py (lineage|approve) .*", "tests/rights/governance/test_command.py"),
    (r"jobs/review\.py export .*|jobs/feedback\.py .*", f"{LEARN}::test_a_better_model_passes_and_is_tried"),
    (r"jobs/review\.py (draw|gold .*)", "tests/learning/review/"),
    (r"jobs/review\.py serve .*", "tests/learning/page/"),
    (r"jobs/(trial|promote)\.py .+", "tests/learning/"),
    (r"jobs/maintain\.py .*|jobs/maintain\.py", "tests/rights/"),
    (r"jobs/sample\.py .*", "tests/samples/"),
    (r"jobs/topics\.py", "tests/learning/"),
    (r"jobs/alerts\.py test", "tests/pipeline/test_alerts.py"),
    (r"jobs/grants\.py .*", "tests/rights/grants/"),
    (r"jobs/doctor\.py( .*)?", "tests/doctor/"),
    (r"jobs/(backup|restore)\.py .*", "tests/backup/"),
    (r"jobs/supply\.py .*", "tests/supply/"),
    (r"jobs/status\.py .*", "tests/helpdesk/"),
    (r"jobs/query\.py --script .*", "tests/query/test_scripts.py"),
    (r"jobs/query\.py \"?'?SELECT .*", "tests/docs/test_queries.py"),
    (r"jobs/query\.py( .*)?", "tests/query/"),
    (r"docs/write/sql\.py", "tests/query/"),
    (r"docs/write/api\.py", "tests/api/"),
    (r"(--driver-memory 2g )?notebook( .*)?", "tests/environment/test_notebook.py"),
    (r"your_file\.py", "tests/environment/test_start.py::test_a_job_near_the_caller_comes_first"),
    (r"setup", "tests/environment/test_start.py"),
    (r"tests(/benchmark/.*| .*)?", "the gate, and the benchmarks whose figures docs/benchmarks.md holds"),
)
"""Patterns of the words after the launcher, and a file, a folder or a test; the first that matches counts."""

RUN: dict[str, str] = {
    "jobs/alerts.py": r"No alert is open|raised|open",
    "jobs/alerts.py list": r"No alert is open|raised|open",
    "jobs/alerts.py check": r"\brules\b",
    "jobs/baseline.py": r"(?i)reference|baseline|weekday",
    "jobs/trial.py": r"No model is on trial",
    "jobs/promote.py": r"(?i)no decision|decided",
    "jobs/govern.py all": r"(?i)inventory",
    "jobs/govern.py inventory": r"(?i)model",
    "jobs/review.py agreement": r"(?i)agree|answers",
    "jobs/review.py list [--team QUEUE]": r"(?i)open|nothing|items",
}
"""Commands that read only, run as they stand over a lake, and what their output must match."""

DEPLOY = "tests/deploy/ validates what it installs; root, systemd, cron or a cluster of yours must be there"
NOT_HERE: tuple[tuple[str, str], ...] = (
    (r"\(umask 077; .*secrets.token_hex.*", "writes to /etc; tests/privacy/ reads such keys"),
    (r"curl .*/invocations .*", "tests/docs/test_commands.py answers its request without a server"),
    (r"printf %s \S+ \| sha256sum", "tests/docs/test_blocks.py runs it beside the hold that it is for"),
    (r"(du|rm|ln|cd|cp|install|chown) .*", "plain commands on folders of your machine"),
    (r"(systemd-sysusers|systemctl|journalctl|crontab|kubectl|buildah) .*", DEPLOY),
    (r"(pip install|mlflow server|export (PG|MLFLOW_)).*", "tests/mlflow_server.py starts such a server"),
)
"""Lines without the launcher, and why no test runs them as they stand."""

YAML_ELSEWHERE: tuple[tuple[str, str], ...] = (
    ("reviewers:", "a file of reviewers, which tests/learning/corrections reads"),
    ("address_sha256:", "a file of legal holds, which tests/docs/test_blocks.py reads"),
    ("# kustomization.yaml", "a part of an overlay of yours; tests/deploy validates those that ship"),
)
"""YAML that is no settings file, by words in it, and where its kind is tested."""
