"""A record's facts as named lines: used, agreed, who did what, how it is proved, what was off the plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.domain import session_events as ev
from console.domain.history import short_head
from console.domain.ports import StoredEvent
from console.domain.session_events import ProductLot
from console.domain.session_state import SessionState
from console.services.area_words import pain_words
from console.services.event_words import EventWords, counted, plain
from console.services.facet_words import mark_words
from console.services.label_words import label_words
from console.services.list_columns import seal_state
from console.services.local_time import clock_text, local_day
from console.services.review_desk import SessionDossier
from console.services.session_marks import DEVIATIONS, marks_of
from console.services.session_story import actors_of, gap_total_words

CONSENTS = {"treatment": "Treatment", "photos": "Photographs", "serum": "Serum or plasma"}
Strokes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A name, its words, a code (lot, serial, hash) and a tone where it is no plain fact."""

    name: str
    words: str
    tone: str = ""
    code: str = ""


def product_lines(state: SessionState) -> list[RecordLine]:
    """Give everything used with its lots, and the pen."""
    lines = [_product("Anesthetic", one.applied.product) for one in state.anesthetics.values()]
    if state.anesthetic_skipped:
        lines.append(RecordLine("Anesthetic", f"None: {state.anesthetic_skipped}"))
    lines += [_product("Cartridge", one.product, counted(one.needles, "needle")) for one in state.cartridges]
    if state.glide is not None:
        lines.append(_product("Glide", state.glide.product) if state.glide.product is not None
                     else RecordLine("Glide", "None"))
    lines += [_serum(one) for _, one in state.serums]
    lines += [RecordLine("Pen", f"{one.model}, firmware {one.firmware}", code=one.serial) for one in state.pens]
    if state.by_hand is not None:
        lines.append(RecordLine("Pen", f"By hand: {state.by_hand.reason}"))
    if state.pain or any(area.pain for area in state.areas.values()):
        lines.append(RecordLine("Pain", pain_words(state)))
    return [*lines, *_clinical(state)]


def _product(use: str, product: ProductLot, more: str = "") -> RecordLine:
    parts = [product.name, f"expires {product.expiry}" if product.expiry else "", more]
    lot = f"lot {product.lot}" if product.lot else "no lot"
    return RecordLine(use, ", ".join(filter(None, parts)), "" if product.lot else "caution",
                      ", ".join(filter(None, (lot, product.serial))))


def _serum(what: ev.SerumApplied | ev.PrpApplied) -> RecordLine:
    if isinstance(what, ev.SerumApplied):
        return _product("Serum", what.product, f"{what.volume_ul / 1000:g} ml")
    return RecordLine("Plasma", f"Patient's own, {what.volume_ul / 1000:g} ml", code=f"tube {what.tube_id}")


def _clinical(state: SessionState) -> Iterator[RecordLine]:
    if state.clinical is not None:
        plan = next((one for one in state.clinical.versions if one.entry_kind == "plan"), None)
        yield RecordLine("Clinical data", f"Rules version {state.ruleset_version}"
                         + (f", plan version {plan.version}" if plan else ""), code=plan.sha256[:12] if plan else "")


def agreed_lines(state: SessionState) -> list[RecordLine]:
    """Give the consents with their versions, what was withdrawn, and who was present."""
    lines = []
    for kind, given in state.consents.items():
        words = f"{'Given' if given.given else 'Not given'}, text version {given.form_version}"
        lines.append(RecordLine(CONSENTS.get(kind, plain(kind).capitalize()),
                                words + (f": {given.reason}" if given.reason else ""),
                                "" if given.given else "caution", given.text_sha256[:12]))
    lines += [RecordLine("Withdrawn", f"{CONSENTS.get(kind, plain(kind))}: {reason}", "stop")
              for kind, reason in state.withdrawn.items()]
    if state.chaperone is not None:
        lines.append(RecordLine("Chaperone", state.chaperone.name or f"None: {state.chaperone.declined_reason}"))
    lines += [RecordLine("Not signed", f"{one.signer.capitalize()}: {one.refused_reason}", "caution")
              for _, one in state.signatures if one.refused_reason]
    if not lines:
        return [RecordLine("", "No consent is recorded.", "ink3")]
    return lines


def signatures_of(state: SessionState) -> list[tuple[str, Strokes]]:
    """Give each drawn signature with who signed and when."""
    found = []
    for at_us, one in state.signatures:
        if one.strokes:
            who = " ".join(filter(None, (one.signer.capitalize(), one.signer_name)))
            witness = f", witness {one.witness_id}" if one.witness_id else ""
            found.append((f"{who}{witness}, {clock_text(at_us)}", one.strokes))
    return found


