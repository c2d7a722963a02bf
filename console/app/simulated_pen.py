"""A simulated pen in a process of its own, with a hand on it that the program commands as a person."""

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from console.app.settings import PASSPHRASE_VARIABLE
from console.domain.errors import OperatorError

START_LIMIT_S, STOP_LIMIT_S = 15.0, 5.0
MAIN = Path(__file__).resolve().parents[2] / "main.py"


@dataclass(slots=True)
class SimulatedPen:
    """A running simulator. ``url`` is where the console finds it."""

    process: "subprocess.Popen[str]"
    url: str

    def do(self, words: str) -> None:
        """Let the hand do something: ``motor on``, ``touch``, ``dial 1000`` …"""
        if self.process.stdin is not None and self.process.poll() is None:
            self.process.stdin.write(words + "\n")
            self.process.stdin.flush()

    def stop(self) -> None:
        """End the pen's life and wait for it."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def read_sent_log(path: Path) -> dict[int, list[tuple[int, int]]]:
    """Read the simulator's account of what it sent."""
    account = json.loads(path.read_text(encoding="utf-8"))
    return {int(boot["boot_id"]): [(first, end) for first, end in boot["sent"]] for boot in account["boots"]}


def start_pen(*options: str, sent_log: Path | None = None, hand: bool = True) -> SimulatedPen:
    """Start ``main.py simulate``, led by a hand or stroking by itself; OperatorError if it does not start."""
    wire = ["--tcp", "0"] if sys.platform == "win32" else ["--pty"]
    command = [sys.executable, str(MAIN), "simulate", *wire, "--until-eof", *options]
    if hand:
        command.append("--hand")
    if sent_log is not None:
        command += ["--sent-log", str(sent_log)]
    environment = {name: value for name, value in os.environ.items() if name != PASSPHRASE_VARIABLE}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
    url = _first_line(process)
    if not url:
        process.kill()
        process.wait()
        raise OperatorError(
            "The simulated pen did not start", "nothing was recorded", "run main.py simulate to see why")
    return SimulatedPen(process, url)


def _first_line(process: "subprocess.Popen[str]") -> str:
    stdout: IO[str] | None = process.stdout
    if stdout is None:
        return ""
    if sys.platform != "win32":
        ready, _, _ = select.select([stdout], [], [], START_LIMIT_S)
        if not ready:
            return ""
    return stdout.readline().strip()
