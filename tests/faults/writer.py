"""The real writer in a process of its own: it records samples and events and tells what is saved, as it is saved.

``python -m tests.faults.writer FOLDER --events N`` prints ``acked SESSION SEQ SAMPLES`` for each commit, then
``ended true|false``. ``--normal`` opens the database with synchronous=NORMAL: the control that must lose.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

sys.path[:0] = [str(Path(__file__).parents[1] / "support")]

from sqlalchemy import Engine  # noqa: E402
from sqlalchemy import event as sql_event  # noqa: E402
from store_kit import batch, begin, event  # noqa: E402

from console.domain.session_events import MarkSet  # noqa: E402
from console.services.clocks import SystemClock  # noqa: E402
from db.data_folder import DataFolder, open_folder  # noqa: E402
from db.recorder_thread import RecorderThread  # noqa: E402

SAMPLES = 25


@dataclass(slots=True)
class CarelessFolder(DataFolder):
    """A folder whose writer does not wait for the disk."""

    def writer_engine(self) -> Engine:
        """Open the database with synchronous=NORMAL."""
        engine = DataFolder.writer_engine(self)

        @sql_event.listens_for(engine, "connect")
        def _careless(connection, _) -> None:  # type: ignore[no-untyped-def]
            connection.execute("PRAGMA synchronous = NORMAL")

        return engine


def main() -> int:
    """Write until all is written or the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000_000)
    parser.add_argument("--normal", action="store_true")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two events")
    parser.add_argument("--patience", type=float, default=20.0, help="seconds to end in where nothing can be saved")
    args = parser.parse_args()
    folder = open_folder(args.folder, writing=True)
    used = CarelessFolder(folder.path, folder.kind, folder.folder_id, folder.keys) if args.normal else folder
    recorder = RecorderThread(used, SystemClock(), on_commit=lambda tickets: _tell(recorder, tickets))
    recorder.start()
    session_id = begin(recorder)
    for number in range(args.events):
        recorder.add_samples(session_id, batch(number * SAMPLES, SAMPLES))
        recorder.append(session_id, [event(MarkSet("a", str(number)))])
        if args.pause:
            time.sleep(args.pause)
        while recorder.state().issued_ticket - recorder.state().saved_ticket > 5 and not recorder.state().failing:
            time.sleep(0.0005)
        if failing := recorder.state().failing:
            _say(f"failing {time.monotonic()} {failing}")
            time.sleep(0.01)
    ended = recorder.stop(args.patience)
    _say(f"ended {str(ended).lower()}")
    folder.close()
    return 0


def _tell(recorder: RecorderThread, tickets: list[tuple[int, UUID, int]]) -> None:
    session_id = tickets[-1][1]
    _say(f"acked {session_id} {max(seq for _, _, seq in tickets)} {recorder.state().samples_saved}")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # at once and in one call: it is compared with the calls before it


if __name__ == "__main__":
    sys.exit(main())