def led_by(state: SessionState) -> list[tuple[str, int | None]]:
    """Give who led the session, in order, and from when; None for who began it."""
    handed = [(one.what, one.at_us) for _, one in state.log if isinstance(one.what, ev.HandedOver)]
    first = handed[0][0].from_id if handed else state.practitioner_id
    return [(first, None), *((what.to_id, at_us) for what, at_us in handed)]


def people_lines(events: Sequence[StoredEvent], state: SessionState) -> list[RecordLine]:
    """Give everybody who acted with how many entries and when, then hand-overs and signatures."""
    lines = [RecordLine(actor_id or "Console", f"{counted(count, 'entry')}, {clock_text(first)} to {clock_text(last)}")
             for actor_id, count, first, last in actors_of(events)]
    lines += [RecordLine("Handed over", f"{one.event.what.from_id} to {one.event.what.to_id}, "
                         f"{clock_text(one.event.at_us)}")
              for one in events if isinstance(one.event.what, ev.HandedOver)]
    lines += [RecordLine("Signed", f"{one.signer_name}, {clock_text(at_us)}: {one.meaning}", code=one.signer_id)
              for at_us, one in state.signed]
    return lines


def proof_lines(dossier: SessionDossier) -> list[RecordLine]:
    """Give how a session's record stands: its seal, its head, its entries, who signed it."""
    row, fault = dossier.row, dossier.fault
    if fault is None:
        standing = RecordLine("Record", "Every entry is as it was written", "done")
    else:
        standing = RecordLine("Record", f"Entry {fault.seq}: {fault.what}. Keep the folder as it is.", "stop")
    sealed_us = dossier.state.sealed_at_us
    when = f"{local_day(sealed_us).isoformat()} {clock_text(sealed_us)}" if sealed_us is not None else "Not sealed"
    gaps = gap_total_words(dossier.state)
    head = row.head.hex()
    lines = [
        standing, RecordLine("Sealed", when), RecordLine("Head", short_head(row.head), code=f"{head[:32]} {head[32:]}"),
        RecordLine("Entries", f"{len(dossier.events):,}, last entry {dossier.events[-1].seq:,}"
                   if dossier.events else "None"),
        RecordLine("Readings", counted(len(dossier.table), "reading") + (f", {gaps}" if gaps else ", none missing")),
        RecordLine("Signed by", counted(len(dossier.proof.signatures), "signature") + " of the station"
                   if dossier.proof.signatures else "Not signed by a station"),
        RecordLine("Session", plain(seal_state(row)).capitalize(), code=str(row.session_id)),
    ]
    if row.marked_as:
        lines.append(RecordLine("Marked", f"{row.marked_as.capitalize()}, not clinical", "caution"))
    return lines


def amendment_lines(dossier: SessionDossier) -> list[RecordLine]:
    """Give what was amended: what the entry said, what it says now, who said so and why."""
    lines = []
    for at_us, what in dossier.state.amendments:
        who = what.author_name or next(
            (one.event.actor_id for one in dossier.events if one.event.what is what), "")
        when = f"{local_day(at_us).isoformat()} {clock_text(at_us)}"
        was = f"Was: {what.was}. Now: " if what.was else ""
        entry = f"Entry {what.ordinal + 1}. " if what.ordinal is not None else ""
        reason = f" Reason: {what.reason.rstrip('.')}." if what.reason else ""
        lines.append(RecordLine(when, f"{entry}{was}{what.text.rstrip('.')}.{reason}", code=who))
    return lines


def deviation_lines(state: SessionState) -> list[RecordLine]:
    """Give everything off the plan: the label, overrides, what was left short, early, late or changed."""
    words, told = EventWords(state), set[str]()
    lines = [RecordLine("Overridden", f"{words.rule(one.rule_id)}: {one.reason}", "caution")
             for one in state.overrides.values()]
    if state.off_label:
        lines.append(RecordLine("Off-label", label_words(state), "caution"))
        told.add("off_label")
    for _, one in state.serums:
        if one.off_label_reason:
            lines.append(RecordLine("Off-label serum", one.off_label_reason, "caution"))
            told.add("off_label")
    lines += [RecordLine("Left short", f"{area.plan.label}, {area.passes_done} of {area.plan.passes}: "
                         f"{area.short_reason}", "caution") for area in state.areas.values() if area.short_reason]
    lines += [RecordLine("Removed early", one.early_reason, "caution")
              for one in state.anesthetics.values() if one.early_reason]
    lines += [RecordLine("Changed", words.say(one.what)) for _, one in state.log
              if isinstance(one.what, ev.TargetChanged)]
    if state.gaps:
        lines.append(RecordLine("Gaps", gap_total_words(state), "caution"))
    told |= {"override", "passes_short", "removed_early", "target_changed", "gap"}
    lines += [RecordLine("Also", mark_words(one)) for one in marks_of(state)
              if one not in told and (one in DEVIATIONS or one == "off_label")]
    return lines
