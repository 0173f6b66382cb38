"""Compound files (MS-CFB 3) with messages of Outlook (MS-OXMSG), and TNEF (MS-OXTNEF), written by the letter."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = FREE
    right: int = FREE
    start: int = END


@dataclass
class _Writer:
    entries: list[_Entry] = field(default_factory=list)

    def add(self, name: str, content: bytes | Tree, kind: int) -> int:
        number = len(self.entries)
        entry = _Entry(name, kind)
        self.entries.append(entry)
        if isinstance(content, bytes):
            entry.data = content
            return number
        before = None
        for inner, value in sorted(content.items(), key=lambda item: (len(item[0]), item[0].upper())):
            one = self.add(inner, value, STREAM if isinstance(value, bytes) else STORAGE)
            if before is None:
                entry.child = one
            else:
                self.entries[before].right = one
            before = one
        return number

    def file(self) -> bytes:
        mini, minifat = b"", list[int]()
        body, fat = b"", list[int]()

        def put(data: bytes) -> int:
            nonlocal body
            count, first = -(-len(data) // SECTOR), len(fat)
            fat.extend([*range(first + 1, first + count), END])
            body += data.ljust(count * SECTOR, b"\0")
            return first

        for entry in self.entries:
            if 0 < len(entry.data) < CUTOFF:
                entry.start, count = len(minifat), -(-len(entry.data) // MINI)
                minifat.extend([*range(entry.start + 1, entry.start + count), END])
                mini += entry.data.ljust(count * MINI, b"\0")
            elif entry.data:
                entry.start = put(entry.data)
        if mini:
            self.entries[0].start, self.entries[0].data = put(mini), mini
        minifat_start = (
            put(struct.pack(f"<{len(minifat)}I", *minifat).ljust(-(-len(minifat) // 128) * SECTOR, b"\xff"))
            if mini
            else END
        )
        directory = put(b"".join(map(self._line, self.entries)).ljust(-(-len(self.entries) // 4) * SECTOR, b"\0"))
        count = next(n for n in range(1, 99) if n * 128 >= len(fat) + n)
        sectors = range(len(fat), len(fat) + count)
        table = [*fat, *[FAT] * count]
        table += [FREE] * (count * 128 - len(table))
        header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
            "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, CUTOFF, minifat_start,
            -(-len(minifat) // 128), END, 0
        )  # fmt: skip
        difat = [*sectors, *[FREE] * (109 - count)]
        return header + struct.pack("<109I", *difat) + body + struct.pack(f"<{len(table)}I", *table)

    @staticmethod
    def _line(entry: _Entry) -> bytes:
        name = entry.name.encode("utf-16-le") + b"\0\0"
        places = struct.pack("<BBIII", entry.kind, 1, FREE, entry.right, entry.child)
        return (
            name.ljust(64, b"\0") + struct.pack("<H", len(name)) + places + bytes(36)
            + struct.pack("<IQ", entry.start, len(entry.data))
        )  # fmt: skip


def compound(tree: Tree) -> bytes:
    """A compound file with these streams and storages."""
    writer = _Writer()
    writer.add("Root Entry", tree, ROOT)
    return writer.file()


def properties(values: Mapping[int, str | bytes | int], header: int) -> dict[str, bytes | Tree]:
    """The streams of an object with these properties: text (0x001F), bytes (0x0102), numbers (0x0003)."""
    lines, streams = b"", dict[str, "bytes | Tree"]()
    for number, value in values.items():
        if isinstance(value, int):
            lines += struct.pack("<HHIII", 0x0003, number, 6, value, 0)
            continue
        kind, data = (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
        lines += struct.pack("<HHIII", kind, number, 6, len(data) + (2 if kind == 0x001F else 0), 0)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    streams["__properties_version1.0"] = bytes(header) + lines
    return streams


HEADER = (
    "Received: from a by b\r\nFrom: Jane Doe <jane@example.org>\r\nTo: info@example.org\r\nSubject: hello\r\n"
    "Date: Mon, 1 May 2023 22:09:39 +0200\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed;\r\n\tboundary="x"\r\n'
)
SENDER, SENDER_ADDRESS, SUBJECT, BODY, HTML, RTF, HEADERS = 0x0C1A, 0x5D01, 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
NAME, ADDRESS, ROLE, FILE_NAME, FILE, METHOD, MIME_TAG = 0x3001, 0x39FE, 0x0C15, 0x3707, 0x3701, 0x3705, 0x370E


def message_tree(
    values: Mapping[int, str | bytes | int],
    people: Sequence[Mapping[int, str | bytes | int]] = (),
    files: Sequence[Mapping[int, str | bytes | int]] = (),
    embedded: Sequence[Tree] = (),
    header: int = 32,
) -> Tree:
    tree = properties(values, header)
    for number, one in enumerate(people):
        tree[f"__recip_version1.0_#{number:08X}"] = properties(one, 8)
    for number, one in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = properties(one, 8)
    for number, inner in enumerate(embedded, len(files)):
        attached = properties({METHOD: 5}, 8)
        attached["__substg1.0_3701000D"] = inner
        tree[f"__attach_version1.0_#{number:08X}"] = attached
    return tree


def msg(**parts: object) -> bytes:
    """A .msg file; the arguments are those of `message_tree`."""
    return compound(message_tree(**parts))  # type: ignore[arg-type]


def plain_msg(body: str = "The invoice is missing.", subject: str = "hello") -> bytes:
    """A message with its Internet header and a text."""
    return msg(values={HEADERS: HEADER.replace("hello", subject), BODY: body, SUBJECT: subject})


def packed_rtf(text: bytes) -> bytes:
    """RTF as it is where nothing was gained by compression (MS-OXRTFCP 2.1.3.1)."""
    return struct.pack("<I I 4s I", len(text) + 12, len(text), b"MELA", 0) + text


def _attribute(level: int, identity: int, data: bytes) -> bytes:
    return struct.pack("<BIL", level, identity, len(data)) + data + struct.pack("<H", sum(data) % 65536)


def tnef(body: str = "", files: Mapping[str, bytes] | None = None) -> bytes:
    """A TNEF stream with a text and files."""
    stream = struct.pack("<IH", 0x223E9F78, 1)
    stream += _attribute(1, 0x00089006, struct.pack("<I", 0x10000)) + _attribute(
        1, 0x00069007, struct.pack("<II", 1252, 0)
    )
    if body:
        stream += _attribute(1, 0x0002800C, body.encode("cp1252") + b"\0")
    for name, data in (files or {}).items():
        stream += _attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0, 0, 0, 0))
        stream += _attribute(2, 0x00018010, name.encode("cp1252") + b"\0") + _attribute(2, 0x0006800F, data)
    return stream
