"""Preparation and needling of a past visit: by a recorded pen, or with settings entered by hand."""

from console.app.demo_codes import USED_SERIAL
from console.app.demo_pen import PenTale
from console.app.demo_photos import tell_photos
from console.app.demo_script import SECOND_US, Script
from console.domain import cartridges, closing, intake, needling
from console.domain import session_events as ev
from console.domain.products import dermis_warning
from console.domain.session_state import AreaProgress
from console.domain.workflow import Phase

PEN_NEEDLING_S = (315, 370)  # shorter than by hand, so that a first start stays short
NOTE_SHARE, MARK_SHARE, PAUSE_SHARE = 0.12, 0.08, 0.05
HAND_SHARE = (0.8, 1.25)  # of the time planned for an area
UNPLANNED_S = 90
BY_HAND_STEPS_UM = 50


def tell_needling(script: Script) -> bool:
    """Prepare and needle; False where the session was stopped for good."""
    _prepare(script)
    pen = PenTale(script) if script.visit.with_pen else None
    if pen is not None:
        pen.bind()
    elif script.is_twist("pen_failed"):
        PenTale(script).bind()
    else:
        script.do(intake.choose_manual_mode(script.word("manual")), 5, 15)
    if script.is_twist("restarted"):
        script.wait(60, 120)
        script.fact(ev.ConsoleRestarted(script.state.phase.value))
    script.do(intake.enter_phase(Phase.NEEDLING), 10, 25)
    if pen is not None:
        pen.begin()
    elif script.is_twist("pen_failed"):
        _fail_pen(script)
    stopped = _walk(script, pen)
    if pen is not None:
        pen.end()
    return not stopped


def _prepare(script: Script) -> None:
    visit, book = script.visit, script.book
    script.do(intake.disinfect(), 40, 90)
    photos = script.state.consents["photos"].given
    if not (photos and tell_photos(script, "before")):
        script.do(intake.record_photos(
            "before", 3 if photos else 0, "" if photos else script.word("photos_declined")), 20, 50)
    cartridge = book.product_for("cartridge", visit.who.plan_id)
    if script.is_twist("cartridge_dropped"):
        script.do(cartridges.bind_cartridge(
            script.lot(cartridge, _serial(script)), cartridge.product.needles, False), 10, 25)
        script.do(cartridges.unbind_cartridge(script.word("cartridge_dropped"), False), 15, 40)
    serial = USED_SERIAL if visit.line is not None and visit.line.state == "sealed" and visit.number == 1 else ""
    script.do(cartridges.bind_cartridge(
        script.lot(cartridge, serial or _serial(script)), cartridge.product.needles, False), 10, 25)
    glide = book.product_for("glide")
    warning = dermis_warning(script.library.skin_product(glide.product.clinical_id))
    script.do(intake.choose_glide(script.lot(glide), warning), 10, 20)


def _serial(script: Script) -> str:
    return f"S{script.chance.randrange(100_000, 1_000_000)}"


def _fail_pen(script: Script) -> None:
    """The pen falls silent before its first sample; settings are entered by hand from there."""
    pen = script.state.pen
    if pen is None:
        return
    script.wait(3, 5)
    script.fact(ev.LinkChanged("lost", "The pen has fallen silent", pen.serial))
    alarm_id = script.raise_alarm("link_lost", script.at_us - 2 * SECOND_US)
    script.do(needling.acknowledge([alarm_id] if alarm_id else []), 4, 10)
    script.fact(ev.GapRecorded(pen.serial, pen.boot_id, 0, 0, "link_lost"))
    script.do(intake.choose_manual_mode(script.word("pen_failed")), 15, 40)
    script.end_alarm(alarm_id, script.at_us)


# --- the way through the areas ----------------------------------------------------------------------


