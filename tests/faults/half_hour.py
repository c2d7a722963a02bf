"""Half an hour of samples while the disk is full: ``python -m tests.faults.half_hour FOLDER`` on a small disk.

Prints what was held, lost and saved as one line of JSON.
"""

import json
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "support")]

from store_kit import batch, begin  # noqa: E402

from console.services.clocks import SystemClock  # noqa: E402
from db.data_folder import open_folder  # noqa: E402
from db.recorder_thread import RecorderThread  # noqa: E402
from tests.faults.needled import fill_disk  # noqa: E402

SAMPLES, EACH = 30 * 60 * 250, 125
LIMIT_S = 120.0


def _run(path: Path) -> int:
    folder = open_folder(path, writing=True)
    recorder = RecorderThread(folder, SystemClock())
    recorder.start()
    session_id = begin(recorder)
    recorder.synchronise(10)
    filler = fill_disk(path, 0)
    for first in range(0, SAMPLES, EACH):
        recorder.add_samples(session_id, batch(first, EACH))
    until_s = time.monotonic() + LIMIT_S
    while not recorder.state().failing and time.monotonic() < until_s:
        time.sleep(0.01)
    failed, held = bool(recorder.state().failing), recorder.state().held_samples
    filler.unlink()
    flushed = recorder.synchronise(LIMIT_S)
    lost = sum(gap.count for _, gap in recorder.take_unsaved())
    ended = recorder.stop(20)
    print(json.dumps({"failed": failed, "held": held, "lost": lost, "flushed": flushed, "ended": ended,
                      "session": str(session_id)}), flush=True)
    folder.close()
    return 0


if __name__ == "__main__":
    sys.exit(_run(Path(sys.argv[1])))
