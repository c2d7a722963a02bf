"""What the scripted practitioner is told to do: the treatment part of a scenario file, read strictly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.domain.clock import to_utc_us
from console.domain.errors import OperatorError
from devices.simulator.scenario_file import PenScenario, read_scenario, shipped_names


@dataclass(frozen=True, slots=True)
class Scenario:
    """A treatment to be played. Seconds of needling are pen time."""

    name: str
    title: str
    starts_us: int
    patient: str
    practitioner: str
    manager: str
    pin: str
    past_sessions: int
    with_telemetry: int
    pen_serial: str
    pass_s: float
    first_pass_s: float
    overdepth_area: str
    overdepth_um: int
    overdepth_s: float
    unplug_area: str
    unplug_s: float
    pause_area: str
    dim_area: str


def scenario_names() -> list[str]:
    """Give the scenarios that ship and hold a treatment to be played."""
    return [name for name in shipped_names() if "treatment" in read_scenario(name).entry]


def load_scenario(wanted: str, read: Callable[[str], PenScenario] = read_scenario) -> Scenario:
    """Read a scenario by name or file; OperatorError naming the ones there are, or the field that is wrong."""
    pen = read(wanted)
    entry = pen.entry
    if isinstance(entry.get("treatment"), str):  # another scenario's treatment, with this one's pen
        entry = read(entry["treatment"]).entry
    if "treatment" not in entry:
        raise OperatorError(
            f"The scenario «{wanted}» is a pen's only", "nothing was started",
            f"choose one of {', '.join(scenario_names())}")
    try:
        return _scenario(pen, entry)
    except KeyError as missing:
        complaint = f"lacks {missing}"
    except (ValueError, TypeError) as wrong:
        complaint = f"is wrong: {wrong}"
    raise OperatorError(f"The scenario {wanted} {complaint}", "nothing was changed", "mend its file")


def _scenario(pen: PenScenario, entry: dict[str, Any]) -> Scenario:
    treatment, needling = entry["treatment"], entry["needling"]
    return Scenario(
        pen.name, pen.title, to_utc_us(datetime.fromisoformat(treatment["starts"])), treatment["patient"],
        treatment["practitioner"], treatment["manager"], treatment["pin"], int(treatment["past_sessions"]),
        int(treatment["with_telemetry"]), pen.make.serial, float(needling["pass_s"]),
        float(needling["first_pass_s"]), needling["overdepth_area"], int(needling["overdepth_um"]),
        float(needling["overdepth_s"]), needling["unplug_area"], float(needling["unplug_s"]),
        needling["pause_area"], needling["dim_area"])
