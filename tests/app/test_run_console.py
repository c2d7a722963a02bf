"""With no screen, or one that Qt cannot open, the program says so and never dies of it."""

import pytest

from console.app import cli, run_console


def test_a_screen_that_does_not_answer_is_no_screen(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    assert run_console.screen_there() is None
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert "no screen that Qt can open" in said and said.count("\n") == 1


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_platform_nobody_looks_at_is_no_screen(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.setenv("DISPLAY", ":4711")
    assert run_console.screen_there() is None
