"""The door of a damaged record: what is damaged, what is safe, what can still be read, and the last good backup."""

from collections.abc import Callable
from dataclasses import dataclass

from console.domain.backups import BackupNote
from console.domain.damage import DamageReport, Repaired, SessionLeft
from console.services.event_words import counted
from console.services.local_time import clock_text, day_text, local_day
from ui.desk.walk_in import Complaint
from ui.page import Action, Actions, Page, StatusText
from ui.widgets.buttons import Button
from ui.widgets.lists import EventLog, EventRow
from ui.widgets.texts import Card, IconMark, Label, Rule, row

SIDE_PX, HOLD_MS = 460, 2_000
_LOOKING = "The record is being looked over. Nothing is changed by it."
_SAFE = ("Nothing in the damaged file was repaired or deleted. Keys, erasures and what still waits to be saved are "
         "untouched.")


@dataclass(frozen=True, slots=True)
class DamageActs:
    """What the page may ask for; ``put_back`` gets the place of the backup."""

    put_back: Callable[[str], None]
    go_on: Callable[[], None]
    quit: Callable[[], None]


class DamagedPage(Page):
    """Shows a DamageReport once it is there; nothing happens without the operator's choice."""

    title, frame = "Damaged record", "bare"

    def __init__(self, acts: DamageActs, path_text: str) -> None:
        super().__init__()
        self._acts = acts
        self._backup: BackupNote | None = None
        self._busy = True
        self._wrong = Label(_LOOKING, "body", wrap=True)
        self._wrong.setObjectName("damaged.wrong")
        self._safe = Label(_SAFE, "body", "ink2", wrap=True)
        self._left = Label("", "body", "ink2", wrap=True)
        self._left.setObjectName("damaged.left")
        self._list = EventLog("damaged.sessions")
        self._list.setAccessibleName("Sessions that can be listed")
        self._complaint = Complaint("damaged.words")
        self._offer = Label("It is looked for.", "body", wrap=True)
        self._offer.setObjectName("damaged.offer")
        self._lost = Label("", "body", "caution", wrap=True)
        self._lost.setObjectName("damaged.lost")
        self._kept = Label("", "label", "ink2", wrap=True)
        self._put = Button("Put the backup in its place", "", "primary", "l", "hold 2 s", hold=True, hold_ms=HOLD_MS,
                           name="damaged.put_back")
        self._put.triggered.connect(self._put_back)
        self._put.setEnabled(False)
        self._go = Button("Open the record", "", "primary", "l", trailing="right", name="damaged.open")
        self._go.triggered.connect(acts.go_on)
        self._go.hide()
        whole = row(self._found(path_text), self._choice())
        whole.setStretch(0, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)

    def _found(self, path_text: str) -> Card:
        card = Card(28, 12)
        card.body.addLayout(row(IconMark("stop", "stop", 28), Label("The record is damaged", "title"), None,
                                spacing=14))
        where = Label(path_text, "label", "ink3", wrap=True)
        where.setObjectName("damaged.path")
        card.body.addWidget(where)
        for name, words in (("What is damaged", self._wrong), ("What is safe", self._safe),
                            ("What can still be read", self._left)):
            card.body.addWidget(Label(name, "strong"))
            card.body.addWidget(words)
        card.body.addWidget(self._list, 1)
        return card

    def _choice(self) -> Card:
        card = Card(28, 12)
        card.setFixedWidth(SIDE_PX)
        card.body.addWidget(Label("The last good backup", "title"))
        card.body.addWidget(self._offer)
        card.body.addWidget(self._lost)
        card.body.addWidget(self._complaint)
        card.body.addStretch(1)
        card.body.addWidget(Rule())
        card.body.addWidget(self._kept)
        card.body.addWidget(self._put)
        card.body.addWidget(self._go)
        return card

    # --- what is shown ----------------------------------------------------------------------------------

    def show_report(self, report: DamageReport) -> None:
        """Show what was found."""
        self._busy = False
        self._wrong.show_text(". ".join(_capital(one) for one in report.wrong) + "." if report.wrong else
                              "Nothing more was found than what stopped the start.")
        self._left.show_text(_left_words(report.sessions))
        self._list.show_rows([_row_of(one) for one in report.sessions])
        self._list.setVisible(bool(report.sessions))
        self._backup = report.backup
        self._put.setVisible(self._backup is not None)
        self._put.setEnabled(self._backup is not None)
        if self._backup is None:
            self._offer.show_text("There is none of this record where backups are kept. If one lies on another disk, "
                                  "quit and name it with main.py check --repair --backup.")
        else:
            self._offer.show_text(_offer_words(self._backup, report.backup_sessions))
            since = [one for one in report.sessions if one.opened_us > self._backup.made_us]
            self._lost.show_text(_lost_words(report.sessions, len(since)))
            self._kept.show_text("The damaged file is moved aside and kept. Nothing is deleted.")
        self._update()

    def show_refused(self, words: str) -> None:
        """Say why something could not be done; nothing was changed."""
        self._busy = False
        self._complaint.say(words)
        self._put.setEnabled(self._backup is not None)
        self._update()

    def show_repaired(self, made: Repaired) -> None:
        """Say that the backup stands in the damaged one's place."""
        self._busy = False
        proof = ("Every chain in it verifies." if not made.faults else
                 f"{counted(made.faults, 'chain')} did not verify already then.")
        self._offer.show_text(f"The record is as it stood on {_moment(made.made_us)}. {proof}")
        self._lost.show_text("")
        self._kept.show_text(f"What was recorded since lies in {made.aside}, kept as it was found.")
        self._put.hide()
        self._go.show()
        self._update()

    def _put_back(self) -> None:
        if self._backup is None or self._busy:
            return
        self._busy = True
        self._complaint.say("")
        self._put.setEnabled(False)
        self._offer.show_text("The backup is proved and put in place. This may take a while.")
        self._acts.put_back(self._backup.place)
        self._update()

    def _update(self) -> None:
        self.shell.update_chrome()

    def status(self) -> StatusText:
        return StatusText("Needling Console", ("One moment",) if self._busy else ("Nothing is recorded now",))

    def page_actions(self) -> Actions:
        return Actions([Action("quit", "Quit", self._acts.quit, hint="changes nothing", icon="x",
                               enabled=not self._busy)])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _moment(at_us: int) -> str:
    return f"{day_text(local_day(at_us))}, {clock_text(at_us)}"


def _row_of(one: SessionLeft) -> EventRow:
    said = f": {one.wrong}" if one.wrong else ", proves itself"
    words = f"{day_text(local_day(one.opened_us))}, session {str(one.session_id)[-8:]}{said}"
    return EventRow(clock_text(one.opened_us), words, strong=bool(one.wrong))


def _left_words(sessions: tuple[SessionLeft, ...]) -> str:
    if not sessions:
        return "The list of sessions cannot be read."
    whole = sum(1 for one in sessions if not one.wrong)
    return f"{whole} of {counted(len(sessions), 'session')} can be read and prove themselves."


def _offer_words(backup: BackupNote, sessions: int | None) -> str:
    holds = f" It holds {counted(sessions, 'session')}." if sessions is not None else ""
    return f"Made on {_moment(backup.made_us)}, {backup.size_bytes / 1e6:.1f} MB.{holds}"


def _lost_words(sessions: tuple[SessionLeft, ...], since: int) -> str:
    if not sessions:
        return "What was recorded since is not in it."
    return f"{counted(since, 'session')} begun since are not in it." if since else "No session was begun since."
