"""One place for logs: JSON lines in the data folder, rotating, with no patient data.

Log messages name sessions, pens and ports, never a patient. What goes wrong unexpectedly lands in a local file
without the error's own words, which may quote a record; nothing leaves the machine.
"""

import faulthandler
import json
import logging
import logging.handlers
import re
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

LOG_BYTES, LOG_FILES = 2_000_000, 5
PATIENT_ID = re.compile(r"\bP-\d+\b")


class JsonLines(logging.Formatter):
    """One JSON object a line; patient ids are blotted out should one ever slip in."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        said = record.getMessage()
        if record.exc_info:
            said += "\n" + redacted(record.exc_info[1])
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"), "level": record.levelname,
            "thread": record.threadName, "topic": record.name, "said": PATIENT_ID.sub("P-----", said),
        }
        return json.dumps(line, ensure_ascii=False)


def redacted(error: BaseException | None) -> str:
    """Give an error's kind and where it arose, with those that led to it, but of their words only the system's."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
        said = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        lines.append(f"{type(error).__name__}{said}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def start_logs(folder: Path) -> None:
    """Log into ``folder``; warnings also go to the terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    file = logging.handlers.RotatingFileHandler(
        folder / "console.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    file.setFormatter(JsonLines())
    root.addHandler(file)
    threading.excepthook = _log_thread_crash
    sys.excepthook = _log_crash
    _crash_file = open(folder / "crash.txt", "a", encoding="utf-8")  # noqa: SIM115  faulthandler keeps it open
    faulthandler.enable(_crash_file)
    _kept.append(_crash_file)


_kept: list[TextIO] = []


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("console").critical("unexpected error", exc_info=(kind, error, trace))


def _log_thread_crash(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        logging.getLogger("console").critical(
            "unexpected error in a thread", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
