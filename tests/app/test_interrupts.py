"""Ctrl-C is heard while Qt runs: the program is asked to quit, puts everything away, and says it was interrupted."""

import signal

import pytest

from console.app.interrupts import quitting_on_interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_quit_and_is_raised_at_the_end(number: signal.Signals) -> None:
    former, said = signal.getsignal(number), []
    with pytest.raises(KeyboardInterrupt), quitting_on_interrupts(lambda: said.append("quit")):
        signal.raise_signal(number)
        said.append("put away")
    assert said == ["quit", "put away"]
    assert signal.getsignal(number) is former


def test_without_a_signal_nothing_is_raised() -> None:
    with quitting_on_interrupts(lambda: None):
        said = "done"
    assert said == "done"


def test_a_fault_goes_before_the_interruption() -> None:
    with pytest.raises(ZeroDivisionError), quitting_on_interrupts(lambda: None):
        signal.raise_signal(signal.SIGINT)
        raise ZeroDivisionError
