"""The rules of a lease, by a simulation: clocks of their own, suspensions, answers that are lost, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.exceptions import GenericError
from obstore.store import MemoryStore

from triage.errors import ConfigError, TransientError
from triage.lake.locks.lease import object_lease
from triage.lake.locks.lease.object_lease import ObjectLease
from triage.lake.locks.lease.record import Found, LeaseObject

SECONDS = 10.0
STEP = st.tuples(st.sampled_from(["look", "take", "renew", "check", "release"]), st.integers(0, 2), st.booleans())
WAIT = st.tuples(st.just("wait"), st.floats(0.1, 12.0), st.just(False))


class FlakyStore:
    """A store that may do what it is asked and lose the answer."""

    def __init__(self) -> None:
        self.store, self.loses_answer = MemoryStore(), False

    def get(self, path: str) -> Any:
        return self.store.get(path)

    def put(self, path: str, data: bytes, mode: Any = "overwrite") -> Any:
        done = self.store.put(path, data, mode=mode)
        if self.loses_answer:
            self.loses_answer = False
            raise GenericError("the answer was lost")
        return done


@dataclass
class Machine:
    """A contender with a clock that started at any time and runs up to 3 % too fast or slow."""

    lease: ObjectLease
    offset: float
    rate: float
    seen: Found | None = None
    since: float = 0.0


@dataclass
class World:
    """Three machines and a store; `now` is true time, `at` whose clock is read."""

    now: float = 0.0
    at: int = 0
    flaky: FlakyStore = field(default_factory=FlakyStore)
    machines: list[Machine] = field(default_factory=list)

    def __post_init__(self) -> None:
        place = LeaseObject(self.flaky, "lake.json", "lake")  # type: ignore[arg-type]
        self.machines = [
            Machine(ObjectLease(place, SECONDS), offset, rate)
            for offset, rate in ((0.0, 1.0), (1e6, 1.03), (-500.0, 0.97))
        ]

    def clock(self) -> float:
        machine = self.machines[self.at]
        return machine.offset + machine.rate * self.now

    def holders(self) -> list[int]:
        """Who believes to hold the lease, each by its own clock."""
        believing = []
        for number, machine in enumerate(self.machines):
            self.at = number
            if machine.lease._e_tag and not machine.lease.is_lost:
                believing.append(number)
        return believing

    def do(self, action: str, who: int, loses_answer: bool) -> None:
        self.at, self.flaky.loses_answer = who, loses_answer
        machine = self.machines[who]
        try:
            if action == "look":
                found = machine.lease._place.read()
                if machine.seen is None or found is None or found.e_tag != machine.seen.e_tag:
                    machine.seen, machine.since = found, self.clock()
            elif action == "take" and not machine.lease._e_tag:
                machine.lease._take(machine.seen, machine.since)
            elif action != "take":
                {"renew": machine.lease.renew, "check": machine.lease.validate, "release": machine.lease.release}[
                    action
                ]()
        except TransientError:
            pass
        self.flaky.loses_answer = False


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(STEP, WAIT), min_size=10, max_size=80))
def test_never_two_believe_to_hold_it(steps: list[tuple[str, Any, bool]]) -> None:
    world = World()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(object_lease, "lease_clock", world.clock)
        for action, value, loses_answer in steps:
            if action == "wait":
                world.now += value
            else:
                world.do(action, value, loses_answer)
            assert len(world.holders()) <= 1


def test_a_renewal_whose_answer_was_lost_costs_nothing() -> None:
    flaky = FlakyStore()
    lease = ObjectLease(LeaseObject(flaky, "lake.json", "lake"), SECONDS)  # type: ignore[arg-type]
    lease.acquire(0)
    flaky.loses_answer = True
    with pytest.raises(TransientError, match="does not answer"):
        lease.renew()
    assert not lease.is_lost
    lease.renew()
    lease.validate()
    lease.release()
    assert lease._place.read().record.is_held is False  # type: ignore[union-attr]


@pytest.mark.parametrize("ignored", ["create", "e_tag"])
def test_a_store_that_ignores_conditions_can_hold_no_lease(ignored: str) -> None:
    class Careless(FlakyStore):
        def put(self, path: str, data: bytes, mode: Any = "overwrite") -> Any:
            return super().put(path, data, "overwrite" if ignored in mode else mode)

    for store, is_refused in ((Careless(), True), (FlakyStore(), False)):
        place = LeaseObject(store, "lake.json", "lake")  # type: ignore[arg-type]
        if is_refused:
            with pytest.raises(ConfigError, match="ignores the conditions"):
                place.validate_conditions()
        else:
            place.validate_conditions()
