"""What the services need of the computer itself: its voice, its disk, its lock and sleep."""

from typing import Protocol


class Voice(Protocol):
    """The computer's voice. Every call returns at once; what is said is never a patient's."""

    @property
    def name(self) -> str:
        """Give what speaks, empty where nothing does."""
        ...

    @property
    def speaking(self) -> bool:
        """Tell whether something is being said."""
        ...

    def say(self, words: str) -> None:
        """Say a few words; dropped while others are being said."""
        ...

    def hush(self) -> None:
        """Stop in mid-word."""
        ...


class NoVoice:
    """Where the computer cannot speak."""

    name, speaking = "", False

    def say(self, words: str) -> None:
        """Say nothing."""

    def hush(self) -> None:
        """Nothing is said."""


class DiskSpace(Protocol):
    """The disk the record lies on."""

    def free_mb(self) -> int | None:
        """Give what is free, in whole megabytes; None where it cannot be told. May be slow."""
        ...


class AnyDisk:
    """A disk of which nothing is known. Fulfils ``DiskSpace``."""

    def free_mb(self) -> int | None:
        """Give None."""
        return None


class SystemWatch(Protocol):
    """What the computer says of itself."""

    def told(self) -> str:
        """Give «screen» (locked), «suspend» or «away» (another user) where it began since asked last, else empty."""
        ...
