import pytest

from console.domain.quantities import QUANTITIES, quantity
from console.domain.telemetry import Sample


def test_every_measured_field_of_a_sample_has_its_row():
    assert set(Sample._fields) - {"flags"} <= set(QUANTITIES)


@pytest.mark.parametrize(("name", "stored", "shown"), [
    ("depth_um", 1020, "1.02 mm"), ("rate_chz", 11_200, "112 Hz"), ("mass_mg", 30_000, "30.0 g"),
    ("area_mm2", 20_000, "200 cm²"), ("battery_percent", 15, "15%"), ("volume_ul", 2000, "2.0 mL"),
    ("depth_um", None, "--- mm"),
])
def test_values_are_shown_with_their_unit(name, stored, shown):
    assert quantity(name).with_unit(stored) == shown


def test_ranges_hold_their_ends():
    depth = quantity("depth_um")
    assert depth.allows(0) and depth.allows(depth.high)
    assert not depth.allows(-1) and not depth.allows(depth.high + 1)
    assert all(one.low < one.high and one.scale > 0 for one in QUANTITIES.values())


def test_a_range_with_one_value_is_one_number() -> None:
    rate = quantity("rate_chz")
    assert rate.span(10_000, 12_000) == "100 to 120"
    assert rate.span(11_667, 11_667) == "117"
