"""The manager's panel: what was used, in whole lines only; areas draw together before any is cut."""

from collections.abc import Callable
from dataclasses import replace

from dossiers import make_dossier

from ui.main_window import MainWindow
from ui.page import Page
from ui.review.area_rows import AreaRows
from ui.review.session_panel import SessionPanel
from ui.review.used_rows import UsedRows, used_lines
from ui.widgets import row


def _panel(shown: MainWindow) -> SessionPanel:
    panel, page = SessionPanel(), Page()
    page.setLayout(row(panel, margins=12))
    shown.add_page("page", page)
    shown.open_page("page")
    return panel


def test_the_lines_name_lots_pen_and_consent() -> None:
    lines = used_lines(make_dossier().state)
    said = {name: f"{words} {code}" for name, words, code in lines}
    assert "L24-0817" in said["Anesthetic"] and "C7-30951" in said["Cartridge"]
    assert "A1-000042" in said["Pen"] and "PR-02" in said["Practitioner"]
    assert "given" in said["Consent"]


def test_used_fills_the_room_of_few_areas_in_whole_lines(window: Callable[[], MainWindow]) -> None:
    shown = window()
    panel = _panel(shown)
    panel.show_dossier(make_dossier())
    shown.live()  # type: ignore[attr-defined]
    used = panel.findChild(UsedRows)
    assert used is not None and len(used.shown()) >= 4
    assert used.geometry().bottom() <= panel.rect().bottom()


def test_many_areas_draw_together_and_none_is_cut(window: Callable[[], MainWindow]) -> None:
    shown = window()
    panel, dossier = _panel(shown), make_dossier()
    first = dossier.areas[0]
    many = tuple(replace(first, area_id=f"face.{number}") for number in range(15))
    panel.show_dossier(replace(dossier, areas=many))
    shown.live()  # type: ignore[attr-defined]
    rows, used = panel.findChild(AreaRows), panel.findChild(UsedRows)
    assert rows is not None and used is not None
    assert 24 + 15 * rows._pitch() <= rows.height() + 1
    assert rows.mapTo(panel, rows.rect().bottomLeft()).y() <= panel.height()
    assert used.shown() == ()


def test_what_came_after_a_session_stands_below_its_tape(window: Callable[[], MainWindow]) -> None:
    shown = window()
    panel = _panel(shown)
    panel.show_dossier(make_dossier(), "Adverse event AE-0001, open.")
    shown.live()  # type: ignore[attr-defined]
    assert panel._note.text().endswith("Adverse event AE-0001, open.") and panel._note.isVisible()
