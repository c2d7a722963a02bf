"""Targets keep their millimetres on the screens clinics have, as far as the room goes."""

import pytest

from console.services.touch_scale import LEAST_MM, ROOM_PX, ScreenSize, least_mm, touch_scale

SCREENS = {
    "15.6 inch, 1366 x 768": ScreenSize(1366, 768, 345.6, 194.3),
    "15.6 inch, 1920 x 1080": ScreenSize(1920, 1080, 344.2, 193.6),
    "23.8 inch, 1920 x 1080": ScreenSize(1920, 1080, 527.0, 296.5),
    "27 inch, 2560 x 1440": ScreenSize(2560, 1440, 596.7, 335.7),
    "15.6 inch, 1920 x 1080, already at 125 %": ScreenSize(1536, 864, 344.2, 193.6),
    "15.6 inch, 3840 x 2160": ScreenSize(3840, 2160, 344.2, 193.6),
}


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_a_glove_hits_and_the_window_still_fits(screen: ScreenSize) -> None:
    scale = touch_scale(screen)
    assert scale >= 1.0
    assert screen.width_px / scale >= ROOM_PX[0] and screen.height_px / scale >= ROOM_PX[1]
    least = least_mm(screen, scale)
    assert least is not None and least >= LEAST_MM - 0.05
    assert least * 64 / 44 >= 15.9


@pytest.mark.parametrize(("screen", "scale"), [
    (SCREENS["15.6 inch, 1366 x 768"], 1.0), (SCREENS["23.8 inch, 1920 x 1080"], 1.0),
    (SCREENS["15.6 inch, 1920 x 1080"], 1.40), (SCREENS["27 inch, 2560 x 1440"], 1.08),
])
def test_no_screen_is_drawn_larger_than_needed(screen: ScreenSize, scale: float) -> None:
    assert touch_scale(screen) == scale


def test_a_screen_too_small_gets_what_its_room_allows() -> None:
    tablet = ScreenSize(1920, 1080, 256.0, 144.0)
    assert touch_scale(tablet) == 1.4
    assert least_mm(tablet, 1.4) == pytest.approx(8.2, abs=0.1)


@pytest.mark.parametrize("screen", [
    ScreenSize(1920, 1080, 0.0, 0.0), ScreenSize(1920, 1080, 16.0, 9.0), ScreenSize(1920, 1080, 1600.0, 900.0),
    ScreenSize(0, 0, 344.0, 193.0), ScreenSize(1920, 1080, 344.0, 900.0)])
def test_a_screen_that_does_not_know_its_size_is_left_as_it_is(screen: ScreenSize) -> None:
    assert touch_scale(screen) == 1.0 and least_mm(screen, 1.0) is None
