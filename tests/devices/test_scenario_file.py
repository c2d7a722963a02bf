"""The scenarios that ship, each lived through: what the pen still held is there once, what is missing is named."""

import pytest
from link_bench import LinkBench
from simulated_peer import OnBench

from console.domain.errors import OperatorError
from console.domain.telemetry import GapCause
from devices.simulator.faults import parse_fault
from devices.simulator.pen import SimulatedPen
from devices.simulator.scenario_file import read_scenario, shipped_names
from devices.simulator.serve import build_parser, list_all, make_pen

LIFE_S = 115.0
CAUSES = {
    "weak-battery": {GapCause.PEN_RESTART},
    "restart": {GapCause.PEN_RESTART, GapCause.PEN_OVERRUN},
    "pen-swapped": {GapCause.PEN_SWAP},
}


@pytest.mark.parametrize("name", shipped_names())
def test_each_scenario_is_recorded_whole_or_its_gaps_are_named(name: str) -> None:
    told = read_scenario(name)
    assert told.name == name
    pen = SimulatedPen(told.make, told.seed, told.faults, told.repeat_s)
    pen.hand.auto = pen.body.motor_on = True
    bench = LinkBench(OnBench(pen))
    bench.plug_in()
    bench.machine.begin_recording(bench.moment)
    while bench.now_s < LIFE_S:
        bench.run(0.1)
        if pen.plugged != bench.plugged:
            (bench.plug_in if pen.plugged else bench.pull_out)()
        other = bench.machine.notice().other_pen
        if other is not None:
            bench.machine.accept_pen(other.serial, bench.moment)
    bench.machine.end_recording(5.0, bench.moment)
    bench.settle()
    assert bench.twice == 0 and bench.stored
    assert {gap.cause for gap in bench.gaps} == CAUSES.get(name, set())
    for (serial, boot_id), there in bench.stored.items():
        named = sum(gap.count for gap in bench.gaps if gap.boot_id == boot_id and gap.first_index <= max(there))
        assert len(there) == max(there) - min(there) + 1 - named, (serial, boot_id)


def test_a_timeline_begins_anew() -> None:
    pen = SimulatedPen(read_scenario("calm").make, 1, [parse_fault("battery@2:9"), parse_fault("swap@3")], 10.0)
    serials = []
    for second in range(25):
        pen.advance(float(second))
        serials.append(pen.make.serial)
    assert [serials[2], serials[3], serials[12], serials[13], serials[24]] == [
        "A1-000042", "A1-000042-B", "A1-000042-B", "A1-000042", "A1-000042-B"]


def test_a_file_of_ones_own_and_options_over_it(tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\ntitle = "T"\nfaults = ["drop@9"]\n'
        '[pen]\nserial = "Z-1"\nrate_hz = 500\nheld_s = 10\ncartridge = ""\ndepth_um = 250\nseed = 4\n')
    pen = make_pen(build_parser().parse_args(["--scenario", str(own), "--fault", "stall@2", "--depth-um", "700"]))
    assert (pen.make.serial, pen.make.rate_hz, pen.make.resend_samples) == ("Z-1", 500, 5_000)
    assert (pen.make.depth_um, pen.make.cartridge) == (700, "")
    faster = make_pen(build_parser().parse_args(["--scenario", str(own), "--rate", "1000", "--serial", "Y"]))
    assert (faster.make.serial, faster.make.resend_samples) == ("Y", 10_000)


@pytest.mark.parametrize(("line", "words"), [
    ('colour = "red"', "unknown field «colour»; nothing was started; use name, title, faults"),
    ('faults = "drop@3"', "faults is 'drop@3'; nothing was started; give a list"),
    ('faults = ["boil@3"]', "there is no fault «boil@3»; nothing was started; write NAME@SECONDS"),
    ('faults = ["drop@30"]\nrepeat_s = 20', "repeat_s is 20.0; nothing was started; give more than"),
    ("repeat_s = nan", "repeat_s is nan; nothing was started; give a number from 0 to 86400"),
    ("[pen]\nrate_hz = 0", "rate_hz is 0; nothing was started; give a number from 1 to 1000"),
    ("[pen]\nserial = 7", "serial is 7; nothing was started; give a text"),
    ("[pen]\ncolour = 7", "unknown field «pen.colour»"),
    ("pen = 3", "pen is 3; nothing was started; give a table"),
    ("[pen", "is wrong: .*line 3"),
])
def test_a_wrong_file_says_which_field_and_what_is_allowed(tmp_path, line: str, words: str) -> None:
    bent = tmp_path / "bent.toml"
    bent.write_text(f'name = "bent"\ntitle = "Bent"\n{line}\n')
    with pytest.raises(OperatorError, match=words):
        read_scenario(str(bent))


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(OperatorError, match=r"none\.toml cannot be read"):
        read_scenario("none.toml")
    with pytest.raises(OperatorError, match="choose one of acne-scars, bad-day"):
        read_scenario("none")


def test_the_list_names_every_scenario_and_fault() -> None:
    told = list_all()
    assert all(f"  {name} " in told for name in shipped_names())
    assert "noise@T[:N]" in told and "cartridge@T" in told
