"""Captures: written beside the reader, read however they were cut, played back to the same samples and gaps."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pen_process import CollectingSink, PenProcess
from played_capture import Recorded, has_ended, play, recorded, settle

from console.domain.errors import OperatorError
from console.domain.telemetry import GapCause
from console.services.clocks import PacedClock, SystemClock
from console.services.resources import resource_path
from devices import capture
from devices.capture import CaptureFile, CaptureLine, CaptureWriter, written_line
from devices.link import SerialPenLink
from devices.playback import Playback, parse_capture_url
from devices.port_way import PortWay, way_to
from devices.profile import PenProfile
from devices.profile_reader import read_profile
from devices.registry import make_serial_link

PACE = 8
HEAD = 'needling-capture 1 {"began": "2026-11-22T10:00:00.000000Z", "port": "x", "speaks": "pen-link"}\n'
def capture_a_pen(path: Path, *options: str, samples: int = 4_000) -> Recorded:
    """Record a simulated pen through a pseudo-terminal and capture its bytes."""
    sink, base = CollectingSink(), SystemClock()
    with PenProcess("--speed", str(PACE), *options) as pen:
        way = way_to(pen.url, PacedClock(base, PACE, base), path)
        link = SerialPenLink(sink, way.clock, open_port=way.open_port)
        link.open(pen.url)
        link.wait_first(20)
        link.begin_recording()
        sink.wait_for(lambda: sink.count() > samples)
        link.end_recording(5.0)
        settle(link)
        link.close()
        way.close()
    assert way.capture is not None and way.capture.failure is None
    return recorded(sink)


def same_as_captured(live: Recorded, played: Recorded) -> None:
    """What was recorded live is in the playback byte for byte; more only behind the live recording's end."""
    assert list(played[0]) == list(live[0])
    for boot_id, there in live[0].items():
        again = played[0][boot_id]
        assert {index: again.get(index) for index in there} == there
        more = set(again) - set(there)
        assert all(index > max(there) for index in more), sorted(more)[:5]
        assert len(more) < 2_000
    last, there = list(live[0].items())[-1]
    assert played[1][: len(live[1])] == live[1]
    assert all(gap[0] == last and gap[1] > max(there) for gap in played[1][len(live[1]) :])


@pytest.fixture(scope="module")
def rough(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recorded]:
    """A bad line, samples the pen lost itself, a restart, and a cable out for longer than the pen holds."""
    path = tmp_path_factory.mktemp("captures") / "rough.capture"
    link = path.with_name("pen")
    live = capture_a_pen(
        path, "--link", str(link), "--scenario", "noisy-line", "--fault", "overrun@8:12", "--fault", "restart@14",
        "--fault", "unplug@22:4", "--resend", "500", samples=6_500)
    causes = [cause for _, _, _, cause in live[1]]
    assert GapCause.PEN_RESTART in causes and GapCause.NOT_HELD in causes
    return path, live


@pytest.mark.parametrize("speed", ["8", "max"])
def test_a_playback_gives_the_same_samples_and_gaps(rough: tuple[Path, Recorded], speed: str) -> None:
    path, live = rough
    same_as_captured(live, play(f"capture:{path}?speed={speed}"))


def test_a_playback_at_full_speed_is_the_same_each_time(rough: tuple[Path, Recorded]) -> None:
    url = f"capture:{rough[0]}?speed=max"
    assert play(url) == play(url)


