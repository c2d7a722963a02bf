"""A small coverage-guided fuzzer: what reaches new lines of code is kept and changed further.

An attempt is a list of reads. Coverage is the set of steps from line to line in the folder watched,
by ``sys.settrace``; so it is slow (some hundred attempts a second) and finds its way past comparisons.
"""

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

Attempt = list[bytes]
Step = tuple[CodeType, int, int]
BORDERS = (0, 1, 2, 3, 0x7F, 0x80, 0xFE, 0xFF)
LONGEST_READ = 4_096
MOST_READS = 24


class Coverage:
    """Notes which steps from line to line code of one folder takes."""

    def __init__(self, watched: Path) -> None:
        self._watched = str(watched)
        self._ours: dict[CodeType, bool] = {}
        self.steps: set[Step] = set()

    def run(self, call: Callable[[], None]) -> set[Step]:
        """Run it; give the steps never seen before."""
        before, former = set(self.steps), sys.gettrace()
        sys.settrace(self._enter)
        try:
            call()
        finally:
            sys.settrace(former)
        return self.steps - before

    def _enter(self, frame: FrameType, event: str, arg: object) -> Callable[..., object] | None:
        code = frame.f_code
        if code not in self._ours:
            self._ours[code] = code.co_filename.startswith(self._watched)
        return self._follow(code) if self._ours[code] else None

    def _follow(self, code: CodeType) -> Callable[..., object]:
        last = 0

        def note(frame: FrameType, event: str, arg: object) -> Callable[..., object]:
            nonlocal last
            if event == "line":
                self.steps.add((code, last, frame.f_lineno))
                last = frame.f_lineno
            return note

        return note


@dataclass(slots=True)
class Mutator:
    """Changes reads at random: bytes, stretches, order; and words that check again after the change.

    ``words`` are whole good words of the pen; ``open_word`` takes the check off one, ``close_word``
    puts a right one on. Without them a change never gets past a checksum.
    """

    chance: random.Random
    words: list[bytes]
    open_word: Callable[[bytes], bytes]
    close_word: Callable[[bytes], bytes]

    def first(self) -> list[Attempt]:
        """Give attempts to begin with: nothing, each good word alone, all in a row."""
        return [[b""], *([word] for word in self.words), list(self.words), [b"".join(self.words)] * 2]

    def change(self, attempt: Attempt, other: Attempt) -> Attempt:
        """Give an attempt that differs from this one; ``other`` may lend reads."""
        changed = list(attempt)
        for _ in range(self.chance.choice((1, 1, 2, 4))):
            self._change_once(changed, other)
        return [read[:LONGEST_READ] for read in changed[:MOST_READS]] or [b""]

    def _change_once(self, reads: Attempt, other: Attempt) -> None:
        at = self.chance.randrange(len(reads)) if reads else 0
        match self.chance.randrange(9) if reads else 0:
            case 0:
                reads.insert(at, self._word())
            case 1 | 2:
                reads[at] = self._mangle(reads[at])
            case 3 | 4 | 5:
                reads.insert(at, self.close_word(self._mangle(self.open_word(self._word()))))
            case 6:
                cut = self.chance.randint(0, len(reads[at]))
                reads[at : at + 1] = [reads[at][:cut], reads[at][cut:]]
            case 7:
                reads[at : at + 2] = [b"".join(reads[at : at + 2])] * self.chance.choice((1, 1, 2))
            case 8:
                reads[at:] = other[self.chance.randint(0, len(other)) :]

    def _word(self) -> bytes:
        return self.chance.choice(self.words)

    def _mangle(self, raw: bytes) -> bytes:
        hurt, chance = bytearray(raw), self.chance
        at = chance.randint(0, len(hurt))
        end = min(len(hurt), at + chance.choice((1, 1, 2, 4, 8, 64)))
        match chance.randrange(6):
            case 0 if at < len(hurt):
                hurt[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(hurt):
                hurt[at] = chance.choice(BORDERS)
            case 2:
                hurt[at:end] = bytes((chance.choice(BORDERS),)) * (end - at)
            case 3:
                del hurt[at:end]
            case 4:
                hurt[at:at] = chance.randbytes(chance.choice((1, 2, 4, 300)))
            case _:
                hurt[at:at] = hurt[at:end] * chance.choice((1, 3))
        return bytes(hurt)


@dataclass(slots=True)
class GuidedFuzz:
    """Keeps what found something new, and changes it further."""

    mutator: Mutator
    attempt: Callable[[Attempt], None]
    watched: Path
    corpus: list[Attempt] = field(default_factory=list)
    attempts: int = 0

    def run(self, attempts: int) -> int:
        """Make so many attempts; give how many steps were seen. What an attempt raises comes through."""
        coverage, chance = Coverage(self.watched), self.mutator.chance
        waiting = self.mutator.first()
        for number in range(attempts):
            if number < len(waiting):
                tried = waiting[number]
            else:
                tried = self.mutator.change(chance.choice(self.corpus), chance.choice(self.corpus))
            self.attempts += 1
            try:
                found = coverage.run(lambda tried=tried: self.attempt(tried))
            except Exception as fault:
                fault.add_note(f"attempt {number}: {[read.hex() for read in tried]}")
                raise
            if found or not self.corpus:
                self.corpus.append(tried)
        return len(coverage.steps)
