"""The simulated pen's process is given no secret of the console's."""

import subprocess

import pytest

from console.app import simulated_pen
from console.app.settings import PASSPHRASE_VARIABLE


class Asked(Exception):
    """The start of a process, with what it would be given."""


def test_the_passphrase_in_the_environment_is_not_handed_on(monkeypatch):
    def start(command, **given):
        raise Asked(command, given["env"])

    monkeypatch.setenv(PASSPHRASE_VARIABLE, "a secret of the clinic")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(Asked) as asked:
        simulated_pen.start_pen()
    command, environment = asked.value.args
    assert PASSPHRASE_VARIABLE not in environment and environment["LANG"] == "C.UTF-8"
    assert "simulate" in command and "a secret of the clinic" not in " ".join(command)
