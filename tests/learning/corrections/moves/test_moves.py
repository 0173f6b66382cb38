"""A mail that staff moved to another folder had the wrong label, where the folder has a label."""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from tests.learning.corrections.lakes import NOW, settings_over, stored
from triage.config import Settings
from triage.errors import ConfigError
from triage.lake.store import Store
from triage.lake.tables import LABELS, SILVER_MAIL
from triage.learning.corrections.add import add_corrections
from triage.learning.corrections.moves.compare import moves
from triage.learning.corrections.moves.folders import folders_by_mail
from triage.learning.corrections.proposal import Code, Outcome
from triage.mail.keys import mail_key
from triage.privacy.pseudonyms.keys import Keys

FOLDERS = "learning.corrections.folders={Invoices: billing, Teams/Sales: sales, Personal: hr}"


def mail(number: int) -> bytes:
    return f"From: ann@example.com\nTo: bob@example.org\nSubject: Number {number}\n\nText {number}\n".encode()


class Mailbox:
    """An export in one of three forms; `lay` puts a mail into folders."""

    def __init__(self, root: Path, form: str) -> None:
        self.root, self.form = root, form
        root.mkdir()
        if form == "maildir":
            self._maildir(root)

    def lay(self, number: int, *folders: str) -> None:
        if self.form == "gmail":
            labels = f"X-Gmail-Labels: Unread,{','.join(folders)}\n".encode()
            self._append("All mail.mbox", labels + mail(number))
        for folder in folders if self.form != "gmail" else ():
            if self.form == "mbox":
                self._append(f"{folder}.mbox", mail(number))
            else:
                place = self.root / ("." + folder.replace("/", "."))
                self._maildir(place)
                (place / "cur" / f"{number}.host:2,S").write_bytes(mail(number))

    def _append(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        with path.open("ab") as file:
            file.write(b"From ann@example.com Mon Mar  2 09:30:00 2026\n" + data + b"\n")

    def _maildir(self, folder: Path) -> None:
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def more_mails(lake: Store) -> None:
    """Mails 0 to 5, which the model took for billing."""
    found = [next(lake.rows(table, table.column_names)) for table in (SILVER_MAIL, LABELS)]
    for table, row in zip((SILVER_MAIL, LABELS), found, strict=True):
        lake.append_rows(table, [row | {"mail_key": mail_key(mail(number))} for number in range(6)], 2)


@pytest.fixture
def settings(lake: Store) -> Settings:
    return settings_over(lake, FOLDERS)


@pytest.mark.parametrize("form", ["maildir", "mbox", "gmail"])
def test_moved_mails_are_corrected(form: str, lake: Store, settings: Settings, keys: Keys, tmp_path: Path) -> None:
    before, after = Mailbox(tmp_path / "before", form), Mailbox(tmp_path / "after", form)
    for number, (then, now) in enumerate(
        [
            (["Inbox"], ["Teams/Sales"]),  # moved
            (["Inbox"], ["Inbox"]),  # left
            (["Inbox"], ["Invoices"]),  # moved to where the model saw it
            (["Personal"], ["personal"]),  # was there before
            (["Inbox"], ["Personal", "Teams/Sales"]),  # in two folders
            (["Teams/Sales"], ["Archive/Other"]),  # moved to a folder that says nothing
            (["Inbox"], ["Personal"]),  # a mail that the lake does not know
        ]
    ):
        before.lay(number, *then)
        after.lay(number, *now)
    found = moves(str(before.root), str(after.root), "Ann Berg", lake, settings)
    assert [(one.mail_key, one.head, one.label) for one in found.proposals] == [
        (mail_key(mail(0)), "category", "sales")
    ]
    assert [one.code for one in found.rejected] == [Code.AMBIGUOUS_MOVE]
    assert mail_key(mail(4)) in found.rejected[0].what
    assert add_corrections(lake, settings, keys, found.proposals, "move").added == 1
    [row] = stored(lake)
    assert (row["source"], row["decided"], row["label"]) == ("move", "billing", "sales")
    again = moves(str(before.root), str(after.root), "Ann Berg", lake, settings)
    assert add_corrections(lake, settings, keys, again.proposals, "move").known == 1


def test_an_export_unpacked_again_stores_no_move_again(
    lake: Store, settings: Settings, keys: Keys, tmp_path: Path
) -> None:
    before, after = Mailbox(tmp_path / "before", "mbox"), Mailbox(tmp_path / "after", "mbox")
    before.lay(0, "Inbox")
    after.lay(0, "Personal")
    found = moves(str(before.root), str(after.root), "Ann Berg", lake, settings)
    assert add_corrections(lake, settings, keys, found.proposals, "move") == Outcome(1, 0)
    for path in (after.root / "Personal.mbox", after.root):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    found = moves(str(before.root), str(after.root), "Ann Berg", lake, settings)
    assert add_corrections(lake, settings, keys, found.proposals, "move") == Outcome(0, 1)


def test_each_move_of_a_mail_there_and_back_counts_once(
    lake: Store, settings: Settings, keys: Keys, tmp_path: Path
) -> None:
    boxes = [Mailbox(tmp_path / str(number), "mbox") for number in range(6)]
    folders = ("Inbox", "Personal", "Teams/Sales", "Personal", "Teams/Sales", "Invoices")
    for day, (box, folder) in enumerate(zip(boxes, folders, strict=True)):
        box.lay(0, folder)
        for path in (box.root / f"{folder}.mbox", *box.root.iterdir(), box.root):
            os.utime(path, (NOW.timestamp() + day, NOW.timestamp() + day))
    for then, now in pairwise(boxes):
        for outcome in (Outcome(1, 0), Outcome(0, 1)):
            found = moves(str(then.root), str(now.root), "Ann Berg", lake, settings)
            assert add_corrections(lake, settings, keys, found.proposals, "move") == outcome


def test_a_move_counts_from_when_the_export_changed(lake: Store, settings: Settings, tmp_path: Path) -> None:
    before, after = Mailbox(tmp_path / "before", "mbox"), Mailbox(tmp_path / "after", "mbox")
    before.lay(0, "Inbox")
    after.lay(0, "Personal")
    for path in (after.root / "Personal.mbox", after.root):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    [one] = moves(str(before.root), str(after.root), "Ann Berg", lake, settings).proposals
    assert (one.at, one.is_undated) == (NOW, False)


@pytest.mark.parametrize(
    ("name", "data", "folder"),
    [
        ("Sales.mbox", b"From a@b Mon Mar  2 09:30:00 2026\n" + mail(1), "Sales"),
        ("Teams.sbd/Sales", b"From a@b Mon Mar  2 09:30:00 2026\n" + mail(1), "Teams/Sales"),
        ("Sales.mbox/mbox", b"From a@b Mon Mar  2 09:30:00 2026\n" + mail(1), "Sales"),
        ("Teams/Sales/1.eml", mail(1), "Teams/Sales"),
        ("Sales.mbox", b"From a@b Mon Mar  2 09:30:00 2026\nX-Gmail-Labels: =?UTF-8?Q?=C3=9Cber?=\n" + mail(1), "Über"),
        ("a.mbox", b'From a@b Mon Mar  2 09:30:00 2026\nX-Gmail-Labels: "One, two"\n' + mail(1), "One, two"),
        ("a.mbox", b"From a@b Mon Mar  2 09:30:00 2026\r\nX-Gmail-Labels: One\r\n two\r\n" + mail(1), "One two"),
    ],
)
def test_the_folder_of_a_mail(name: str, data: bytes, folder: str, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "box" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert [found for _, found in folders_by_mail(str(tmp_path / "box"), settings.limits)] == [folder]


def test_the_folders_of_an_archive(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "box" / "Teams" / "Sales"
    folder.mkdir(parents=True)
    (folder / "1.eml").write_bytes(mail(1))
    archive = shutil.make_archive(str(tmp_path / "all"), "zip", tmp_path / "box")
    assert [found for _, found in folders_by_mail(archive, settings.limits)] == ["Teams/Sales"]


@pytest.mark.parametrize(
    ("mapped", "message"),
    [("{}", "No folder has a label"), ("{Sale: salse}", "Did you mean sales")],
    ids=["none", "wrong"],
)
def test_a_mapping_that_cannot_be_used_is_named(mapped: str, message: str, lake: Store, tmp_path: Path) -> None:
    settings = settings_over(lake, f"learning.corrections.folders={mapped}")
    with pytest.raises(ConfigError, match=message):
        moves(str(tmp_path), str(tmp_path), "Ann Berg", lake, settings)
