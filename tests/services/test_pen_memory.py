"""The pen used last is remembered, and a pen named by its number is the only one that will do."""

from uuid import UUID

import pytest
from rig_ports import PEN, RigRegistry

from console.domain import session_events as ev
from console.services.pen_memory import SERIAL_SETTING, PenMemory
from console.services.session_desk import Receipt


@pytest.mark.parametrize(("wanted", "port", "serial", "only"), [
    ("auto", "auto", "", False), ("auto:B-9", "auto", "B-9", True),
    ("socket://host:5000", "socket://host:5000", "", False),
    ("auto:", "auto", "", False), ("/dev/ttyUSB0", "/dev/ttyUSB0", "", False),
])
def test_a_port_may_name_a_pen_instead(wanted, port, serial, only):
    memory = PenMemory()
    assert memory.port_of(wanted) == port
    assert (memory.serial, memory.only) == (serial, only)


def test_the_pen_a_treatment_is_bound_to_is_kept_for_the_next_start():
    registry, memory = RigRegistry(), PenMemory()
    memory.keep_in(registry)
    bound = ev.PenBound(PEN.model, "B-9", "1", 1, 4000, 0, 31, 12, "", False)
    event = ev.SessionEvent(1, "PR-02", bound)
    memory.on_receipt(Receipt(UUID(int=1), 1, (0,), (event,)))
    assert registry.setting(SERIAL_SETTING) == "B-9"
    again = PenMemory()
    again.keep_in(registry)
    assert again.serial == "B-9" and not again.only
    assert again.model == PEN.model
