"""What is spoken, when it is held back, and that it is off until somebody turns it on."""

import math
from collections.abc import Iterator

import pytest
from console_rig import PEN, RigClock, ScriptedLink, close_console, make_console, start_session, walk_to

from console.domain import needling
from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.telemetry import LinkState
from console.domain.workflow import Phase
from console.services.console import Console
from console.services.hands_settings import save_speech, speech_entry
from console.services.spoken_cues import SPEECH_SETTING, SpokenCues

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)


class HeardVoice:
    """Keeps what it was told to say."""

    def __init__(self) -> None:
        self.name, self.speaking, self.said, self.hushed = "trial", False, [], 0

    def say(self, words: str) -> None:
        self.said.append(words)

    def hush(self) -> None:
        self.hushed += 1


class Ear:
    """A console that needles, with a voice one can read."""

    def __init__(self, console: Console) -> None:
        self.console, self.voice, self.silence_s = console, HeardVoice(), math.inf
        self.cues = SpokenCues(console.desk, console.station, console.registry, console.clock, self.voice,
                               lambda: self.silence_s)

    def turn_on(self) -> None:
        save_speech(self.console.registry, {SPEECH_SETTING: "on"}, MANAGER)
        self.cues.refresh()

    def live(self, seconds: float) -> None:
        clock = self.console.clock
        assert isinstance(clock, RigClock)
        clock.advance(seconds)
        self.console.station.drain()
        self.cues.look()

    def forward(self) -> None:
        self.console.desk.do(needling.forward())
        self.cues.look()


@pytest.fixture
def ear() -> Iterator[Ear]:
    console = make_console()
    start_session(console)
    link = console.station.link
    assert isinstance(link, ScriptedLink)
    link.show_pen(PEN, LinkState.STREAMING)
    console.station.drain()
    walk_to(console, Phase.NEEDLING)
    yield Ear(console)
    close_console(console)


def test_nothing_is_said_until_it_is_turned_on(ear: Ear) -> None:
    ear.forward()
    ear.live(125)
    assert ear.voice.said == []
    ear.turn_on()
    ear.forward()
    assert ear.voice.said == ["Forehead, pass two"]


def test_each_two_minutes_on_an_area_are_told_once(ear: Ear) -> None:
    ear.turn_on()
    ear.forward()
    ear.live(0.1)
    for _ in range(250):
        ear.live(1.0)
    assert ear.voice.said[1:] == ["two minutes", "four minutes"]


def test_a_lost_pen_is_told_once(ear: Ear) -> None:
    ear.turn_on()
    ear.forward()
    link = ear.console.station.link
    assert isinstance(link, ScriptedLink)
    link.show_pen(PEN, LinkState.LOST)
    for _ in range(3):
        ear.live(0.1)
    assert ear.voice.said[1:] == ["Pen lost"]


def test_a_cue_waits_for_silence_long_enough_and_only_the_newest_does(ear: Ear) -> None:
    ear.turn_on()
    ear.silence_s = 0.0
    ear.forward()
    ear.forward()
    ear.silence_s = 2.0
    ear.live(1.0)
    assert ear.voice.said == []
    ear.silence_s = 8.0
    ear.live(0.1)
    ear.live(0.1)
    assert ear.voice.said == ["Forehead, pass two"]


def test_an_old_cue_is_dropped_and_a_tone_silences_the_voice(ear: Ear) -> None:
    ear.turn_on()
    ear.silence_s = 0.0
    ear.forward()
    ear.voice.speaking = True
    ear.live(1.0)
    assert ear.voice.hushed >= 1
    ear.live(6.0)
    ear.voice.speaking, ear.silence_s = False, math.inf
    ear.live(0.1)
    assert ear.voice.said == []


def test_one_sentence_at_a_time(ear: Ear) -> None:
    ear.turn_on()
    ear.voice.speaking = True
    ear.forward()
    ear.live(0.1)
    assert ear.voice.said == [] and ear.voice.hushed == 0
    ear.voice.speaking = False
    ear.live(0.1)
    assert len(ear.voice.said) == 1


def test_the_settings_say_plainly_where_there_is_no_voice(ear: Ear) -> None:
    registry = ear.console.registry
    entry = speech_entry(registry, "")
    assert "has no voice, so nothing is spoken" in entry.note and entry.field(SPEECH_SETTING).value == "off"
    assert "through espeak-ng" in speech_entry(registry, "espeak-ng").note
    with pytest.raises(Refusal):
        save_speech(registry, {SPEECH_SETTING: "loud"}, MANAGER)
