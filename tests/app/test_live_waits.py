"""While the disk keeps a change waiting the window's frames run on, it says so, and the change is saved."""

import threading

from fake_clock import FakeClock
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from real_window import RealWindow

from console.app.live_waits import SAVING, LiveWaits


def test_frames_run_while_a_change_is_saved(qapp: QApplication, tmp_path):
    run = RealWindow(qapp, tmp_path / "folder", FakeClock())
    held, seen, told, wrong = threading.Event(), [], [], []
    run.made.recorder.synchronise(10)
    run.made.recorder.write_later(lambda _: str(held.wait(30)), ("PR-02", "held", "", ""), str)
    run.window.tell = lambda words, kind="info", undo=None: told.append(words)
    run.made.recorder.live_on_by(LiveWaits(run.window).live)
    frames = QTimer()
    frames.timeout.connect(lambda: (run.stage.frames.run_frame(), seen.append(1), told and held.set()))
    frames.start(1)

    def change() -> None:
        try:
            run.console.registry.save_setting("room", "Room 3", "PR-02")
        except Exception as error:  # noqa: BLE001  a slot's error would be nobody's
            wrong.append(error)
        finally:
            qapp.exit()

    QTimer.singleShot(0, change)
    try:
        qapp.exec()  # as in the program: a loop of its own ends at once where the program is ending
        assert not wrong and len(seen) > 5 and told == [SAVING]
        assert run.console.registry.setting("room") == "Room 3"
    finally:
        frames.stop()
        held.set()
        run.made.recorder.live_on_by(None)
        run.close()
