"""The voice is a program of its own: it gets the words by its input, is ended in mid-word, and never holds us up."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app.voice import ProgramVoice, voice_of_this_system

ENDS_S = 30.0
SPEAKER = """
import sys, pathlib
words = sys.stdin.read()
pathlib.Path(sys.argv[1]).write_text(words)
"""
ENDLESS = "import sys, threading; sys.stdin.read(); print('on', flush=True); threading.Event().wait()"


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    for one in threading.enumerate():
        if one.name == "voice":
            one.join(ENDS_S)
            assert not one.is_alive()


def wait_quiet() -> None:
    for one in threading.enumerate():
        if one.name == "voice":
            one.join(ENDS_S)


def test_words_reach_the_program_by_its_input(tmp_path: Path) -> None:
    heard = tmp_path / "heard.txt"
    voice = ProgramVoice("trial", (sys.executable, "-c", SPEAKER, str(heard)))
    voice.say("Left cheek, pass two")
    assert voice.speaking
    voice.say("dropped, not queued")
    wait_quiet()
    assert heard.read_text() == "Left cheek, pass two" and not voice.speaking


def test_it_is_hushed_in_mid_word_and_speaks_again() -> None:
    voice = ProgramVoice("trial", (sys.executable, "-c", ENDLESS))
    for _ in range(2):
        voice.say("two minutes")
        voice.hush()
        wait_quiet()
        assert not voice.speaking


def test_a_program_that_went_away_is_no_trouble(tmp_path: Path) -> None:
    voice = ProgramVoice("gone", (str(tmp_path / "nothing"),))
    voice.say("two minutes")
    wait_quiet()
    assert not voice.speaking
    voice.hush()


@pytest.mark.parametrize(("platform", "there", "name"), [
    ("linux", {"espeak-ng", "spd-say"}, "espeak-ng"), ("linux", {"spd-say"}, "spd-say"), ("linux", set(), ""),
    ("darwin", {"say"}, "say"), ("win32", {"powershell"}, "powershell"), ("plan9", {"say"}, "")])
def test_the_first_voice_of_a_system_is_taken(platform: str, there: set[str], name: str) -> None:
    voice = voice_of_this_system(platform, lambda program: f"/bin/{program}" if program in there else None)
    assert voice.name == name and not voice.speaking