def _walk(script: Script, pen: PenTale | None) -> bool:
    """Needle every area; True where the session was stopped for good."""
    areas = [area.plan.area_id for area in script.state.treatable_areas()]
    passes = sum(script.state.areas[area_id].plan.passes for area_id in areas)
    pen_pass_s = script.chance.uniform(*PEN_NEEDLING_S) / passes
    trouble = max(0, len(areas) // 2 - 1)
    for place, area_id in enumerate(areas):
        if _is_deepest(script, area_id) or (place == trouble and script.is_twist("target_changed")):
            _deepen(script, area_id)
        if _needle(script, pen, area_id, pen_pass_s, at_trouble=place == trouble):
            return True
    script.do(needling.end_needling(script.word("left_out")), 3, 9)
    return False


def _is_deepest(script: Script, area_id: str) -> bool:
    line = script.visit.line
    return line is not None and area_id in line.deepest_areas and not script.visit.with_pen


def _deepen(script: Script, area_id: str) -> None:
    plan, line = script.state.areas[area_id].plan, script.visit.line
    deeper_um = line.deepest_um if line is not None and line.deepest_um else plan.target_depth_um + 100
    script.do(needling.change_target(area_id, deeper_um, script.word("target_changed")), 3, 6)


def _needle(script: Script, pen: PenTale | None, area_id: str, pen_pass_s: float, at_trouble: bool) -> bool:
    """Do every pass of one area; True where the session was stopped for good in it."""
    script.do(needling.start_area(area_id), 1.5, 4)
    area = script.state.areas[area_id]
    if pen is None:
        script.do(needling.enter_by_hand(area_id, _dialled_um(script, area), _dialled_chz(script, area)), 4, 9)
    passes = area.plan.passes
    for number in range(1, passes + 1):
        length_s = _pass_s(script, area, pen_pass_s if pen is not None else None)
        started_us = script.at_us
        troubled = at_trouble and number == passes
        if pen is not None:
            pen.needle(area.plan, started_us, length_s, troubled)
        if troubled and _trouble(script, area_id, length_s):
            return True
        _incidents(script, pen, area_id, started_us, length_s)
        script.at_us = max(script.at_us, started_us + round(length_s * SECOND_US))
        if number == passes:
            _finish(script, area_id, at_trouble)
        else:
            script.do(needling.forward())
            script.wait(0.5, 1.5)
    return False


def _finish(script: Script, area_id: str, at_trouble: bool) -> None:
    if script.state.areas[area_id].plan.endpoint and script.chance.random() < 0.85:
        script.do(needling.note_endpoint(area_id, script.state.areas[area_id].plan.endpoint))
    if at_trouble and script.is_twist("left_out"):
        script.do(needling.extra_pass())
        script.do(needling.finish_area(area_id, script.word("left_out")), 1, 3)
    else:
        script.do(needling.finish_area(area_id))


def _pass_s(script: Script, area: AreaProgress, pen_pass_s: float | None) -> float:
    if pen_pass_s is not None:
        return pen_pass_s * script.chance.uniform(0.8, 1.2)
    planned_s = area.plan.planned_s or UNPLANNED_S * area.plan.passes
    return planned_s / area.plan.passes * script.chance.uniform(*HAND_SHARE)


def _dialled_um(script: Script, area: AreaProgress) -> int:
    off_steps = script.chance.choice((-1, 0, 0, 0, 0, 1))
    return max(BY_HAND_STEPS_UM, area.plan.target_depth_um + off_steps * BY_HAND_STEPS_UM)


def _dialled_chz(script: Script, area: AreaProgress) -> int:
    return round(script.chance.uniform(area.plan.rate_low_chz, area.plan.rate_high_chz) / 500) * 500


# --- what happens on the way --------------------------------------------------------------------------


def _incidents(script: Script, pen: PenTale | None, area_id: str, started_us: int, length_s: float) -> None:
    """Let a note, a mark or a pause happen in the middle of a pass."""
    roll = script.chance.random()
    middle_us = started_us + round(length_s * 0.5 * SECOND_US)
    if script.at_us > middle_us or length_s < 12:
        return
    script.at_us = middle_us
    if roll < NOTE_SHARE:
        script.do(needling.write_note(script.word("notes"), area_id))
    elif roll < NOTE_SHARE + MARK_SHARE:
        script.do(needling.mark(script.word("marks")))
    elif roll < NOTE_SHARE + MARK_SHARE + PAUSE_SHARE and pen is None:
        script.do(needling.pause(script.word("pause_reasons")))
        script.do(needling.resume(), 15, 60)


def _trouble(script: Script, area_id: str, length_s: float) -> bool:
    """Let the visit's twist happen; True where it ends the needling."""
    script.wait(min(6.0, length_s / 4))
    if script.is_twist("stopped_for_good", "stopped_and_went_on"):
        script.do(closing.stop())
        script.do(closing.explain_stop(script.word("stop_reasons")), 8, 25)
        if script.is_twist("stopped_for_good"):
            return True
        script.do(closing.continue_session(), 60, 180)
        script.do(needling.resume(), 5, 15)
    elif script.is_twist("undo"):
        script.do(needling.note_endpoint(area_id, "pinpoint_bleeding"))
        script.do(script.session.undo([len(script.session.history) - 1], "taken back at once"), 2, 5)
    elif script.is_twist("handed_over"):
        other = next(one for one in script.book.practitioners if one.staff_id != script.actor_id)
        script.actor_id = other.staff_id
        script.do(closing.hand_over(other.staff_id))
    return False
