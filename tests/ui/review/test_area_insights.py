"""Areas over many sessions, outcomes against density, over a real folder: what counts, how it is shown, written."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from console_rig import PIN
from dossiers import FACE, make_dossier
from fake_clock import FakeClock
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from real_window import RealWindow
from stored_sessions import WAIT_S, store_dossier

from console.app.cli import main
from console.domain import session_events as ev
from console.domain.people import Role, Staff
from console.domain.session_events import SessionEvent
from console.domain.session_list import FacetKind
from console.services.review_desk import SessionDossier
from ui.review.area_insights import AreasPage

DAY_US = 86_400_000_000
DOSSIER = make_dossier(FACE[:3])
AREAS = DOSSIER.areas
MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)


def graded(dossier: SessionDossier, value: int) -> SessionDossier:
    """Give the dossier with a scale's grading before its end."""
    place = next(number for number, one in enumerate(dossier.events) if isinstance(one.event.what, ev.SessionEnded))
    at = dossier.events[place - 1]
    told = replace(at, event=SessionEvent(at.event.at_us, "PR-02", ev.OutcomeGraded(
        "gais", 1, "Acne scars", value, 0, 4, "lower", "practitioner")))
    return replace(dossier, events=(*dossier.events[:place], told, *dossier.events[place:]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("areas")


@pytest.fixture(scope="module")
def real(qapp: QApplication, folder: Path) -> Iterator[RealWindow]:
    made = RealWindow(qapp, folder / "data", FakeClock())
    for days, value in ((-60, 4), (-30, 3), (0, 2)):
        session_id = store_dossier(made.made.recorder, graded(DOSSIER, value), days * DAY_US)
        made.made.recorder.save_area_summaries(session_id, AREAS)
    assert made.made.recorder.synchronise(WAIT_S)
    made.console.registry.save_staff(MANAGER, PIN, "MG-01")
    made.console.desk.actor = MANAGER
    yield made
    made.close()


def opened(real: RealWindow, which: str) -> AreasPage:
    real.window.open_page("areas")
    page = real.window.page()
    assert isinstance(page, AreasPage)
    page._which.set_choice(which)
    page._span.set_choice("all")
    page.read()
    answer(real)
    return page


def written(folder: Path) -> Path:
    return next(one.parent for one in folder.rglob("insights-*"))


def answer(real: RealWindow) -> None:
    while real.console.queries.busy:
        real.live()
    real.live()
    real.live()
    real.live()


def test_areas_tell_time_depth_and_density_of_finished_treatments(real: RealWindow, folder: Path) -> None:
    page = opened(real, "areas")
    assert [one.cells[:2] for one in page._table.rows()] == [
        ("Chin", "3, few"), ("Forehead", "3, few"), ("Jawline, right", "3, few")]
    told = {one.label: one for one in AREAS}
    for one in page._areas:
        assert one.sums.minutes == pytest.approx(told[one.label].area_time_s / 60)
        assert one.sums.density == told[one.label].punctures_per_cm2 and len(one.months) == 3
        assert one.sums.depth_mm == pytest.approx((told[one.label].median_depth_um or 0) / 1_000)
    page._table.row_chosen.emit("face.forehead")
    assert page._name.text().startswith("Forehead, 3 treatments")
    page._write_figures()
    lines = list(csv.reader((written(folder) / "insights-areas.csv").read_text().splitlines()))
    assert lines[0][:4] == ["area", "label", "month", "treated"] and len(lines) == 1 + 3 + 9
    page._write_picture()
    assert QImage(str(written(folder) / "insights-areas.png")).width() > 400
    page._open_log()
    answer(real)
    assert real.window.page()._wanted.values(FacetKind.AREA) == ("face.forehead",)


def test_courses_tell_their_outcome_beside_their_density(real: RealWindow, folder: Path) -> None:
    page = opened(real, "outcomes")
    course = page._courses[0]
    assert len(page._courses) == 1 and (course.sessions, course.gained) == (3, 2)
    assert course.density == pytest.approx(sum(one.punctures_per_cm2 or 0 for one in AREAS) / len(AREAS))
    assert page._table.rows()[0].cells[4:] == ("4", "2", "Better")
    assert "too few to compare" in page._foot.text() and "proves none" in page._foot.text()
    page._write_figures()
    assert "Acne scars" in (written(folder) / "insights-outcomes.csv").read_text()


def test_a_failure_is_one_plain_sentence(real: RealWindow) -> None:
    page = opened(real, "areas")
    page.failed(ZeroDivisionError("float division by zero"))
    assert "division" not in real.window.notice.text and "nothing was changed" in real.window.notice.text


def test_the_command_tells_what_the_page_shows(
    real: RealWindow, folder: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    place = str(folder / "data")
    assert main(["insights", "--by", "area", "--span", "all", "--json", "--data", place]) == 0
    told = json.loads(capsys.readouterr().out)["areas"]
    assert [(one["area"], one["treated"]) for one in told] == [
        ("face.chin", 3), ("face.forehead", 3), ("face.jawline_right", 3)]
    assert main(["insights", "--by", "outcome", "--span", "all", "--data", place]) == 0
    assert "P-0412" in capsys.readouterr().out
