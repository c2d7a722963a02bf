"""The live numbers of needling: what each readout shows of the newest readings, the plan and the alarms."""

from dataclasses import dataclass

from console.domain.quantities import quantity
from console.domain.session_events import AreaPlan
from console.domain.session_state import SessionState
from console.services.alarm_board import ShownAlarm
from console.services.area_figures import contact_of
from console.services.needling_tally import NeedlingTally
from console.services.sample_ring import LatestValues
from ui.widgets.readout import GaugeLook, ReadoutLook

NO_CONTACT = "No contact told: no time on skin"
STALE_S = 0.5  # older readings are never shown as live
GAUGE_UM = 2_000
_DEPTH, _RATE = quantity("depth_um"), quantity("rate_chz")


@dataclass(frozen=True)
class Moment:
    """The readings of now with what they are judged by; ``judged``: a pass runs and is not on hold."""

    values: LatestValues
    plan: AreaPlan | None
    alarms: tuple[ShownAlarm, ...] = ()
    judged: bool = False

    @property
    def live(self) -> bool:
        """Tell whether the readings are young enough to be shown."""
        age_s = self.values.age_s
        return age_s is not None and age_s <= STALE_S

    def alarm_of(self, *quantities: str) -> ShownAlarm | None:
        """Give the gravest alarm about these quantities whose cause lasts."""
        return next((one for one in self.alarms if one.lasting and one.alarm.rule.quantity in quantities), None)


def depth_side(moment: Moment) -> tuple[str, str]:
    """Give on which side of the band the depth alarms, and how gravely; empty for no alarm."""
    alarm = moment.alarm_of("depth_um", "set_depth_um")
    side = alarm.alarm.rule.compare.value if alarm is not None and moment.live else ""
    if alarm is None or side not in ("above", "below"):
        return "", "medium"
    return side, alarm.priority


def rate_side(moment: Moment) -> tuple[str, str]:
    """Give on which side of the band the speed alarms, and how gravely."""
    alarm, rate = moment.alarm_of("rate_chz"), moment.values.rate_chz
    if alarm is None or rate is None or moment.plan is None or not moment.live:
        return "", "low"
    return ("above" if rate > moment.plan.rate_high_chz else "below"), alarm.priority


def depth_look(moment: Moment) -> tuple[ReadoutLook, GaugeLook]:
    """Give the depth's readout and gauge."""
    values, plan = moment.values, moment.plan
    if not moment.live:
        return ReadoutLook("", "stale", _age_note(values)), gauge_of(plan, None)
    depth_um = values.depth_um
    text = _DEPTH.shown(depth_um) if depth_um is not None else ""
    gauge = gauge_of(plan, depth_um)
    side, priority = depth_side(moment)
    if side:
        return ReadoutLook(text, "alarm", _off_note(depth_um, plan, side), priority=priority,
                           provenance=values.provenance), gauge
    if depth_um is None:
        return ReadoutLook("", "stale", "Bad sensor" if values.bad_depth else "This pen tells no depth"), gauge
    if values.contact is False:
        return ReadoutLook(text, "no_contact", "Not on skin", provenance=values.provenance), gauge
    inside = plan is not None and plan.band_low_um <= depth_um <= plan.band_high_um
    if moment.judged and inside:
        return ReadoutLook(text, "in_band", provenance=values.provenance), gauge
    note = _off_note(depth_um, plan, "") if moment.judged else ""
    return ReadoutLook(text, "plain", note, provenance=values.provenance), gauge


def _off_note(depth_um: int | None, plan: AreaPlan | None, side: str) -> str:
    if depth_um is None or plan is None:
        return ""
    if depth_um > plan.band_high_um:
        return f"{_DEPTH.shown(depth_um - plan.band_high_um)} over {'limit' if side else 'band'}"
    if depth_um < plan.band_low_um:
        return f"{_DEPTH.shown(plan.band_low_um - depth_um)} under {'limit' if side else 'band'}"
    return ""


def _age_note(values: LatestValues) -> str:
    if values.age_s is None:
        return "No reading yet"
    last = f"Last {_DEPTH.with_unit(values.depth_um)}" if values.depth_um is not None else "Last reading"
    return f"{last}, {_age_words(values.age_s)} ago"


