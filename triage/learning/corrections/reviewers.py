"""Who may correct, and the pseudonym under which a person's corrections are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from triage.config import Settings
from triage.config.base import Section
from triage.errors import ConfigError
from triage.privacy.pseudonyms.keys import Keys
from triage.privacy.pseudonyms.spelling import normalize
from triage.privacy.pseudonyms.tokens import REVIEWER, token_of
from triage.yaml_file import read_yaml

ENTITY = REVIEWER
"""The entity of the pseudonyms, which no detector finds."""
SETTING = "learning.corrections.reviewers"
_MOST_CHARS = 200


class Reviewer(Section):
    """A person who may correct."""

    teams: tuple[str, ...] = ()
    """Queues of gold/routes whose mails the person reviews; without any, those of all."""

    languages: tuple[str, ...] = ()
    """ISO 639-1 codes of the languages that the person reads; without any, all."""


class _File(Section):
    """The file that `learning.corrections.reviewers` names."""

    reviewers: dict[str, Reviewer] = Field(min_length=1)


class Reviewers:
    """The persons who may correct, by name; case and blanks do not count. None of them listed: anyone may."""

    def __init__(self, listed: Mapping[str, Reviewer] | None) -> None:
        self.names = tuple(listed or ())
        self._listed = None if listed is None else {spelled(name): one for name, one in listed.items()}

    def find(self, name: str) -> Reviewer | None:
        """The person of that name; None for one who may not correct."""
        if not 0 < len(spelled(name)) <= _MOST_CHARS:
            return None
        return Reviewer() if self._listed is None else self._listed.get(spelled(name))

    @property
    def are_listed(self) -> bool:
        """Whether a file names them."""
        return self._listed is not None


def spelled(name: str) -> str:
    """The one spelling of a name, by which it is compared."""
    return normalize(ENTITY, name)


def reviewer_token(name: str, keys: Keys) -> str:
    """The pseudonym of a person who corrects, such as `<REVIEWER_5b21e0_7f3a9c0de1b2a394>`."""
    return token_of(ENTITY, spelled(name), keys)


def load_reviewers(settings: Settings) -> Reviewers:
    """The persons of `learning.corrections.reviewers`; without the setting, and in mode local only, anyone.

    Raises ConfigError where the file is missing or wrong, and in production without one.
    """
    file = settings.learning.corrections.reviewers
    if file is None and settings.mode == "production":
        raise ConfigError(
            "Nobody may correct: no file names the reviewers.",
            where=SETTING,
            remedy="Name a YAML file; docs/concepts/learning.md shows one.",
        )
    return Reviewers(None if file is None else _read(Path(file)))


def _read(file: Path) -> Mapping[str, Reviewer]:
    content = read_yaml(file, "file of reviewers", f"Set {SETTING} to a readable YAML file.")
    try:
        listed = _File.model_validate(content).reviewers
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        raise ConfigError(
            f"The file of reviewers is wrong: {first['msg']}.",
            where=str(file),
            remedy="Each name below `reviewers:` has {teams: [...], languages: [...]}; both may be missing.",
        ) from None
    _validate_distinct(listed, file)
    return listed


def _validate_distinct(names: Iterable[str], file: Path) -> None:
    spellings = [spelled(name) for name in names]
    if len(set(spellings)) < len(spellings) or not all(spellings):
        raise ConfigError(
            "A name is empty, or two are the same but for case and blanks.",
            where=str(file),
            remedy="Name each person once.",
        )
