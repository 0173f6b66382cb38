"""Packages and shipped files with models of language: what the policy names, and the detector of languages."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata

from triage.errors import PrivacyError
from triage.labelling.provenance import code_commit, lock_digest
from triage.monitoring.governance.document import Row
from triage.monitoring.governance.in_force import Item, LanguageModel
from triage.privacy.name_models.stored import read_card, shipped_models
from triage.privacy.policy import Policy

_DETECTOR = "lingua-language-detector"
_DECIDING = (
    "pyspark", "delta-spark", "spark-nlp", "mlflow", "presidio-analyzer", "presidio-anonymizer", "spacy",
    "scikit-learn", "great-expectations",
)  # fmt: skip
"""Packages of the environment that take part in decisions."""


def language_models(policy: Policy) -> tuple[LanguageModel, ...]:
    """What is in use, by name."""
    names = sorted(set(policy.ner.values()))
    named = [_name_model(name, _languages(policy, name)) for name in names]
    return (*named, _package(_DETECTOR, "the language of a mail"))


def name_model_items(policy: Policy) -> tuple[Item, ...]:
    """The models of names as parts that a person approves."""
    return tuple(_item(name) for name in sorted(set(policy.ner.values())))


def software() -> tuple[Row, ...]:
    """Name and version of what decides: this code, Python, and the packages of the environment."""
    own = (("code (commit)", code_commit()), ("conf/requirements.lock (SHA-256)", lock_digest()))
    return (*own, ("Python", platform.python_version()), *((name, _version(name)) for name in _DECIDING))


def _item(name: str) -> Item:
    title, place = "model of names", "privacy policy, ner"
    if name not in shipped_models():
        return Item(f"name_model:{name}", title, _package(name, "").version, "", place)
    try:
        card = read_card(name)
    except PrivacyError:
        return Item(f"name_model:{name}", title, "unreadable", "", place)
    return Item(f"name_model:{name}", title, f"form {card.form}", card.weights_sha256, place)


def _name_model(name: str, languages: str) -> LanguageModel:
    if name not in shipped_models():
        return _package(name, f"names in {languages}")
    try:
        card = read_card(name)
    except PrivacyError:
        return LanguageModel(name, "its card cannot be read", "", f"names in {languages}")
    licences = sorted({str(corpus.get("licence", "not stated")) for corpus in card.corpora})
    version = f"form {card.form}, weights {card.weights_sha256[:16]}…"
    return LanguageModel(name, version, f"trained on corpora under {', '.join(licences)}", f"names in {languages}")


def _languages(policy: Policy, name: str) -> str:
    return ", ".join(sorted(language for language, used in policy.ner.items() if used == name))


def _package(name: str, used_for: str) -> LanguageModel:
    """A package by its name; a spaCy package has the name of its module, but for - and _, which count as one."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return LanguageModel(name, "not installed", "", used_for)
    return LanguageModel(name, str(about["Version"]), _licence(about), used_for)


def _licence(about: metadata.PackageMetadata) -> str:
    """As the package states it: an SPDX expression, the name of a licence, or a classifier; never a whole text."""
    fields = about.json
    named = str(fields.get("license_expression") or fields.get("license") or "")
    if named and len(named) <= 60:
        return named
    classifiers: Iterable[str] = [str(c) for c in fields.get("classifier") or ()]
    return ", ".join(c.rsplit(" :: ", 1)[-1] for c in classifiers if c.startswith("License ::"))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
