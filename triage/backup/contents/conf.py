"""Settings files for a backup: as they are in force, without the passwords that they hold."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from triage.backup.contents.store_files import FileStore
from triage.backup.repository.manifest import Entry, Omission
from triage.config import PROJECT, Settings
from triage.paths import file_digest, without_credentials
from triage.spark.hardening import SECRET_OPTION

LEFT_OUT = '"LEFT OUT OF THE BACKUP"'
"""Stands in a file of a backup where the settings file has a password."""

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
# Not settings of where a password stands (`password_env`), nor of a number of words.
_NAME = rf"(?:{SECRET_OPTION.pattern})[\w.-]*(?<![._]env)(?<![._]file)(?<!embedding_tokens)"
_SETTING = re.compile(rf"(?i)[\w.-]*?{_NAME}")
_ASSIGNED = re.compile(rf"(?i)({_NAME}=)[^\s&\"',]+")
_BEFORE_COMMENT = r"""^(?:[^#"'\n]|"[^"\n]*"|'[^'\n]*')*(?<!\S)#"""
_COMMENTED = re.compile(rf"""(?im)({_BEFORE_COMMENT}.*?{_NAME}["']?\s*:[ \t]+)\S.*$""")


def store_conf(settings: Settings, given: list[Path], files: FileStore) -> Iterator[Entry]:
    """The settings files and those that they name, without passwords; those that name persons are left out."""
    for name, path, kept, removed in _cleaned(settings, given):
        if not removed:
            yield files.store("conf", name, path)
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, name)
            copy.write_text(kept, encoding="utf-8")
            yield files.store("conf", name, copy)


def secrets_left_out(settings: Settings, given: list[Path]) -> Iterator[Omission]:
    """The settings files whose passwords `store_conf` leaves out, with the names of these settings."""
    for name, path, _, removed in _cleaned(settings, given):
        if removed:
            why = "who has a backup must not be able to sign in by it: give them again after a restore"
            yield Omission(what=f"passwords of {name}: {', '.join(removed)}", why=why, sha256=file_digest(path))


def _cleaned(settings: Settings, given: list[Path]) -> Iterator[tuple[str, Path, str, list[str]]]:
    """Name and path of each settings file, its text without secrets, and where these stood."""
    for name, path in _conf_files(settings, given).items():
        yield name, path, *without_secrets(path.read_text(encoding="utf-8"), is_settings=_is_settings(settings, path))


def without_secrets(text: str, *, is_settings: bool = True) -> tuple[str, list[str]]:
    """A YAML file's text without its passwords, all else as it was, and where they stood.

    A password is the value of a setting whose name says so, by Spark's own pattern, whatever else in the text is
    assigned to such a name, and what a URI has before its host where that may be one. In files that are no settings
    (the policy, where SECRET is a category of personal data) the names of keys mean nothing.
    """
    removed: dict[str, None] = {}
    spans = sorted(_secret_values(yaml.compose(text, yaml.SafeLoader), "")) if is_settings else []
    for start, end, key in reversed(spans):
        value = text[start:end].rstrip()
        begin = start + len(_PROPERTIES.match(value)[0])  # type: ignore[index]
        text = text[:begin] + LEFT_OUT + text[start + len(value) :]
        removed[key] = None
    named = dict.fromkeys(reversed(removed))
    if is_settings:
        for pattern, put, what in ((_COMMENTED, r"\1(left out)", "a comment"), (_ASSIGNED, r"\1LEFT_OUT", "a value")):
            text, count = pattern.subn(put, text)
            named |= {what: None} if count else {}
    text, count = without_credentials(text)
    named |= {"a URI": None} if count else {}
    return text, list(named)


def _secret_values(node: yaml.Node | None, key: str, *, is_secret: bool = False) -> set[tuple[int, int, str]]:
    """Start and end of each value of a secret setting, with its dotted name."""
    if isinstance(node, yaml.ScalarNode):
        return {(node.start_mark.index, node.end_mark.index, key)} if is_secret and node.value else set()
    found: set[tuple[int, int, str]] = set()
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            found |= _secret_values(one, key, is_secret=is_secret)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            below = f"{key}.{name.value}" if key else str(name.value)
            found |= _secret_values(value, below, is_secret=is_secret or bool(_SETTING.fullmatch(str(name.value))))
    return found


def _conf_files(settings: Settings, given: list[Path]) -> dict[str, Path]:
    """Each file by its name in the backup."""
    named = [settings.privacy.policy, settings.labelling.taxonomy, settings.routing.rules, settings.alerts.rules]
    named.append(settings.governance.approvals)
    paths = [PROJECT / "conf" / "local.yaml", *given, *(Path(name) for name in named)]
    found: dict[str, Path] = {}
    for path in dict.fromkeys(path.resolve() for path in paths if path.is_file()):
        found[path.name if path.name not in found else f"{len(found)}-{path.name}"] = path
    return found


def _is_settings(settings: Settings, path: Path) -> bool:
    """Whether the names of a file's keys are names of settings: not in policy, taxonomy, routing and approvals."""
    others = [settings.privacy.policy, settings.labelling.taxonomy, settings.routing.rules]
    return path not in {Path(name).resolve() for name in (*others, settings.governance.approvals)}
