"""A clock that stands still until it is told to go on."""

START_UTC_US = 1_795_000_000_000_000


class FakeClock:
    """Wall and steady time, moved by ``advance``."""

    def __init__(self, utc_us: int = START_UTC_US) -> None:
        self._utc_us, self._monotonic_s = utc_us, 1_000.0

    def utc_us(self) -> int:
        return self._utc_us

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        self._utc_us += round(seconds * 1_000_000)
        self._monotonic_s += seconds

    def jump(self, seconds: float) -> None:
        """Move the wall clock alone, as setting it or a sleep does."""
        self._utc_us += round(seconds * 1_000_000)
