"""Paper forms by hand: printed with a number, entered row by row, signed on the page of the session."""

from pathlib import Path

import pytest
from desk_touch import part, touch
from PySide6.QtWidgets import QLineEdit

from console.domain.downtime import NEEDED
from ui.desk.downtime import DowntimePage
from ui.documents.downtime_form import write_downtime_form
from ui.page import Page

TYPED = {"patient": "P-0460", "written_by": "PR-01", "day": "2026-11-16", "opened": "09:00", "consented": "09:10",
         "ended": "10:00", "lot": "C7", "serial": "S99", "expiry": "2028-01-31", "no_anesthetic": "her wish",
         "no_serum": "none wished"}


@pytest.fixture
def window(desk_window, console):
    made = desk_window("downtime", DowntimePage(console, lambda number: Path(f"paper-form-{number}.pdf")))
    made.add_page("sign_off", Page())
    touch(made, "action.issue")
    touch(made, "paper.D-0001")
    return made


def write(window, **changes):
    for key, text in {**TYPED, **changes}.items():
        part(window, f"entry.{key}", QLineEdit).setText(text)
    touch(window, "entry.cartridge.12_needle_cartridge")
    for key in (*NEEDED, "no_glide"):
        touch(window, f"entry.written.{key}")


def row(window, area_id, *texts):
    for word, text in zip(("depth", "passes", "from", "until"), texts, strict=True):
        part(window, f"entry.{area_id}.{word}", QLineEdit).setText(text)


def test_a_form_is_entered_and_waits_for_its_signature(window, console):
    write(window)
    touch(window, "entry.plan.facial_wrinkles")
    area_id = console.library.plan("facial_wrinkles").area_ids[1]
    row(window, area_id, "0,60", "2", "09:20", "09:40")
    touch(window, "action.enter")
    assert window.page_key == "sign_off"
    state = console.desk.front.state
    assert state.afterwards.paper == "D-0001" and list(state.areas) == [area_id]
    assert state.areas[area_id].manual[-1][1].depth_um == 600
    assert console.clinic.papers.papers()[0].session_id == str(console.desk.front.session_id)


@pytest.mark.parametrize(("texts", "said"), [
    (("deep", "2", "09:20", "09:40"), "depth or passes is no number"), (("nan", "2", "09:20", "09:40"), "no number"),
    (("0.6", "2", "09:40", "09:20"), "do not follow each other"), (("0.6", "2", "", "09:40"), "is no time")])
def test_what_does_not_fit_is_one_sentence_and_stays_typed(window, console, texts, said):
    write(window)
    touch(window, "entry.plan.facial_wrinkles")
    area_id = console.library.plan("facial_wrinkles").area_ids[0]
    row(window, area_id, *texts)
    touch(window, "action.enter")
    assert said in part(window, "entry.words").text()
    assert part(window, "entry.patient", QLineEdit).text() == "P-0460" and console.desk.sessions == []


def test_a_form_out_of_use_cannot_be_entered(window, console):
    touch(window, "action.void")
    touch(window, "reason.torn_or_lost")
    touch(window, "reason.confirm")
    assert console.clinic.papers.papers()[0].state == "void"
    touch(window, "paper.D-0001")
    assert window.action_bar.button("enter") is None


def test_the_paper_has_every_part_on_two_pages_at_most(tmp_path, qapp, console):
    rules = [rule.question for rule in console.library.rules]
    plan = console.library.plans[0]
    pages = write_downtime_form(tmp_path / "f.pdf", "D-0001", "Clinic", plan, rules, "2026-11-17", 1)
    assert pages <= 2 and (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF-")
