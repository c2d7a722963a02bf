"""The alarm sounds in a process of their own, led by lines: ``play PRIORITY``, ``quiet``; ends with its input."""

import select
import sys

from console.domain.clock import Clock
from console.services.alarm_board import AlarmBoard
from console.services.clocks import SystemClock
from console.services.sample_fanout import Inbox
from ui.sounds import open_sounds

LOOK_S = 0.02  # the window looks ten times a second


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    clock: Clock = SystemClock()
    board = AlarmBoard((), clock, Inbox())
    sounds = open_sounds(board)
    said, played = "", ""
    while True:
        state = "heard" if sounds.available else "missing" if sounds.missing else said
        if state != said:
            said = state
            say(state)
        if select.select([sys.stdin], (), (), LOOK_S)[0]:
            line = sys.stdin.readline().split()
            if not line:
                break
            played = line[1] if line[0] == "play" else ""
            if played:
                sounds.play(played)
            else:
                sounds.quiet()
        sounds._look_at_device()  # as ``follow`` does, which would end what no alarm asks for
    sounds.close()


if __name__ == "__main__":
    main()
