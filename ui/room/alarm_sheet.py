"""The alarms of the session in front, newest first: when each arose, and what became of it."""

from PySide6.QtWidgets import QWidget

from console.domain.session_state import AlarmRecord
from console.services.console import Console
from console.services.event_words import counted
from console.services.local_time import clock_seconds_text
from ui.page import Shell
from ui.widgets.lists import EVENT_PX, EventLog, EventRow
from ui.widgets.texts import Label, column

WIDTH_PX, MOST_SHOWN = 860, 12


class AlarmSheet(QWidget):
    """Overlay content; ``refresh`` keeps it true while it is open. It answers nothing: that is the line's."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.setObjectName("alarmSheet")
        self._console = console
        self._words = Label("", "body", "ink2", wrap=True)
        self._words.setObjectName("alarms.words")
        self._list = EventLog("alarms.list")
        self._list.setAccessibleName("Alarms of this session")
        self.setLayout(column(self._words, self._list, spacing=12))
        self.refresh()

    def refresh(self) -> None:
        """Show the alarms as they stand now."""
        front = self._console.desk.front
        alarms = list(front.state.alarms.values()) if front is not None else []
        lasting = sum(one.ended_at_us is None for one in alarms)
        known = sum(one.acknowledged_at_us is not None for one in alarms)
        self._words.show_text(f"{counted(len(alarms), 'alarm').capitalize()}, {known} acknowledged. "
                              + (f"{lasting} {'lasts' if lasting == 1 else 'last'} now." if lasting else "None lasts."))
        self._list.setFixedHeight(min(max(len(alarms), 3), MOST_SHOWN) * EVENT_PX)
        self._list.show_rows([_row(one) for one in reversed(alarms)])


def _row(alarm: AlarmRecord) -> EventRow:
    raised = alarm.raised
    title = raised.text.partition(". ")[0].rstrip(".")
    return EventRow(clock_seconds_text(raised.arose_at_us), f"{title}: {_fate(alarm)}", raised.priority,
                    strong=alarm.ended_at_us is None)


def _fate(alarm: AlarmRecord) -> str:
    parts = ["lasts" if alarm.ended_at_us is None else f"ended {clock_seconds_text(alarm.ended_at_us)}"]
    if alarm.escalated_at_us is not None:
        parts.append(f"unanswered until {clock_seconds_text(alarm.escalated_at_us)}, then louder")
    known = alarm.acknowledged_at_us
    parts.append("not acknowledged" if known is None else f"acknowledged {clock_seconds_text(known)}")
    return ", ".join(parts)


def open_alarms(shell: Shell, console: Console) -> AlarmSheet:
    """Lay the sheet over the page; the alarm line stays free above it."""
    sheet = AlarmSheet(console)
    shell.show_overlay(sheet, "Alarms of this session", WIDTH_PX)
    return sheet
