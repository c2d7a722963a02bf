"""An alarm book over a rig's recorder with one session needling; a second over the first is a restart."""

from pathlib import Path

from fake_clock import FakeClock
from rig_ports import RigRecorder
from treatments import SESSION_ID, walk_to

from console.domain.session import Session
from console.domain.workflow import Phase
from console.services.alarm_board import AlarmBoard
from console.services.alarm_book import AlarmBook
from console.services.clinical_library import ClinicalLibrary
from console.services.sample_fanout import Inbox
from console.services.session_desk import SessionDesk

RULES = ClinicalLibrary.load(Path(__file__).parents[2] / "resources").alarms


class BookRoom:
    """``judge`` states a condition for longer than its rule's delay and takes it into the record."""

    def __init__(self, before: "BookRoom | None" = None) -> None:
        self.clock = before.clock if before is not None else FakeClock()
        self.recorder = before.recorder if before is not None else RigRecorder()
        self.inbox = Inbox()
        self.board = AlarmBoard(RULES, self.clock, self.inbox)
        self.desk = SessionDesk(self.clock, self.recorder)
        self.book = AlarmBook(self.desk, self.board, self.clock)
        if before is None:
            self.session = walk_to(Phase.NEEDLING)
            self.recorder.append(SESSION_ID, list(self.session.history))
        else:
            self.session = Session(SESSION_ID, before.recorder.story[SESSION_ID])
        self.desk.take_up(self.session)
        self.subject = str(SESSION_ID)
        self.book.restore()

    def judge(self, rule_id, on=True, lasts_s=4.0, value=None, limit=None):
        self.board.feed(rule_id, on, self.clock.monotonic_s(), self.subject, value, limit)
        self.clock.advance(lasts_s)
        self.board.feed(rule_id, on, self.clock.monotonic_s(), self.subject, value, limit)
        self.take()

    def take(self):
        for change in self.inbox.take_all():
            self.book.take(change)

    def told(self, kind):
        return [one.what for one in self.recorder.story[SESSION_ID] if one.what.kind == kind]

    def shown(self):
        return [(one.alarm.rule.rule_id, one.lasting) for one in self.board.shown()]
