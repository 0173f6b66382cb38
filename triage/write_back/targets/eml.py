"""Messages as files, with their route as headers, for help desks that import mail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from triage.config.write_back import EmlTargetSettings
from triage.write_back.message import with_headers
from triage.write_back.targets.base import Item, Planned, Target
from triage.write_back.targets.files import remove, write_whole


class EmlTarget(Target):
    """A file a mail, called after its key. A file that somebody else put there stays as it is."""

    needs_message = True

    def __init__(self, settings: EmlTargetSettings) -> None:
        self._folder = Path(settings.folder)

    def plan(self, item: Item) -> list[Planned]:
        if item.message is None:  # removed by age
            return []
        place = f"{item.mail_key}.eml"
        return [Planned(item, place, () if (self._folder / place).exists() else item.marks)]

    def apply(self, planned: Sequence[Planned]) -> None:
        for one in planned:
            if one.added and one.item.message is not None:
                write_whole(self._folder / one.place, with_headers(one.item.message, one.item.fields))

    def undo(self, planned: Sequence[Planned]) -> int:
        gone = 0
        for one in (one for one in planned if one.added):
            file = self._folder / one.place
            gone += not file.exists()
            remove(file)
        return gone
