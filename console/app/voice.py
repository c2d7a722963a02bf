"""The computer's voice: a program of its own for each sentence, fed through its input, stopped by ending it."""

import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable

from console.domain.computer_ports import NoVoice, Voice

LONGEST_S = 8.0  # a sentence that takes longer is stuck
_SAPI = ("Add-Type -AssemblyName System.Speech; "
         "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())")
_WAYS = {  # programs that end when they have said what stood in their input
    "darwin": (("say", ("say", "-f", "-")),),
    "win32": (("powershell", ("powershell", "-NoProfile", "-NonInteractive", "-Command", _SAPI)),),
    "linux": (("espeak-ng", ("espeak-ng", "--stdin")), ("espeak", ("espeak", "--stdin")),
              ("spd-say", ("spd-say", "--wait", "--pipe-mode"))),
}

log = logging.getLogger("console.voice")


def voice_of_this_system(platform: str = sys.platform, find: Callable[[str], str | None] = shutil.which) -> Voice:
    """Give the first voice this system has, or one that says nothing."""
    for program, command in _WAYS.get(platform, ()):
        path = find(program)
        if path:
            return ProgramVoice(program, (path, *command[1:]))
    return NoVoice()


class ProgramVoice:
    """Says one sentence at a time on a thread of its own; nothing waits behind it."""

    def __init__(self, name: str, command: tuple[str, ...]) -> None:
        self._name, self._command = name, command
        self._turn = threading.Lock()
        self._speaking = self._hushed = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def speaking(self) -> bool:
        return self._speaking

    def say(self, words: str) -> None:
        with self._turn:
            if self._speaking:
                return
            self._speaking, self._hushed = True, False
        threading.Thread(target=self._speak, args=(words,), name="voice", daemon=True).start()

    def hush(self) -> None:
        with self._turn:
            self._hushed = True
            if self._process is not None:
                self._process.kill()

    def _speak(self, words: str) -> None:
        try:
            process = self._begin()
            if process is not None:
                self._let_end(process, words)
        except OSError as error:
            log.warning("%s does not speak: %s", self._name, error)
        finally:
            with self._turn:
                self._process, self._speaking = None, False

    def _begin(self) -> "subprocess.Popen[bytes] | None":
        with self._turn:
            if not self._hushed:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return self._process

    def _let_end(self, process: "subprocess.Popen[bytes]", words: str) -> None:
        try:
            process.communicate(words.encode(), LONGEST_S)
        except subprocess.TimeoutExpired:
            log.warning("%s took longer than %s s and was ended", self._name, LONGEST_S)
            process.kill()
            process.wait()
