"""Routes as a file of JSON lines, which most help desks import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from triage.config.write_back import JsonlTargetSettings
from triage.write_back.message import message_id
from triage.write_back.targets.base import Item, Planned, Target, TargetError
from triage.write_back.targets.files import write_whole


class JsonlTarget(Target):
    """A line a mail. The file is replaced whole, so a reader never sees half a line."""

    def __init__(self, settings: JsonlTargetSettings) -> None:
        self._file = Path(settings.file)
        self.needs_message = settings.message_ids

    def plan(self, item: Item) -> list[Planned]:
        return [Planned(item, self._file.name, item.marks)]

    def apply(self, planned: Sequence[Planned]) -> None:
        lines = self._lines()
        for one in planned:
            lines[one.item.mail_key] = json.dumps(self._line(one.item), ensure_ascii=False)
        self._write(lines)

    def undo(self, planned: Sequence[Planned]) -> int:
        lines = self._lines()
        gone = sum(lines.pop(one.item.mail_key, None) is None for one in planned)
        if lines:
            self._write(lines)
        else:
            self._file.unlink(missing_ok=True)
        return gone

    def _line(self, item: Item) -> dict[str, str]:
        own = {"message_id": message_id(item.message)} if item.message is not None else {}
        return {"mail_key": item.mail_key, **{k: v for k, v in own.items() if v}, **item.fields}

    def _lines(self) -> dict[str, str]:
        """By mail key, or number for lines of others."""
        try:
            text = self._file.read_text("utf-8") if self._file.exists() else ""
            return {_key(line, number): line for number, line in enumerate(text.splitlines())}
        except (OSError, ValueError):
            raise TargetError(
                "The target's file is not readable as JSON lines.", where=str(self._file), remedy="Name another file."
            ) from None

    def _write(self, lines: dict[str, str]) -> None:
        write_whole(self._file, "".join(f"{line}\n" for line in lines.values()).encode())


def _key(line: str, number: int) -> str:
    content = json.loads(line) if line.strip() else {}
    return str(content.get("mail_key", number)) if isinstance(content, dict) else str(number)
