"""The two kinds of bad news the console tells: an operator's error and a refusal."""


class OperatorError(Exception):
    """Something the person at the console can understand and mend; everything else is a bug.

    ``happened`` says what happened, ``safe`` what is safe, ``todo`` what to do. ``str()`` joins
    them to the one sentence shown on screen or printed on the command line.
    """

    def __init__(self, happened: str, safe: str = "", todo: str = "") -> None:
        self.happened, self.safe, self.todo = happened, safe, todo
        super().__init__("; ".join(part for part in (happened, safe, todo) if part) + ".")


class Refusal(OperatorError):
    """A command the treatment's rules do not allow now; ``happened`` names the reason."""
