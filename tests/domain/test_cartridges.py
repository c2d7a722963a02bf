"""The cartridge guard: what may be bound, what never may, and what a broken one needs."""

from dataclasses import replace

import pytest
import treatments as t

from console.domain import cartridges, needling
from console.domain import session_events as ev
from console.domain.cartridges import BreakCheck
from console.domain.errors import Refusal
from console.domain.session import Session
from console.domain.session_fold import fold
from console.domain.workflow import Phase, tag_gate, why_not

OTHER = replace(t.CARTRIDGE, serial="S2")
LOT_ONLY = replace(t.CARTRIDGE, serial="")


def at(phase: Phase) -> Session:
    session: Session = t.walk_to(phase)
    return session


def do(session: Session, command) -> None:
    session.decide(command, t.START_US + 10**10, "PR-02")


@pytest.fixture
def prepared():
    session = at(Phase.NEEDLING)
    if session.state.cartridge is None:
        do(session, cartridges.bind_cartridge(t.CARTRIDGE, 12, False))
    return session


def test_dropped_while_sealed_it_may_be_bound_again(prepared):
    do(prepared, cartridges.unbind_cartridge("Dropped while sealed", used=False))
    assert prepared.state.spent_cartridges == []
    do(prepared, cartridges.bind_cartridge(t.CARTRIDGE, 12, False))
    assert prepared.state.cartridge.product == t.CARTRIDGE


def test_one_that_needled_is_used_whatever_is_said_and_never_bound_again(prepared):
    do(prepared, needling.forward())
    assert prepared.state.cartridge_needled
    do(prepared, cartridges.unbind_cartridge("Dropped while sealed", used=False))
    off = prepared.history[-1].what
    assert isinstance(off, ev.CartridgeUnbound) and off.used
    assert (off.area_id, off.pass_number) == (prepared.state.active_area, 1)
    with pytest.raises(Refusal, match="un-bound before"):
        do(prepared, cartridges.bind_cartridge(t.CARTRIDGE, 12, False))
    do(prepared, cartridges.bind_cartridge(OTHER, 12, False))
    assert not prepared.state.cartridge_needled


def test_a_broken_one_needs_the_search_for_fragments_and_is_used(prepared):
    with pytest.raises(Refusal, match="search for fragments"):
        do(prepared, cartridges.unbind_cartridge("Broken", True, BreakCheck(" ", True)))
    do(prepared, cartridges.unbind_cartridge("Broken", False, BreakCheck("No fragment found", True)))
    off = prepared.history[-1].what
    assert isinstance(off, ev.CartridgeUnbound)
    assert (off.used, off.broken, off.fragments, off.piece_kept) == (True, True, "No fragment found", True)
    assert [one.product for one in prepared.state.spent_cartridges] == [t.CARTRIDGE]


def test_without_a_serial_number_only_a_sealed_pack_will_do(prepared):
    do(prepared, cartridges.unbind_cartridge("Needles worn", used=True))
    with pytest.raises(Refusal, match="no serial number"):
        do(prepared, cartridges.bind_cartridge(LOT_ONLY, 12, False))
    do(prepared, cartridges.bind_cartridge(LOT_ONLY, 12, False, from_sealed_pack=True))
    assert prepared.state.cartridge.from_sealed_pack
    do(prepared, cartridges.unbind_cartridge("Needles worn", used=True))
    do(prepared, cartridges.bind_cartridge(LOT_ONLY, 12, False, from_sealed_pack=True))  # another of the same lot


def steps_before_needling() -> int:
    count = next(count for count in range(len(t.steps())) if t.walk(count).state.phase is Phase.NEEDLING)
    return count - 1


def reported(code: int, detail: str = "") -> ev.PenReported:
    return ev.PenReported("A1-000042", 1, 0, code, 12, detail)


def test_another_tag_than_the_package_is_asked_about_once(prepared):
    do(prepared, needling.facts(reported(3, "X-99")))
    assert tag_gate(prepared.state) == "the pen reads cartridge X-99, the package says S1"
    do(prepared, cartridges.accept_tag())
    assert tag_gate(prepared.state) == "" and prepared.history[-1].what == ev.CartridgeTagAccepted("X-99", "S1")
    before = len(prepared.history)
    do(prepared, cartridges.accept_tag())
    assert len(prepared.history) == before
    do(prepared, needling.facts(reported(3, "X-100")))
    assert "X-100" in tag_gate(prepared.state)
    do(prepared, needling.facts(reported(4)))
    assert tag_gate(prepared.state) == "" and prepared.state.pen_tag == ""


@pytest.mark.parametrize("tag", ["S1", "REF:S1", ""])
def test_a_tag_that_bears_the_serial_number_contradicts_nothing(prepared, tag):
    do(prepared, needling.facts(reported(3, tag)))
    assert tag_gate(prepared.state) == ""


def test_the_tag_shuts_the_way_to_the_needling():
    session = t.walk(steps_before_needling())
    do(session, needling.facts(reported(3, "X-99")))
    assert why_not(session.state, Phase.NEEDLING) == "the pen reads cartridge X-99, the package says S1"
    do(session, cartridges.accept_tag())
    assert why_not(session.state, Phase.NEEDLING) == ""


def test_old_histories_without_the_new_fields_still_fold():
    events = [event for event in t.walk().history]
    bound = next(event.what for event in events if isinstance(event.what, ev.CartridgeBound))
    payload = ev.to_payload(bound)
    assert not {"from_sealed_pack", "tag"} & payload.keys()  # as in a history from before there were such fields
    assert ev.from_payload("cartridge_bound", payload) == bound
    assert fold(events).spent_cartridges == []