def test_a_capture_cut_off_in_the_middle_is_played_as_far_as_it_goes(
    rough: tuple[Path, Recorded], tmp_path: Path
) -> None:
    whole = rough[0].read_bytes()
    cut = tmp_path / "cut.capture"
    cut.write_bytes(whole[: len(whole) // 3] + b"\0" * 100)
    samples, _ = play(f"capture:{cut}?speed=max")
    ((boot_id, there),) = samples.items()
    live = rough[1][0][boot_id]
    assert len(there) > 500 and {index: live[index] for index in there} == there


def test_it_holds_every_byte_both_ways_and_what_happened(rough: tuple[Path, Recorded]) -> None:
    file = CaptureFile(rough[0])
    lines = list(file.lines())
    file.close()
    assert file.unreadable == 0 and "port" in file.head
    happened = [line.said.split()[0].decode() for line in lines if line.mark == "="]
    assert happened == ["opened", "gone", "opened", "closed"]
    asked = [line.said.hex() for line in lines if line.mark == ">"]
    assert asked[0].startswith("030181") and any(one.startswith("040182") for one in asked)
    assert any("0183" in one for one in asked), "no sample was ever asked for again"


# --- reading ----------------------------------------------------------------------------------------------


def capture_of(tmp_path: Path, *lines: str, head: str = HEAD) -> CaptureFile:
    path = tmp_path / "some.capture"
    path.write_bytes((head + "".join(lines)).encode())
    return CaptureFile(path)


@pytest.fixture
def opened() -> Iterator[list[CaptureFile]]:
    files: list[CaptureFile] = []
    yield files
    for file in files:
        file.close()


def test_what_cannot_be_read_is_counted_and_left_out(tmp_path, opened) -> None:
    file = capture_of(
        tmp_path, "# a remark\n", "0.1 = opened x\n", "0.2 < 0a0\n", "0.3 < 0a0b\n", "0.2 < ff\n", "nan < ff\n",
        "soon < ff\n", "0.4 ? ff\n", "\n", "0.5 < cut off: 0a0")
    opened.append(file)
    assert list(file.lines()) == [CaptureLine(0.1, "=", b"opened x"), CaptureLine(0.3, "<", b"\x0a\x0b")]
    assert file.unreadable == 7


@pytest.mark.parametrize(("head", "words"), [
    ("", "is not a capture"), ("needling\n", "is not a capture"), ("\0\0\0\n", "is not a capture"),
    ("needling-capture 2 {}\n", "made by a newer console")])
def test_another_file_is_refused(tmp_path, head, words) -> None:
    with pytest.raises(OperatorError, match=words):
        capture_of(tmp_path, head=head)


def test_a_head_of_somebody_elses_hand_is_no_obstacle(tmp_path, opened) -> None:
    opened.append(capture_of(tmp_path, head="needling-capture 1 [1\n"))
    assert opened[0].head == {}


@pytest.mark.parametrize("line", [
    CaptureLine(0.0, "<", b"\0\xff"), CaptureLine(3.5, ">", b"abc"), CaptureLine(12.000001, "=", b"gone \xc3\xbc")])
def test_a_line_written_is_read_back(tmp_path, opened, line) -> None:
    opened.append(capture_of(tmp_path, written_line(line)))
    assert list(opened[0].lines()) == [line]


@pytest.mark.parametrize(("url", "meant"), [
    ("capture:a.capture", (Path("a.capture"), 1.0)), ("capture:a?speed=8", (Path("a"), 8.0)),
    ("capture:/x/a b?c?speed=max", (Path("/x/a b?c"), float("inf"))), ("CAPTURE:a?speed=0.5", (Path("a"), 0.5))])
def test_urls(url, meant) -> None:
    assert parse_capture_url(url) == meant


@pytest.mark.parametrize("url", [
    "capture:", "capture:a?speed=0", "capture:a?speed=fast", "capture:a?speed=-1", "capture:a?speed=inf",
    "capture:a?speed=nan", "capture:?speed=8", "capture:a?speed=1001"])
def test_urls_that_name_no_capture(url) -> None:
    with pytest.raises(OperatorError, match="names no capture; nothing was played; write capture:FILE"):
        parse_capture_url(url)


def test_a_capture_that_is_not_there_is_said_before_anything_begins(tmp_path) -> None:
    with pytest.raises(OperatorError, match=r"none cannot be read \(No such file"):
        Playback(f"capture:{tmp_path / 'none'}", SystemClock())


# --- writing ----------------------------------------------------------------------------------------------


def test_it_never_writes_over_a_file(tmp_path) -> None:
    path = tmp_path / "one"
    path.write_text("mine")
    with pytest.raises(OperatorError, match="already; it was left as it is"):
        CaptureWriter(path, "x", SystemClock())
    assert path.read_text() == "mine"
    with pytest.raises(OperatorError, match="cannot be made"):
        CaptureWriter(tmp_path / "none" / "one", "x", SystemClock())


def test_what_finds_no_room_is_counted_and_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(capture, "WRITE_EVERY_S", 60.0)
    monkeypatch.setattr(capture, "MOST_WAITING_BYTES", 100)
    writer = CaptureWriter(tmp_path / "one", "x", SystemClock())
    for _ in range(30):
        writer.note("<", b"0123456789")
    writer.close()
    file = CaptureFile(tmp_path / "one")
    lines = list(file.lines())
    file.close()
    assert [line.mark for line in lines] == ["<"] * 10 + ["="]
    assert lines[-1].said == b"lost 200"


def test_a_full_disk_ends_the_capture_and_nothing_else(tmp_path) -> None:
    writer = CaptureWriter(tmp_path / "one", "x", SystemClock())
    writer._file.close()

    class Full:
        def write(self, text: str) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            pass

    writer._file = Full()
    writer.note("<", b"abc")
    writer.close()
    assert "cannot be written on (No space left on device)" in str(writer.failure)


# --- pens that speak something else ---------------------------------------------------------------------


def record_by(profile: PenProfile, way: PortWay, url: str, ended: Callable[[CollectingSink], bool]) -> CollectingSink:
    sink = CollectingSink()
    link = make_serial_link(profile, sink, way)
    assert link is not None
    link.open(url)
    try:
        link.wait_first(20)
        link.begin_recording()
        sink.wait_for(lambda: ended(sink))
        link.end_recording(1.0)
        settle(link)
    finally:
        link.close()
        way.close()
    return sink


@pytest.mark.parametrize("speed", ["8", "max"])
@pytest.mark.parametrize("speech", ["csv", "json", "teleplot", "struct"])
def test_a_pen_of_any_profile_is_captured_and_played_back(speech: str, speed: str, tmp_path: Path) -> None:
    path, base = tmp_path / "one.capture", SystemClock()
    profile = read_profile(resource_path("pens") / f"example-{speech}.toml")
    with PenProcess("--speed", str(PACE), "--speak", speech, "--fault", "unplug@5:2", "--link", str(tmp_path / "pen"),
                    ) as pen:
        way = way_to(pen.url, PacedClock(base, PACE, base), path)
        live = record_by(profile, way, pen.url, lambda sink: len(sink.gaps) > 0 and sink.count() > 400)
    played_way = way_to(f"capture:{path}?speed={speed}", SystemClock())
    assert played_way.pen_id == profile.pen_id
    played = record_by(profile, played_way, f"capture:{path}", lambda sink: has_ended(played_way))
    taken, again = ([there for _, there in sorted(sink.stored.items(), key=lambda one: min(one[1]))]
                    for sink in (live, played))
    assert len(again) == len(taken) > 0
    for there, other in zip(taken, again, strict=True):
        assert [other.get(index) for index in there] == list(there.values())
    assert [(gap.first_index, gap.count) for gap in played.gaps][:1] == [
        (gap.first_index, gap.count) for gap in live.gaps][:1]


def test_a_vesc_is_played_back_by_the_console_s_own_beat(tmp_path: Path) -> None:
    path, base = tmp_path / "one.capture", SystemClock()
    profile = read_profile(resource_path("pens") / "example-vesc.toml")
    with PenProcess("--speak", "vesc") as pen:
        record_by(profile, way_to(pen.url, base, path), pen.url, lambda sink: sink.count() > 100)
    way = way_to(f"capture:{path}", SystemClock())
    played = record_by(profile, way, f"capture:{path}", lambda sink: has_ended(way))
    assert played.count() > 30, "answers nobody waited for are left"
