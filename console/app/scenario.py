"""What the scripted practitioner is told to do: a scenario file, read strictly."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.domain.clock import to_utc_us
from console.domain.errors import OperatorError
from console.services.resources import resource_path


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
    pen_seed: int
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
    """Give the scenarios that ship."""
    return sorted(path.stem for path in resource_path("scenarios").glob("*.toml"))


def load_scenario(name: str) -> Scenario:
    """Read a scenario by name; OperatorError naming the ones there are, or the field that is wrong."""
    if name not in scenario_names():
        raise OperatorError(
            f"There is no scenario «{name}»", "nothing was changed", f"choose one of {', '.join(scenario_names())}")
    text = resource_path("scenarios", f"{name}.toml").read_text(encoding="utf-8")
    try:
        return _scenario(tomllib.loads(text))
    except KeyError as missing:
        raise OperatorError(f"The scenario {name} lacks {missing}", "nothing was changed", "mend its file") from None
    except (tomllib.TOMLDecodeError, ValueError, TypeError) as wrong:
        raise OperatorError(f"The scenario {name} is wrong: {wrong}", "nothing was changed", "mend its file") from None


def _scenario(entry: dict[str, Any]) -> Scenario:
    needling, pen = entry["needling"], entry["pen"]
    return Scenario(
        entry["name"], entry["title"], to_utc_us(datetime.fromisoformat(entry["starts"])), entry["patient"],
        entry["practitioner"], entry["manager"], entry["pin"], int(entry["past_sessions"]),
        int(entry["with_telemetry"]), pen["serial"], int(pen["seed"]), float(needling["pass_s"]),
        float(needling["first_pass_s"]), needling["overdepth_area"], int(needling["overdepth_um"]),
        float(needling["overdepth_s"]), needling["unplug_area"], float(needling["unplug_s"]),
        needling["pause_area"], needling["dim_area"])
