"""A hostile pen in a process of its own, reached over TCP."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class HostileProcess:
    """A hostile pen that ends with this process at the latest."""

    def __init__(self, kind: str, log: Path, *cut: str) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("hostile_pen.py")), kind, str(log), *cut],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def end(self) -> list[dict[str, Any]]:
        """End it; give what each of its pens took."""
        self._process.communicate(timeout=20)
        told: list[dict[str, Any]] = json.loads(self._log.read_text())
        return told
