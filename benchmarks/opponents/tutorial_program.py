"""The tutorial way as a whole program: a thread of `readline` and `float`, lists, `setData` at 60 Hz.

    python -m benchmarks.opponents.tutorial_program PORT COUNT [--rate HZ]

Reads COUNT lines and prints one JSON object: CPU share, samples a second, frames a second.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections import deque

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
import serial
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

WINDOW_S = 30


class Tutorial(QWidget):
    """Two live curves over the last half minute."""

    def __init__(self, port: str, count: int, rate_hz: int) -> None:
        super().__init__()
        self.resize(694, 314)
        self.port, self.count, self.frames, self.taken = serial.Serial(port), count, 0, 0
        kept = WINDOW_S * rate_hz  # as after half a minute, when its window is full
        self.times = deque((time.perf_counter() - (kept - number) / rate_hz for number in range(kept)), kept)
        self.depths, self.rates = (deque((middle + number % 7 / 100 for number in range(kept)), kept)
                                   for middle in (1.0, 110.0))
        box = QVBoxLayout(self)
        self.curves = []
        for name in ("depth", "rate"):
            plot = pg.PlotWidget(title=name)
            self.curves.append(plot.plot(pen="y"))
            box.addWidget(plot)
        self.began_s = self.cpu_s = self.ended_s = 0.0
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.update_plot)
        self.timer.start(16)
        self.reader = threading.Thread(target=self.read, daemon=True)

    def read(self) -> None:
        self.port.write(b"\n")
        for number in range(self.count):
            values = [float(part) for part in self.port.readline().split(b",")]
            if not number:
                self.began_s, self.cpu_s = time.perf_counter(), time.process_time()
            self.times.append(time.perf_counter())
            self.depths.append(values[1] / 1000)
            self.rates.append(values[2] / 100)
            self.taken = number
        self.ended_s = time.perf_counter()

    def update_plot(self) -> None:
        if self.ended_s:
            QApplication.quit()
            return
        self.frames += 1
        times = list(self.times)
        for curve, values in zip(self.curves, (list(self.depths), list(self.rates)), strict=True):
            kept = min(len(times), len(values))
            curve.setData(times[-kept:], values[-kept:])


def main() -> int:
    parser = argparse.ArgumentParser(description="The tutorial way, measured.")
    parser.add_argument("port")
    parser.add_argument("count", type=int)
    parser.add_argument("--rate", type=int, default=1_000)
    options = parser.parse_args()
    app = QApplication([])
    window = Tutorial(options.port, options.count, options.rate)
    window.show()
    window.reader.start()
    app.exec()
    seconds = window.ended_s - window.began_s
    print(json.dumps({"cpu_share": (time.process_time() - window.cpu_s) / seconds,
                      "samples_per_s": window.taken / seconds, "frames_per_s": window.frames / seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
