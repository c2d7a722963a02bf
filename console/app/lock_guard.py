"""Leads the lock at the window: when it falls, who lifts it, and what it says meanwhile."""

from console.domain.errors import OperatorError
from console.domain.locking import LockCause
from console.domain.people import Staff
from console.services.console import Console
from console.services.idle_lock import IdleLock
from ui.cover import Cover
from ui.desk.lock_page import LockPage, LockPanel
from ui.hands_free import HandsFree
from ui.main_window import MainWindow


class LockGuard:
    """``look`` is called twice a second."""

    def __init__(self, window: MainWindow, console: Console, hands: HandsFree, lock: IdleLock) -> None:
        self._window, self._console, self._hands, self.lock = window, console, hands, lock
        window.page_opened.connect(lambda _key: self.lock.refresh())  # its times may have been changed on the page left
        self._cover: Cover | None = None  # made when it first falls

    def look(self) -> None:
        """Lock where it is time; a sign-out or another person's hand-over ends a lock that is left over."""
        page = self._window.page()
        if self.lock.look(self._hands.active_s, page is not None and page.frame == "session") is not None:
            self._fall()

    def by_hand(self) -> None:
        """Lock now."""
        if self.lock.lock(LockCause.HAND) is not None:
            self._fall()

    def _fall(self) -> None:
        if self._cover is None:
            self._cover = Cover(LockPage(self._console, self._passed), LockPanel(self._console, self._passed))
        self._window.lock(self._cover)

    def _passed(self, member: Staff) -> None:
        desk = self._console.desk
        same = desk.actor is not None and desk.actor.staff_id == member.staff_id
        if not same:
            try:
                self._hand_over(member)
            except OperatorError as error:
                self._window.tell(str(error), "stop")
                return
        self.lock.unlock(member)
        self._window.unlock()
        if not same and desk.front is None:
            self._window.open_page("today")

    def _hand_over(self, member: Staff) -> None:
        registry, front = self._console.registry, self._console.desk.front
        if self._console.desk.hand_over_to(member) and front is not None:
            registry.audit(member.staff_id, "handed_over", str(front.session_id))
            self._window.tell(f"{member.name} {member.staff_id} leads this session from now on.", "done")
        registry.audit(member.staff_id, "signed_in", self._console.day.place.station)
