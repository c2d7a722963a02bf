"""The needling page's plots: how much time they show, frozen with two cursors, and what makes them live again."""

from typing import Any

import numpy as np
import pytest
from console_rig import RigClock, ScriptedLink, walk_to
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest

from console.app.chrome import Chrome
from console.domain.telemetry import LinkState
from console.domain.workflow import Phase
from console.services.console import Console
from ui.room.needling import NeedlingPage
from ui.room.needling_freeze import THAW_S


class Plots:
    """The needling page, a pass running, over a pen the test plays."""

    def __init__(self, stage: Any, console: Console) -> None:
        self.stage, self.console, self.window = stage, console, stage.window
        page = self.window.page("needling")
        assert isinstance(page, NeedlingPage)
        self.page, self.live = page, page.live
        self.chrome = Chrome(self.window, console)
        self.show()
        self.window._pedal_acted("forward", False)
        self.show()

    @property
    def columns(self) -> Any:
        return self.live.depth_plot._columns

    def send(self, seconds: float, depth_um: int | None = 600, rate_chz: int = 11_000) -> None:
        clock, link = self.console.clock, self.console.station.link
        assert isinstance(clock, RigClock) and isinstance(link, ScriptedLink)
        for turn in range(round(seconds * 10)):
            clock.advance(0.1)
            if depth_um is not None:
                link.push(25, depth_um, rate_chz, True, load_ma=300 + turn % 7)  # a pen is never quite still
            self.console.station.drain()
        self.show()

    def show(self) -> None:
        self.console.station.drain()
        self.chrome.refresh()
        self.window._refresh()
        self.page.frame_tick()
        QCoreApplication.processEvents()

    def tap(self, name: str) -> None:
        self.stage.click(name)
        self.show()


@pytest.fixture
def plots(stage: Any, console: Console) -> Plots:
    link = console.station.link
    assert isinstance(link, ScriptedLink)
    link.show_pen(state=LinkState.STREAMING)
    console.station.drain()
    walk_to(console, Phase.NEEDLING)
    return Plots(stage, console)


@pytest.mark.parametrize(("key", "seconds"), [("10", 10.0), ("30", 30.0), ("120", 120.0)])
def test_one_touch_shows_another_length_and_keeps_the_spike(plots: Plots, key: str, seconds: float) -> None:
    plots.send(3.0)
    link = plots.console.station.link
    assert isinstance(link, ScriptedLink)
    link.push(1, 1_400, 11_000, True)
    plots.send(4.0)
    plots.tap(f"plot.span.{key}")
    assert plots.live.depth_plot.seconds == plots.live.rate_plot.seconds == seconds
    assert np.nanmax(plots.columns.high) == 1.4


def test_the_whole_session_begins_with_its_first_sample(plots: Plots) -> None:
    plots.send(3.0, 500)
    plots.send(200.0, 600)
    plots.tap("plot.span.all")
    assert plots.live.depth_plot.seconds == pytest.approx(203, abs=3)
    assert np.nanmin(plots.columns.low) == 0.5, "what a short window has long forgotten is there"


def test_a_frozen_plot_stands_still_while_numbers_go_on(plots: Plots) -> None:
    plots.send(8.0, 600)
    plots.tap("plot.freeze")
    before = plots.columns
    plots.send(5.0, 700)
    assert plots.columns is before
    assert plots.live.depth_plot._frozen and plots.live.depth_plot._end_words == "frozen"
    assert plots.live.depth_now.look().text == "0.70"
    plots.tap("plot.live")
    assert np.nanmax(plots.columns.high) == 0.7 and not plots.live.depth_plot._frozen


def test_cursors_read_values_and_their_difference(plots: Plots) -> None:
    plots.send(10.0, 600, 11_000)
    plots.send(10.0, 700, 10_500)
    plots.tap("plot.freeze")
    plot, box = plots.live.depth_plot, plots.live.depth_plot._plot_box()
    y = round(box.center().y())
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(box.right() - box.width() * 0.9), y))
    QTest.mouseMove(plot, QPoint(round(box.right() - box.width() * 0.5), y))
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(box.right() - box.width() * 0.5), y))
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(box.right() - box.width() * 0.1), y))
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(box.right() - box.width() * 0.1), y))
    assert [one.text for one in plot._over.cursors] == ["A 0.60", "B 0.70"]
    assert [one.text for one in plots.live.rate_plot._over.cursors] == ["A 110", "B 105"]
    words = plots.live.rate_plot._note
    assert words.endswith("12.0 s, +0.10 mm, -5 Hz"), words


def test_cursors_are_stepped_by_buttons_and_chosen_by_name(plots: Plots) -> None:
    plots.send(40.0)
    plots.tap("plot.freeze")
    assert plots.live._frozen is not None
    before = list(plots.live._frozen.shares)
    plots.tap("plot.step.less")
    assert plots.live._frozen.shares[1] < before[1] and plots.live._frozen.shares[0] == before[0]
    plots.tap("plot.cursor.a")
    for _ in range(3):
        plots.tap("plot.step.more")
    moved = (plots.live._frozen.shares[0] - before[0]) * plots.live.depth_plot.columns()
    assert moved == pytest.approx(3, abs=1)


def test_an_alarm_thaws_and_is_live_at_once(plots: Plots) -> None:
    plots.send(5.0)
    plots.tap("plot.freeze")
    plots.send(3.0, 1_400)
    assert plots.console.alarms.shown()
    assert not plots.live.is_frozen
    assert np.nanmax(plots.columns.high) == 1.4


def test_a_frozen_plot_thaws_by_itself_and_with_the_next_pass(plots: Plots) -> None:
    plots.send(5.0)
    plots.tap("plot.freeze")
    plots.send(THAW_S - 2)
    assert plots.live.is_frozen
    plots.send(3.0)
    assert not plots.live.is_frozen
    plots.tap("plot.freeze")
    plots.window._pedal_acted("forward", False)
    plots.show()
    assert not plots.live.is_frozen


def test_alarms_and_marks_stand_on_the_time_axis(plots: Plots) -> None:
    plots.send(4.0)
    plots.tap("action.mark")
    plots.send(4.0)
    plots.send(3.0, 1_400)
    flags = plots.live.depth_plot._over.flags
    assert [(one.text, one.priority) for one in flags if one.text == "Mark" or one.priority] == [
        ("Mark", ""), ("", "medium")]


def test_no_gap_is_bridged_in_any_window(plots: Plots) -> None:
    plots.send(4.0)
    link = plots.console.station.link
    assert isinstance(link, ScriptedLink)
    link.lose()
    plots.send(3.0, None)
    for key in ("10", "30"):
        plots.tap(f"plot.span.{key}")
        missing = plots.columns.missing
        assert missing[-4:-1].all() and np.isnan(plots.columns.low[missing]).all()
        assert missing.sum() == pytest.approx(len(missing) * 3 / float(key), abs=len(missing) * 0.2 / float(key) + 2)
