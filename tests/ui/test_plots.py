"""The live plot and the replay: what is in the bins is on the screen."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.plots import AreaSpan, PlotFlag, ReplayTimeline, TargetBandPlot, TimelineMark
from ui.plots.columns import joined, runs
from ui.plots.target_band import PlotCursor
from ui.theme import apply_theme, color

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plot(themed: QApplication) -> TargetBandPlot:
    made = TargetBandPlot("Depth", "mm", 0.5, 1.5, (0.5, 1.0, 1.5), framed=True)
    made.resize(692, 182)
    made.set_band((0.85, 1.15), 1.0)
    return made


def picture(plot: TargetBandPlot) -> QImage:
    return plot.grab().toImage()


def columns_of(image: QImage, hue: QColor, near: int = 60) -> set[int]:
    """Give the x of all columns in which a pixel comes near a colour (lines are smoothed)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)[36:-28, :, 2::-1]
    distance = np.abs(pixels.astype(int) - (hue.red(), hue.green(), hue.blue())).sum(axis=2)
    return set(np.flatnonzero((distance < near).any(axis=0)).tolist())


def test_gap_stays_a_gap(plot: TargetBandPlot) -> None:
    count = plot.columns()
    level = np.full(count, 1.3)
    level[100:160] = np.nan
    plot.show_bins(level, level)
    drawn = columns_of(picture(plot), color("live"))
    box = plot._plot_box()
    assert any(box.left() + 180 < x < box.left() + 196 for x in drawn)
    assert not any(box.left() + 206 < x < box.left() + 312 for x in drawn)


def test_single_spike_between_columns_is_seen(plot: TargetBandPlot) -> None:
    low = np.full(plot.columns(), 0.9)
    high = low.copy()
    high[150] = 1.45
    plot.show_bins(low, high)
    image, box = picture(plot), plot._plot_box()
    x = round(box.left() + 150.5 * box.width() / plot.columns())
    y = round(box.bottom() - 0.9 * box.height())
    seen = {image.pixelColor(x + off, y).name() for off in (-1, 0, 1)}
    assert color("live").name() in seen


def test_what_lies_off_the_axis_stands_at_its_edge(plot: TargetBandPlot) -> None:
    level = np.full(plot.columns(), 1.0)
    level[100:160] = 9.0
    plot.show_bins(level, level)
    image, box = picture(plot), plot._plot_box()
    hue, y = color("live"), round(box.top())
    near = [image.pixelColor(round(box.left()) + 240, y + off) for off in (-1, 0, 1)]
    assert min(abs(one.red() - hue.red()) + abs(one.green() - hue.green()) for one in near) < 60


def test_an_alarms_mark_has_its_colour_and_a_cursor_its_words_on_the_plot(plot: TargetBandPlot) -> None:
    nothing = np.full(plot.columns(), np.nan)
    plot.set_flags([PlotFlag(10.0, "", "medium")])
    plot.show_bins(nothing, nothing)
    image, box = picture(plot), plot._plot_box()
    assert image.pixelColor(round(box.right() - box.width() / 3), round(box.top()) - 2) == color("al_med")
    plot.set_cursors([PlotCursor(0.5, "A 1.00", chosen=True)])
    plot.show_bins(nothing, nothing)
    assert picture(plot).pixelColor(round(box.left() + box.width() / 2), round(box.top()) + 10) == color("ink")


def test_no_data_is_a_block_with_words(plot: TargetBandPlot) -> None:
    count = plot.columns()
    level, missing = np.full(count, 1.0), np.zeros(count, bool)
    level[-60:], missing[-60:] = np.nan, True
    plot.show_bins(level, level, missing)
    image, box = picture(plot), plot._plot_box()
    assert image.pixelColor(round(box.right()) - 4, round(box.top()) + 4) == color("canvas")


def test_outside_is_filled_only_in_an_alarm(plot: TargetBandPlot) -> None:
    level = np.full(plot.columns(), 1.4)
    plot.show_bins(level, level)
    assert not columns_of(picture(plot), color("al_med")), "a quiet plot has no warm colour"
    plot.set_alarm("above", "medium")
    plot.show_bins(level, level)
    assert len(columns_of(picture(plot), color("al_med"))) > 500


def test_plot_follows_the_theme(plot: TargetBandPlot, themed: QApplication) -> None:
    before = picture(plot)
    apply_theme(themed, "dim")
    after = picture(plot)
    apply_theme(themed, "light")
    assert before.pixelColor(300, 20) != after.pixelColor(300, 20)


def test_flag_stands_where_its_time_is(plot: TargetBandPlot) -> None:
    plot.set_flags([PlotFlag(15.0, "Pass 3")])
    plot.show_bins(np.full(plot.columns(), np.nan), np.full(plot.columns(), np.nan))
    image, box = picture(plot), plot._plot_box()
    assert image.pixelColor(round(box.right() - box.width() / 2), round(box.top()) + 20) == color("ink2")


def test_columns_are_joined_but_never_across_a_gap() -> None:
    low, high = np.array([1.0, 3.0, np.nan, 7.0]), np.array([2.0, 4.0, np.nan, 8.0])
    grown_low, grown_high = joined(low, high)
    np.testing.assert_array_equal(grown_low, [1.0, 2.0, np.nan, 7.0])
    np.testing.assert_array_equal(grown_high, [2.0, 4.0, np.nan, 8.0])
    assert runs(np.array([True, True, False, True])) == [(0, 2), (3, 4)]


def test_replay_is_scrubbed_by_hand_and_keys(themed: QApplication) -> None:
    replay, told = ReplayTimeline(), []
    replay.resize(600, 140)
    replay.scrubbed.connect(told.append)
    level = np.full(replay.columns(), 1000.0)
    replay.show_session(1200, level, level, [AreaSpan(0, 600, "Forehead", (850, 1150))],
                        [TimelineMark(300, "Depth above plan", "medium")])
    replay.show_position(600)
    assert told == []
    QTest.mousePress(replay, LEFT, pos=QPoint(320, 100))
    assert told == [], "a touch within 48 px takes hold of the handle and moves nothing"
    QTest.mouseMove(replay, QPoint(450, 100))
    QTest.mouseRelease(replay, LEFT, pos=QPoint(450, 100))
    assert told == [900.0]
    QTest.keyClick(replay, Qt.Key.Key_Right)
    QTest.keyClick(replay, Qt.Key.Key_PageUp)
    assert told[1:] == [901.0, 891.0]
    assert replay.accessibleName() == "Replay 14:51 of 20:00"
    replay.deleteLater()


def test_last_session_is_faint_behind_the_trace_and_named(plot: TargetBandPlot) -> None:
    now = np.full(plot.columns(), 1.0)
    plot.show_bins(now, now)
    plain = picture(plot)
    plot.show_bins(now, now, ghost=(np.full(plot.columns(), 1.3), np.full(plot.columns(), 1.4)))
    image, box = picture(plot), plot._plot_box()
    at = QPoint(round(box.left()) + 300, round(box.bottom() - 0.85 * box.height()))
    assert image.pixelColor(at) != plain.pixelColor(at) and image.pixelColor(at) != color("trace2")
    words = image.copy(round(box.left()) + 4, round(box.bottom()) - 20, 120, 18)
    assert words != plain.copy(round(box.left()) + 4, round(box.bottom()) - 20, 120, 18)
