"""Routes as a file of JSON lines, which most help desks import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from triage.config.write_back import JsonlTargetSettings
from triage.write_back.message import message_id
from triage.write_back.targets.base import Item, Planned, Target, TargetError
from triage.write_back.targets.files import remove, write_whole


class JsonlTarget(Target):
    """A line a mail. The file is replaced whole, so a reader never sees half a line."""

    def __init__(self, settings: JsonlTargetSettings) -> None:
        self._file = Path(settings.file)
        self.needs_message = settings.message_ids

    def plan(self, item: Item) -> list[Planned]:
        return [Planned(item, self._file.name, item.marks)]

    def apply(self, planned: Sequence[Planned]) -> None:
        own = {one.item.mail_key: json.dumps(self._line(one.item), ensure_ascii=False) for one in planned}
        lines = [(key, own.pop(key, line)) for key, line in self._lines()]
        self._write([*lines, *own.items()])

    def undo(self, planned: Sequence[Planned]) -> int:
        own, lines = {one.item.mail_key for one in planned}, self._lines()
        rest = [(key, line) for key, line in lines if key not in own]
        if rest:
            self._write(rest)
        else:
            remove(self._file)
        return len(own - {key for key, _ in lines})

    def _line(self, item: Item) -> dict[str, str]:
        own = {"message_id": message_id(item.message)} if item.message is not None else {}
        return {"mail_key": item.mail_key, **{k: v for k, v in own.items() if v}, **item.fields}

    def _lines(self) -> list[tuple[str, str]]:
        """Each line with its mail key, "" for lines of others."""
        try:
            text = self._file.read_bytes().decode("utf-8") if self._file.exists() else ""
            return [(_key(line), line) for line in text.removesuffix("\n").split("\n") if line or text]
        except (OSError, ValueError):
            raise TargetError(
                "The target's file is not readable as JSON lines.", where=str(self._file), remedy="Name another file."
            ) from None

    def _write(self, lines: Sequence[tuple[str, str]]) -> None:
        write_whole(self._file, "".join(f"{line}\n" for _, line in lines).encode())


def _key(line: str) -> str:
    content = json.loads(line) if line.strip() else {}
    key = content.get("mail_key") if isinstance(content, dict) else None
    return key if isinstance(key, str) else ""
