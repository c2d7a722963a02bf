"""The invented clinic's own records: incidents, competences, duties and an emergency card."""

from datetime import timedelta

from console.domain import competences, incidents, room_log
from console.domain.competences import Competence
from console.domain.history import canonical_json
from console.domain.incidents import Incident, IncidentKind
from console.domain.ports import Registry
from console.domain.room_log import Duty, RoomEntry
from console.services.emergency_desk import SETTING as EMERGENCY_SETTING
from console.services.local_time import day_start_us, local_day
from console.services.room_log_desk import DUTIES_SETTING

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
DUTIES = (Duty("wiped", "Surfaces wiped", 1), Duty("sharps", "Sharps box changed"),
          Duty("kit", "Emergency kit checked", 30), Duty("fridge", "Fridge read", 1, "Temperature"))
EMERGENCY = {
    "number": "000 (invented)", "kit_place": "Corridor, red cupboard, second shelf",
    "kit": ["Kit A, sealed", "Oxygen", "Blood pressure monitor"],
    "entries": ["Called for help", "Laid flat", "Kit brought", "Oxygen given", "Help arrived", "Handed over"],
}
HELD = (("PR-01", "all", 400, "Course of the spring"), ("PR-02", "all", 300, "Course of the spring"),
        ("PR-03", "plan:facial_acne_scars", 21, "Certificate to be renewed"), ("PR-05", "all", 200, ""),
        ("MG-01", "all", 500, ""), ("AD-01", "all", 500, ""))


def write_records(registry: Registry, room: str, now_us: int, author: str) -> None:
    """Write a few of each, counted from ``now_us``."""
    today = local_day(now_us)
    registry.save_setting(DUTIES_SETTING, canonical_json(room_log.duty_rows(DUTIES)).decode(), author)
    registry.save_setting(EMERGENCY_SETTING, canonical_json(EMERGENCY).decode(), author)
    for staff_id, covers, days, note in HELD:
        until = (today + timedelta(days=days)).isoformat()
        registry.save_record(competences.to_record(
            Competence(f"demo-{staff_id}", staff_id, covers, until, note)), author)
    morning_us = day_start_us(today)
    for number, (duty, days, reading) in enumerate((
            (DUTIES[1], 4, ""), (DUTIES[2], 9, ""), (DUTIES[0], 1, ""), (DUTIES[3], 1, "4.6 °C"),
            (DUTIES[3], 0, "4.4 °C"))):
        at_us = min(morning_us - days * DAY_US + 8 * HOUR_US, now_us)
        registry.save_record(room_log.to_record(RoomEntry(
            f"demo-{number}", duty.duty_id, duty.text, room, at_us, "PR-02", reading)), "PR-02")
    for made in _incidents(room, now_us):
        registry.save_record(incidents.to_record(made), made.steps[-1].by)


def _incidents(room: str, now_us: int) -> list[Incident]:
    def day(offset: int) -> str:
        return (local_day(now_us) + timedelta(days=offset)).isoformat()

    stick = incidents.reported(Incident(
        IncidentKind.NEEDLESTICK, ("Practitioner hurt", "Used needle"), "Left thumb, glove pierced",
        ("Wound washed", "Occupational physician told"), "I-0001", room=room), now_us - 12 * DAY_US, "PR-03")
    stick = incidents.assigned(stick, "MG-01", day(-2), now_us - 11 * DAY_US, "MG-01")
    fault = incidents.reported(Incident(
        IncidentKind.DEVICE_FAULT, ("Depth not as set",), "", ("Pen taken out of use",), "I-0002", room=room),
        now_us - 30 * DAY_US, "PR-01")
    fault = incidents.assigned(fault, "PR-01", day(-20), now_us - 30 * DAY_US, "MG-01")
    fault = incidents.closed(fault, "Dial cleaned, checked against the gauge", now_us - 25 * DAY_US, "MG-01")
    piece = incidents.reported(Incident(
        IncidentKind.FRAGMENT, ("Cartridge broke", "Piece kept"), "Before the skin was touched", ("Maker told",),
        "I-0003", room=room), now_us - DAY_US, "PR-05")
    return [stick, fault, incidents.assigned(piece, "PR-05", day(6), now_us - DAY_US, "MG-01")]
