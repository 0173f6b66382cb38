"""Any stream format packed in one file (.gz, .bz2, .xz, .zst); a broken file gives what can be read, then a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from triage.config import LimitSettings
from triage.mail.formats.archives.codecs import GZIP, Codec, is_endless_header
from triage.mail.formats.archives.members import Archive, numbered
from triage.mail.formats.archives.metering import Meter
from triage.mail.formats.archives.unpacked import Unpacked, sound_records, unpacked_head
from triage.mail.formats.base import Format, RawMessage


@dataclass(frozen=True, slots=True)
class Packed:
    """Another format inside a compressed file; offsets are those of the unpacked stream."""

    inner: Format
    codec: Codec = GZIP
    splittable: bool = False

    @property
    def name(self) -> str:
        return f"{self.inner.name}.{self.codec.name}"

    def matches(self, name: str, head: bytes) -> bool:
        if not head.startswith(self.codec.magic) or is_endless_header(head):
            return False
        return self.inner.matches(self.codec.unpacked_name(name), unpacked_head(head, self.codec))

    def read(
        self, stream: BinaryIO, limits: LimitSettings, start: int = 0, end: int | None = None
    ) -> Iterator[RawMessage]:
        """The inner records; of a broken file the last, cut one bears the fault SOURCE_CORRUPT, of a bomb its own."""
        unpacked = Unpacked(stream, self.codec, Meter(limits))
        source = unpacked.buffered()
        if isinstance(self.inner, Archive):
            yield from numbered(sound_records(self.inner.members(source, unpacked.meter, 2), unpacked))
        else:
            yield from sound_records(self.inner.read(source, limits), unpacked)
