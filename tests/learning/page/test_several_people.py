"""Several people at once over a real server: nothing lost, nothing twice, also when it is killed in the middle."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.learning.corrections.lakes import stored
from tests.learning.page.builders import accepted, key_of, lake_with_queue
from tests.learning.page.servers import NAMES, Person, Served, served
from triage.learning.page.desk.journal import Journal
from triage.privacy.pseudonyms.keys import Keys

LABELS = ("billing", "sales", "hr")


def by_mail(people: Sequence[Person]) -> dict[str, str]:
    """Mail → label of all that the page said was saved; an item that two were told about fails."""
    told = Counter(item for person in people for item in person.saved)
    assert set(told.values()) <= {1}
    return {key_of(int(item.split("-")[1])): label for one in people for item, label in one.saved.items()}


@pytest.mark.slow
@pytest.mark.exhaustive(sample=0, always=("4 over 60",))
@pytest.mark.parametrize(
    ("people", "items"), [pytest.param(4, 60, id="4 over 60"), pytest.param(20, 2_000, id="20 over 2000")]
)
def test_people_at_once_lose_and_double_nothing(tmp_path: Path, keys: Keys, people: int, items: int) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, items)
    with served(store, NAMES[:people]) as page:
        everybody = [Person(link) for link in page.links.values()]
        with ThreadPoolExecutor(people) as pool:
            list(pool.map(lambda one: one.review(LABELS), everybody))
    told = by_mail(everybody)
    assert len(told) == items
    assert accepted(stored(store)) == told
    assert min(len(one.saved) for one in everybody) > 0
    seconds = sorted(second for one in everybody for second in one.seconds)
    middle, high = statistics.median(seconds), seconds[len(seconds) * 99 // 100]
    print(f"{people} people: an answer takes {middle * 1e3:.1f} ms in the middle, {high * 1e3:.1f} ms at 99 %")
    assert "Error" not in page.stderr.read_text()


@pytest.mark.slow
def test_killed_in_the_middle_and_started_again_nothing_is_lost_or_doubled(tmp_path: Path, keys: Keys) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 80)
    told: dict[str, str] = {}
    for after in (0.4, 0.9, 0.2):
        page = Served(store, NAMES[:4])
        everybody = [Person(link) for link in page.links.values()]
        threads = [threading.Thread(target=_until_it_ends, args=(one,)) for one in everybody]
        for thread in threads:
            thread.start()
        time.sleep(after)
        page.kill()
        for thread in threads:
            thread.join()
        new = by_mail(everybody)
        assert not new.keys() & told.keys()
        told |= new
    with served(store, NAMES[:4]) as page:
        everybody = [Person(link) for link in page.links.values()]
        for person in everybody:
            person.review(LABELS)
    told |= by_mail(everybody)
    found = accepted(stored(store))
    assert len(found) == 80
    # an answer may be saved and its reader never told, because the page died in between; never the other way round
    assert told.items() <= found.items()
    assert len(told) >= 70


def _until_it_ends(person: Person) -> None:
    try:
        person.review(LABELS)
    except requests.RequestException:
        return


@pytest.mark.slow
def test_a_second_page_on_the_same_lake_ends_with_a_word(tmp_path: Path, keys: Keys) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 3)
    with served(store, NAMES[:1]) as page:
        link = page.links[NAMES[0]]
        with pytest.raises(AssertionError, match="A review page serves this lake"):
            Served(store, NAMES[:1])
        Person(link).review(LABELS, most=1)
    with served(store, NAMES[:1]) as page:  # the lock is gone, the link is the same
        assert page.links[NAMES[0]].split("/t/")[1] == link.split("/t/")[1]


@pytest.mark.slow
def test_the_log_of_a_server_has_no_link_and_no_word_of_a_mail(tmp_path: Path, keys: Keys) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 5)
    with served(store, NAMES[:1]) as page:
        person = Person(page.links[NAMES[0]])
        person.review(LABELS)
        for path in ("/t/wrong", "/review", "/%00", "/item/x"):
            person.browser.get(person.base + path, timeout=60)
        requests.get(person.base, headers={"Host": "evil.example"}, timeout=60)
        requests.post(person.base + "/answer", data=b"x" * 10**6, timeout=60)
    log = page.stderr.read_text()
    assert page.links[NAMES[0]].split("/t/")[1] not in log
    assert "nvoice" not in log
    assert log.count("\n") <= 2


def test_what_waits_in_the_journal_of_a_killed_page_is_sealed(tmp_path: Path, keys: Keys) -> None:
    folder = tmp_path / "lake.review"
    Journal(folder, keys).close()
    assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0]
