"""What the needling page does behind the area card: facts, pain, the order of the areas, off label."""

from typing import TYPE_CHECKING

from console.domain import needling
from console.domain.labelling import accept_off_label
from console.services.area_ghost import AreaGhost, ghost_of
from console.services.density_words import compared_with_plan, density_of
from console.services.local_time import day_text, local_day
from console.services.review_desk import SessionDossier
from ui.room.choice_sheets import ReasonSheet
from ui.room.needling_facts import SHEET_PX, FactsSheet

if TYPE_CHECKING:
    from ui.room.needling import NeedlingPage

WHY_OFF = ("Clinical judgement", "Agreed with the patient", "Clinic protocol", "Prescriber's order")


class AreaFacts:
    """Belongs to the needling page; the last session's figures are read off the GUI thread."""

    def __init__(self, page: "NeedlingPage") -> None:
        self._page = page
        self._patient_id = ""
        self._last: SessionDossier | None = None
        self._ghosts: dict[str, AreaGhost | None] = {}

    def read_last(self) -> None:
        """Ask for the patient's last session, to compare densities with."""
        page, patient_id = self._page, self._page.patient_id
        if patient_id == self._patient_id:
            return
        self._patient_id, self._last, self._ghosts = patient_id, None, {}
        before = page.console.day.last_session(patient_id) if patient_id else None
        if before is not None:
            page.console.review.open(before.session_id, lambda read: self._take(patient_id, read), lambda _: None)

    def _take(self, patient_id: str, read: SessionDossier) -> None:
        if patient_id != self._patient_id:
            return
        self._last = read
        self._page.console.queries.ask(
            lambda: {area_id: ghost_of(read.state, read.table, area_id) for area_id in read.state.areas},
            lambda made: self._take_ghosts(patient_id, made), lambda _: None)

    def _take_ghosts(self, patient_id: str, made: dict[str, AreaGhost | None]) -> None:
        if patient_id == self._patient_id:
            self._ghosts = made
            self._page.live.offer_last(self.ghost(self._page.needled))

    def ghost(self, area_id: str) -> AreaGhost | None:
        """Give the last session's readings of an area, once they are read; None where there are none."""
        return self._ghosts.get(area_id)

    def _compared(self, area_id: str) -> list[str]:
        words = []
        state, tally = self._page.state, self._page.console.station.tally
        over_s = tally.over_band_s(area_id)
        if over_s:
            words.append(f"{over_s:.1f} s over the band")
        found = [one for one in self._last.areas if one.area_id == area_id] if self._last else []
        if found and found[0].punctures_per_cm2 is not None and self._last is not None:
            day = day_text(local_day(self._last.row.opened_us))
            words.append(f"Last session, {day}: about {found[0].punctures_per_cm2:,} per cm²")
        plan = state.areas[area_id].plan
        if plan.area_mm2:
            words.append(compared_with_plan(plan, tally.punctures_per_cm2(state, area_id)))
        return words

    def show(self) -> None:
        """Open the facts of the area on show."""
        page, state, area_id = self._page, self._page.state, self._page.on_show
        if area_id not in state.areas:
            return
        tally = page.console.station.tally
        size = page.console.library.area_size(area_id)
        density = density_of(state, area_id, tally, size.estimate)
        rated = state.areas[area_id].pain
        sheet = FactsSheet(density, self._compared(area_id), state.order, (
            rated[-1][1] if rated else None, state.pain[-1][1] if state.pain else None))
        sheet.pain_given.connect(lambda vas_mm, whole: self._rate(vas_mm, "" if whole else area_id))
        sheet.order_chosen.connect(self.choose_order)
        page.shell.show_overlay(sheet, state.areas[area_id].plan.label, SHEET_PX)

    def _rate(self, vas_mm: int, area_id: str) -> None:
        self._page.act_told(needling.rate_pain(vas_mm, area_id), f"Pain {vas_mm // 10} of 10 recorded.")

    def choose_order(self, order: str) -> None:
        """Go by area or by rounds."""
        words = "By rounds: pass 1 everywhere, then pass 2." if order == "rounds" else "By area: all its passes first."
        self._page.act_told(needling.choose_order(order), words)

    def ask_off_label(self) -> None:
        """Ask why the treatment goes on off label."""
        page, label = self._page, self._page.state.label
        if label is None:
            return
        sheet = ReasonSheet(f"{label.why} The record says why it goes on.", WHY_OFF, "Record", at_once=True)

        def record(reason: str) -> None:
            page.shell.close_overlay()
            page.act_told(accept_off_label(reason), "The reason is recorded.")

        sheet.given.connect(record)
        page.shell.show_overlay(sheet, "Off label", 560)