def _age_words(age_s: float) -> str:
    return f"{age_s:.0f} s" if age_s < 90 else f"{age_s / 60:.0f} min"


def gauge_of(plan: AreaPlan | None, depth_um: int | None) -> GaugeLook:
    """Give the gauge of a depth against an area's band, in mm."""
    high_um = GAUGE_UM if plan is None or plan.band_high_um < GAUGE_UM else _DEPTH.high
    ends = ("0", f"{high_um / 1000:.1f}")
    value = None if depth_um is None else depth_um / 1000
    if plan is None:
        return GaugeLook(value, None, 0.0, high_um / 1000, ends)
    low, high = _DEPTH.shown(plan.band_low_um), _DEPTH.shown(plan.band_high_um)
    words = f"Plan {_DEPTH.shown(plan.target_depth_um)}, band {low} to {high}"
    return GaugeLook(value, (plan.band_low_um / 1000, plan.band_high_um / 1000), 0.0, high_um / 1000, ends, words)


def rate_look(moment: Moment) -> ReadoutLook:
    """Give the speed's readout."""
    plan = moment.plan
    footer = f"Plan {_RATE.span(plan.rate_low_chz, plan.rate_high_chz)}" if plan else ""
    rate_chz = moment.values.rate_chz
    if not moment.live or rate_chz is None:
        return ReadoutLook("", "stale", footer=footer)
    side, priority = rate_side(moment)
    state = "alarm" if side else "plain"
    return ReadoutLook(_RATE.shown(rate_chz), state, footer=footer, priority=priority)


def time_look(seconds: int, planned_s: int, words: str = "") -> ReadoutLook:
    """Give the area time's readout; ``words`` on the clock stand in place of the planned time."""
    about = f"About {max(round(planned_s / 60), 1)} min" if planned_s else ""
    return ReadoutLook(minutes_text(seconds), "plain", footer=words or about)


def minutes_text(seconds: int) -> str:
    """Write seconds as minutes: 2:54."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def readings_words(rate: int, state: SessionState) -> str:
    """Say how many readings a second are here, and how many the session lost."""
    lost = sum(gap.count for gap in state.gaps)
    told = "none lost" if not state.gaps else f"{lost:,} lost" if lost else "some lost"
    return f"{rate} readings a second, {told}" if rate else f"No readings, {told}"


def skin_words(tally: NeedlingTally, state: SessionState, area_id: str) -> tuple[str, ...]:
    """Say what is known of an area's punctures (an estimate) and its time on the skin, in one or two lines."""
    punctures, contact_s = tally.punctures_per_cm2(state, area_id), tally.contact_s(area_id)
    by = " by motor current" if contact_of(state).kind == "load" else ""
    skin = NO_CONTACT if contact_s is None else f"{contact_s:.0f} s on skin{by}"
    over_s = tally.over_band_s(area_id)
    if contact_s is not None and over_s >= 0.5:
        skin += f", {over_s:.0f} s over band"
    return (f"Est. {punctures:,} per cm²", skin) if punctures else (skin,)


def depth_axis(plan: AreaPlan) -> tuple[float, float, tuple[float, ...]]:
    """Give a fixed axis around an area's target, in mm: half a millimetre to either side, a tick each quarter."""
    middle = max(round(plan.target_depth_um / 250), 2) * 0.25
    reach = max(0.5, plan.band_high_um / 1000 - middle + 0.25)
    steps = round(reach / 0.25 + 0.49)
    ticks = tuple(middle + step * 0.25 for step in range(-steps, steps + 1) if middle + step * 0.25 >= 0)
    if len(ticks) > 7:
        ticks = ticks[::2]
    return ticks[0] - 0.05, ticks[-1] + 0.05, ticks


def rate_axis(plan: AreaPlan) -> tuple[float, float, tuple[float, ...]]:
    """Give a fixed axis around an area's speeds, in Hz."""
    low, high = plan.rate_low_chz / 100, plan.rate_high_chz / 100
    middle, step = round((low + high) / 2), max(round((high - low) / 10) * 10, 10)
    return middle - step * 1.1, middle + step * 1.1, (middle - step, middle, middle + step)
