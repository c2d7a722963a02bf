"""Pens unknown to the console, each in a process of its own, read by nothing but a profile."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from foreign_pens import values
from pen_process import ROOT, CollectingSink

from console.domain.errors import OperatorError
from console.domain.telemetry import NO_CONTACT_FLAG, NOT_MEASURED, GapCause, LinkState, unpack_samples
from console.services.clocks import SystemClock
from console.services.resources import resource_path
from devices.link import SerialPenLink
from devices.port_way import PortWay
from devices.profile import PenProfile
from devices.profile_reader import read_profile
from devices.registry import make_serial_link

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    running = []

    def begin(*words: str) -> subprocess.Popen[str]:
        pen = subprocess.Popen(
            [sys.executable, ROOT / "tests" / "support" / "foreign_pens.py", *words], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        running.append(pen)
        return pen

    yield begin
    for pen in running:
        pen.communicate(timeout=20)


@pytest.fixture
def open_link() -> Iterator[Callable[[PenProfile, str], tuple[SerialPenLink, CollectingSink]]]:
    links = []

    def begin(profile: PenProfile, url: str) -> tuple[SerialPenLink, CollectingSink]:
        sink = CollectingSink()
        link = make_serial_link(profile, sink, PortWay(SystemClock()))
        assert link is not None
        links.append(link)
        link.open(url)
        return link, sink

    yield begin
    for link in links:
        link.close()


def profile_of(name: str) -> PenProfile:
    return read_profile(resource_path("pens") / f"example-{name}.toml")


def url_of(pen: subprocess.Popen[str]) -> str:
    assert pen.stdout is not None
    return pen.stdout.readline().strip()


def settle(link: SerialPenLink, sink: CollectingSink) -> None:
    link.end_recording(5.0)
    until_s = time.monotonic() + 20
    while not link.recording_settled():
        assert time.monotonic() < until_s
        count = len(sink.batches)
        sink.wait_for(lambda count=count: len(sink.batches) > count)  # the pen talks on: each word is a beat


@pytest.mark.parametrize(("speech", "words"), [
    ("csv", ()), ("key-value", ("--terminal",)), ("json", ("--terminal",)), ("struct", ("--terminal",))])
def test_every_sample_once_and_every_gap_with_its_length(speech, words, start, open_link) -> None:
    link, sink = open_link(profile_of(speech), url_of(start(speech, "--skip", "60:7", *words)))
    link.wait_first(10)
    link.begin_recording()
    # A pen with a clock is indexed from its first line; counters are the indexes themselves.
    sink.wait_for(lambda: bool(sink.gaps) and sink.count() > 80)
    (stored,) = sink.stored.values()
    (gap,) = sink.gaps
    assert (gap.count, gap.cause, sink.twice) == (7, GapCause.NO_RESEND, 0)
    first = 60 - gap.first_index
    held = range(min(stored), max(stored) + 1)
    assert set(held) - set(stored) == set(range(gap.first_index, gap.first_index + 7))
    for index, raw in stored.items():
        set_um, depth_um, rate_hz, load_ma, contact = values(index + first)
        assert unpack_samples(raw) == [(set_um, depth_um, round(rate_hz * 100), load_ma, 33 + 2 * contact)]


def test_teleplot_variables_become_samples(start, open_link) -> None:
    link, sink = open_link(profile_of("teleplot"), url_of(start("teleplot")))
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 30)
    (stored,) = sink.stored.values()
    read = [unpack_samples(raw)[0] for _, raw in sorted(stored.items())]
    shift = read[0].depth_um - 1000
    for n, sample in enumerate(read, shift):
        _, depth_um, rate_hz, load_ma, contact = values(n)
        assert sample == (NOT_MEASURED, depth_um, round(rate_hz * 100), load_ma, 32 + 2 * contact)
    assert sink.gaps == [] and link.pen().channels == 0b11110


@pytest.mark.parametrize("layout", ["new", "old", "long"])
def test_a_vesc_is_polled_and_only_asked(layout: str, start, open_link) -> None:
    pen = start("vesc", "--layout", layout, "--deaf-every", "15", *(["--terminal"] if layout == "new" else []))
    link, sink = open_link(profile_of("vesc"), url_of(pen))
    told = link.wait_first(10)
    assert told.firmware == ("2.18" if layout == "old" else "5.03") and told.channels == 0b11100 | NO_CONTACT_FLAG
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 60)
    settle(link, sink)
    (stored,) = sink.stored.values()
    assert {gap.count for gap in sink.gaps} == {1} and sink.twice == 0
    missing = {gap.first_index for gap in sink.gaps}
    assert set(range(min(stored), max(stored) + 1)) - set(stored) == missing and len(missing) > 2
    assert {unpack_samples(raw)[0] for raw in stored.values()} == {(NOT_MEASURED, NOT_MEASURED, 11_700, 2_340, 1)}
    link.close()
    heard, _ = pen.communicate(timeout=20)
    if layout == "new":
        asked = json.loads(heard.removeprefix("heard "))
        assert set(asked) == {"00", "04"} and asked["00"] == 1


def test_a_counter_that_went_on_behind_a_pulled_cable_names_what_is_missing(start, open_link) -> None:
    link, sink = open_link(profile_of("csv"), url_of(start("csv", "--unplug-at", "50", "--away", "30")))
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 60)
    settle(link, sink)
    (stored,) = sink.stored.values()
    assert [(gap.first_index, gap.count, gap.cause) for gap in sink.gaps] == [(50, 30, GapCause.NO_RESEND)]
    # The first line after opening may be half a line, and is not taken: the header was, which is whole.
    assert set(range(min(stored), 50)) | set(range(80, max(stored) + 1)) == set(stored)


def test_a_swapped_pen_writes_nothing_under_the_first_one_s_name(start, open_link) -> None:
    first = start("json", "--serial", "FIRST", "--unplug-at", "40", "--away", "1")
    url = url_of(first)
    link, sink = open_link(profile_of("json"), url)
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 20)
    first.communicate(timeout=20)
    second = start("json", "--serial", "SECOND", "--port", url.rsplit(":", 1)[1], "--first", "60")
    url_of(second)
    sink.wait_for(lambda: link.state().other_pen is not None)
    assert link.state().state is LinkState.LOST and link.state().other_pen.serial == "SECOND"
    held = sink.count()
    link.accept_pen("SECOND")
    sink.wait_for(lambda: sink.count() > held + 5)
    of_second = {batch.boot_id for batch in sink.batches if batch.pen_serial == "SECOND"}
    of_first = {batch.boot_id for batch in sink.batches if batch.pen_serial == "FIRST"}
    assert of_first and of_second and not of_first & of_second
    assert max(index for boot in of_first for index in sink.stored[boot]) < 40


def test_the_wrong_language_is_no_pen(start, open_link) -> None:
    link, _ = open_link(profile_of("struct"), url_of(start("teleplot")))
    with pytest.raises(OperatorError, match="no pen answered"):
        link.wait_first(15)


def test_nothing_is_ever_sent_to_a_pen_that_only_talks(start, open_link) -> None:
    pen = start("key-value", "--terminal")
    link, sink = open_link(profile_of("key-value"), url_of(pen))
    link.wait_first(10)
    link.begin_recording()
    sink.wait_for(lambda: sink.count() > 10)
    link.set_streaming(False)
    link.close()
    heard, _ = pen.communicate(timeout=20)
    assert heard == "", Path(__file__).name
