"""Anesthetics on the skin: dose by the labels, the dwell clocks, removal area by area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from console.domain import needling, numbing
from console.domain import session_events as ev
from console.domain.anesthesia import Anesthetic, Dwell, dwell
from console.domain.areas import in_order
from console.domain.clock import Clock
from console.domain.dose import Application, DoseCheck, check_dose
from console.domain.errors import OperatorError, Refusal
from console.domain.people import CatalogProduct
from console.domain.ports import Registry, SessionReader
from console.domain.session import Session
from console.domain.session_fold import fold
from console.domain.session_list import SessionFilter
from console.domain.session_state import Application as OnSkin
from console.domain.session_state import SessionState
from console.services.anesthetic_plan import months_between
from console.services.clinical_library import ClinicalLibrary
from console.services.clinical_shelf import ClinicalShelf
from console.services.ids import new_id
from console.services.local_time import local_day
from console.services.session_desk import JUMP_LIMIT_S, Receipt, SessionDesk

DAY_US = 86_400_000_000
MOST_FORMER = 20


@dataclass(frozen=True, slots=True)
class Order:
    """A compounded product's prescription for this patient; days in ISO."""

    prescriber: str = ""
    written_on: str = ""
    until: str = ""
    repeat_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go on the skin: where, since when (None: now), and what was said of it."""

    lot: ev.ProductLot
    mass_mg: int
    area_mm2: int
    occluded: bool = False
    area_ids: tuple[str, ...] = ()
    applied_at_us: int | None = None
    order: Order = Order()
    over_reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockView:
    """An anesthetic clock, whose session it is, and what is on the skin."""

    patient_id: str
    session_id: UUID
    on_skin: OnSkin
    dwell: Dwell


class DoseDesk:
    """Use cases of the anesthetic, for the session in front."""

    def __init__(self, desk: SessionDesk, registry: Registry, reader: SessionReader, shelf: ClinicalShelf,
                 clock: Clock) -> None:
        self._desk, self._registry, self._reader = desk, registry, reader
        self._shelf, self._clock = shelf, clock
        self._former: dict[UUID, list[Application]] = {}

    @property
    def _library(self) -> ClinicalLibrary:
        """Give the clinical data the session in front goes by."""
        return self._shelf.for_session(self._desk.front)

    # --- what the label says ----------------------------------------------------------------------------

    def label(self, lot: ev.ProductLot) -> Anesthetic:
        """Give the label facts of an anesthetic product."""
        product = self._catalogued(lot)
        if product is None or not product.clinical_id:
            raise Refusal(f"{lot.name} has no label facts in this clinic", "nothing was applied",
                          "choose its entry of the clinical files in the catalogue")
        return self._library.anesthetic(product.clinical_id)

    def _catalogued(self, lot: ev.ProductLot) -> CatalogProduct | None:
        return next((one for one in self._registry.products() if one.product_id == lot.product_id), None)

    def age_months(self) -> int | None:
        """Give the patient's age in months, by the birth date where it is known."""
        opened = self._state().opened
        if opened is None:
            return None
        try:
            born = date.fromisoformat(self._registry.patient(opened.patient_id).birth_date)
        except (OperatorError, ValueError):
            return opened.age_years * 12 if opened.age_years is not None else None
        return months_between(born, local_day(self._clock.utc_us()))

    def needs_weight(self, label: Anesthetic) -> bool:
        """Tell whether the label's limits go by weight at this age."""
        months = self.age_months()
        return months is not None and any(
            band.min_weight_g is not None and band.from_months <= months
            and (band.to_months is None or months < band.to_months) for band in label.bands)

    def dose(self, wanted: Wanted) -> DoseCheck:
        """Check a dose with all that is and was on this patient's skin against the labels."""
        label = self.label(wanted.lot)
        now_us = self._clock.utc_us()
        start_us = wanted.applied_at_us if wanted.applied_at_us is not None else now_us
        return self._check([Application(
            label, wanted.mass_mg, wanted.area_mm2, wanted.occluded, wanted.area_ids, applied_at_us=start_us,
            authorised=True, repeat_allowed=wanted.order.repeat_allowed)])

    def dose_on_skin(self) -> DoseCheck:
        """Judge all that was put on in this session together."""
        return self._check([])

    def _check(self, new: list[Application]) -> DoseCheck:
        session, state = self._front(), self._state()
        here = [self._counted(one) for one in state.anesthetics.values()]
        return check_dose([*new, *here, *self._former_of(session)] if new else [*here, *self._former_of(session)],
                          self.age_months(), state.weight_g, self._library.exposure)

    def _counted(self, one: OnSkin, earlier: bool = False) -> Application:
        applied = one.applied
        return Application(
            self.label(applied.product), applied.mass_mg, applied.area_mm2, applied.occluded, applied.area_ids,
            applied_at_us=one.since_us, removed_at_us=one.removed_at_us, authorised=True,
            repeat_allowed=applied.repeat_allowed, earlier=earlier)

    def _former_of(self, session: Session) -> list[Application]:
        """Give what former visits of the last days put on; read once a session."""
        if session.session_id not in self._former:
            self._former[session.session_id] = self._read_former(session)
        return self._former[session.session_id]

    def _read_former(self, session: Session) -> list[Application]:
        opened, found = session.state.opened, list[Application]()
        if opened is None:
            return found
        since_us = session.state.opened_at_us - 2 * DAY_US
        for row in self._reader.rows(SessionFilter(patient_id=opened.patient_id, since_us=since_us), MOST_FORMER):
            if row.session_id == session.session_id:
                continue
            state = fold(one.event for one in self._reader.events(row.session_id))
            for one in state.anesthetics.values():
                try:
                    found.append(self._counted(one, earlier=True))
                except OperatorError:  # a product the clinic no longer knows has no limits to share
                    continue
        return found

    def longest_s(self, label: Anesthetic) -> int | None:
        """Give a product's own longest time for this patient, whatever else is on the skin."""
        return check_dose([Application(label, 0, 0)], self.age_months(), self._state().weight_g).max_contact_s

    def area_mm2(self, area_ids: Sequence[str]) -> int | None:
        """Give the summed size of areas of the plan, None where one is not set."""
        areas = self._state().areas
        sizes = [areas[one].plan.area_mm2 for one in area_ids if one in areas]
        return sum(size for size in sizes if size) if sizes and all(sizes) else None

    # --- on, and off ---------------------------------------------------------------------------------------

    def take_weight(self, weight_g: int) -> Receipt:
        """Keep the patient's weight in the session."""
        return self._desk.do(numbing.take_weight(weight_g))

    def apply(self, wanted: Wanted) -> Receipt:
        """Put an anesthetic on; past the label's limits, or without its prescription, is refused."""
        label, check = self.label(wanted.lot), self.dose(wanted)
        if label.needs_authorisation:
            self._refuse_unauthorised(wanted)
        over = [one for one in check.findings if one.severity == "over"]
        if over:
            raise Refusal(over[0].text.rstrip("."), "nothing was recorded", "use less, or on a smaller area")
        if wanted.mass_mg <= 0 or wanted.area_mm2 <= 0:  # the label's limits would not be judged
            raise Refusal(f"{wanted.lot.name} lacks its amount or its area", "nothing was recorded", "enter both")
        longest_s = self.longest_s(label)
        if longest_s is None:
            raise Refusal(f"The label of {wanted.lot.name} gives no longest time for this patient",
                          "nothing was recorded", "enter the clinic's limit in the clinical data")
        now_us, order = self._clock.utc_us(), wanted.order
        applied = ev.AnestheticApplied(
            str(new_id()), wanted.lot, wanted.mass_mg, wanted.area_mm2, wanted.occluded,
            wanted.applied_at_us if wanted.applied_at_us is not None else now_us, wanted.applied_at_us is not None,
            label.onset_s, longest_s, label.source, order.prescriber, order.written_on, order.until,
            order.repeat_allowed, in_order(wanted.area_ids), wanted.over_reason, self._wall_less_steady_ms())
        return self._desk.do(numbing.apply_anesthetic(applied, now_us))

    def _refuse_unauthorised(self, wanted: Wanted) -> None:
        order, name = wanted.order, wanted.lot.name
        if not order.prescriber.strip() or not order.written_on:
            raise Refusal(f"{name} is made for one patient and not for office use", "nothing was recorded",
                          "name who prescribed it for this patient, and when")
        try:
            since, until = date.fromisoformat(order.written_on), date.fromisoformat(order.until or "9999-12-31")
        except ValueError:
            raise Refusal("A day of the prescription is no date", "nothing was recorded",
                          "write it as 2027-03-31") from None
        today = local_day(self._clock.utc_us())
        if not since <= today <= until:
            raise Refusal(f"The prescription of {name} is not valid today", "nothing was recorded",
                          "ask the prescriber for a new one")

    def remove(self, on_skin: OnSkin, early_reason: str = "", area_ids: Sequence[str] = ()) -> Receipt:
        """Confirm removal and cleansing, everywhere or on some areas only."""
        return self._desk.do(numbing.remove_anesthetic(
            on_skin.applied.application_id, self._clock.utc_us(), early_reason, area_ids))

    # --- clocks ----------------------------------------------------------------------------------------------

    def dwell_of(self, on_skin: OnSkin) -> Dwell:
        """Give the clock of an application now (or as it stood at its removal)."""
        applied = on_skin.applied
        at_us = on_skin.removed_at_us or self._clock.utc_us()
        return dwell(on_skin.since_us, applied.onset_s, applied.max_contact_s, at_us, on_skin.earliest_us)

    def running_clocks(self) -> list[ClockView]:
        """Give every anesthetic clock running on this console, of all open sessions."""
        return [
            ClockView(session.state.opened.patient_id if session.state.opened else "", session.session_id, one,
                      self.dwell_of(one))
            for session in self._desk.sessions for one in session.state.anesthetics_on()]

    def confirm(self, on_skin: OnSkin, since_us: int) -> Receipt:
        """Confirm since when it is on, after the clock was in doubt."""
        return self._desk.do(
            numbing.confirm_dwell(
                on_skin.applied.application_id, since_us, self._clock.utc_us(), self._wall_less_steady_ms()))

    def after_restart(self, session: Session) -> None:
        """Find out whether the wall clock was changed while the console was closed; where it cannot tell, ask.

        The steady clock counts from the computer's start: on the same run of it, it tells by how much the
        wall clock was moved (or how long the computer slept).
        """
        on = session.state.anesthetics_on()
        parted = [self._parted_ms(one) for one in on]
        if not on or all(one is not None and abs(one) <= JUMP_LIMIT_S * 1000 for one in parted):
            return
        known = [one for one in parted if one is not None]
        if len(known) == len(parted) and max(known) - min(known) <= JUMP_LIMIT_S * 1000:
            self._desk.do(needling.facts(ev.ClockJumped(known[0])), session.session_id)
        else:
            self._desk.do(numbing.doubt_dwell(), session.session_id)

    def _parted_ms(self, on_skin: OnSkin) -> int | None:
        known_us, before_ms = on_skin.in_step
        if before_ms is None:
            return None
        recorded_ms = known_us // 1000 - before_ms  # the steady clock then, at the earliest
        if self._clock.monotonic_s() * 1000 < recorded_ms:
            return None  # the computer was started anew
        parted_ms = self._wall_less_steady_ms() - before_ms - on_skin.clock_jumped_us // 1000
        away_ms = (self._clock.utc_us() - on_skin.since_us) // 1000
        return parted_ms if parted_ms < max(away_ms, 0) else None  # else the start would lie in the future

    def _wall_less_steady_ms(self) -> int:
        return self._clock.utc_us() // 1000 - round(self._clock.monotonic_s() * 1000)

    def _front(self) -> Session:
        if self._desk.front is None:
            raise Refusal("No session is in front")
        return self._desk.front

    def _state(self) -> SessionState:
        return self._front().state
