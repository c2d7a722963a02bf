"""The scale is set before Qt is loaded, unless somebody chose one; what falls short is said."""

import pytest

from console.app import screen_scale
from console.services.touch_scale import ScreenSize

LAPTOP = ScreenSize(1920, 1080, 344.2, 193.6)
TABLET = ScreenSize(1920, 1080, 256.0, 144.0)


def test_a_dense_screen_is_drawn_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(screen_scale.SCALE_VARIABLE, "1")  # so that what is set below goes with the test
    monkeypatch.delenv(screen_scale.SCALE_VARIABLE)
    assert screen_scale.fit_to(LAPTOP) == ""
    assert screen_scale.os.environ[screen_scale.SCALE_VARIABLE] == "1.4"


def test_a_chosen_scale_stays_and_its_shortfall_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for chosen in ("1.25", "large"):
        monkeypatch.setenv(screen_scale.SCALE_VARIABLE, chosen)
        assert "gloves need 11" in screen_scale.fit_to(TABLET)
        assert screen_scale.os.environ[screen_scale.SCALE_VARIABLE] == chosen


def test_qt_tells_its_screen_from_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    screen = screen_scale.ask_screen()
    assert screen is not None and screen.width_px > 0 and screen.height_px > 0
    monkeypatch.setenv("QT_QPA_PLATFORM", "nowhere")
    assert screen_scale.ask_screen() is None
