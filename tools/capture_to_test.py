"""Turn a capture into a test: ``python tools/capture_to_test.py FILE --out tests/devices/captures``.

The bytes go beside the test as they are (``--seconds N``: the first N seconds of them). What the reader
makes of them now is what the test expects from then on, so look at it before you keep it.
"""

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from played_capture import play, summary  # noqa: E402  the path is set just above

from console.domain.errors import OperatorError  # noqa: E402
from devices.capture import FORMAT, VERSION, CaptureFile, written_line  # noqa: E402

TEST = '''"""What the reader makes of the capture «{name}»."""

from pathlib import Path

from played_capture import play, summary

SAMPLES = [{samples}]
GAPS = [{gaps}]


def test_{name}_gives_the_same_samples_and_gaps() -> None:
    played = summary(play(f"capture:{{Path(__file__).with_name('{name}.capture')}}?speed=max"))
    assert played == {{"samples": SAMPLES, "gaps": GAPS}}
'''


def main() -> int:
    """Write the two files and say what the test expects."""
    parser = argparse.ArgumentParser(description="Turn a capture into a test.")
    parser.add_argument("capture", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the test")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="only the first seconds of it")
    args = parser.parse_args()
    try:
        written = turn(args.capture, args.out, args.seconds)
    except (OperatorError, OSError) as error:
        sys.stderr.write(f"capture_to_test.py: {error}\n")
        return 1
    sys.stdout.write(f"{written}\n")
    return 0


def turn(capture: Path, out: Path, seconds: float) -> Path:
    """Make the test; OperatorError where nothing in the capture can be recorded."""
    name = re.sub(r"\W+", "_", capture.stem).strip("_").lower() or "capture"
    wanted = _shortened(capture, seconds)
    out.mkdir(parents=True, exist_ok=True)
    kept, test = out / f"{name}.capture", out / f"test_captured_{name}.py"
    for path in (kept, test):
        if path.exists():
            raise OperatorError(f"There is a file {path} already", "it was left as it is", "name another place")
    kept.write_text(wanted, encoding="utf-8", newline="\n")
    try:
        played = summary(play(f"capture:{kept}?speed=max"))
    except BaseException:
        kept.unlink()
        raise
    test.write_text(
        TEST.format(name=name, samples=_rows(played["samples"]), gaps=_rows(played["gaps"])), encoding="utf-8")
    return test


def _shortened(capture: Path, seconds: float) -> str:
    file = CaptureFile(capture)
    try:
        head = f"{FORMAT} {VERSION} {json.dumps(file.head, ensure_ascii=False)}\n"
        return head + "".join(written_line(line) for line in file.lines() if line.at_s <= seconds)
    finally:
        file.close()


def _rows(rows: list[tuple[object, ...]]) -> str:
    return "".join(f"\n    ({', '.join(_word(word) for word in row)})," for row in rows) + ("\n" if rows else "")


def _word(word: object) -> str:
    return f'"{word}"' if isinstance(word, str) else repr(word)


if __name__ == "__main__":
    sys.exit(main())
