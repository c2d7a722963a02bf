"""From the tables of ``anesthetics.toml`` to the domain's types; grams become mg, cm² mm², minutes seconds."""

from console.domain.anesthesia import (
    Anesthetic,
    DoseBand,
    DoseStep,
    DoseUse,
    ExposureRules,
    Occlusion,
    OtherContact,
    ToxicitySign,
)
from console.domain.areas import AREA_IDS
from console.services.toml_entries import Entry


def read_anesthetic(entry: Entry) -> Anesthetic:
    """Read a topical anesthetic."""
    uses = tuple(_use(one) for one in entry.inners("use"))
    bands = tuple(_dose_band(one) for one in entry.inners("band"))
    if not bands:
        raise entry.fault("band", "nothing", "at least one band of the label")
    onset_s, onset_to_s = _onset(entry)
    short = [band for band in bands if band.max_contact_s < onset_s]
    if short:
        raise entry.fault("onset_min", onset_s // 60, "at most the shortest max_contact_min of its bands")
    return Anesthetic(
        entry.ident(), entry.text("name", most=40), entry.text("strength", most=80), onset_s,
        entry.maybe_number("g_per_cm2_low", 0, 1, 1000), entry.maybe_number("g_per_cm2_high", 0, 1, 1000),
        bands, _dose_table(entry), entry.choice("occlusion", Occlusion),
        entry.flag("needs_authorisation", False), entry.text("removal", most=120),
        entry.texts("cautions", optional=True), entry.text("conflict", optional=True), entry.cited(),
        entry.day("reviewed"), onset_to_s, entry.maybe_number("not_under_months", 0, 300),
        entry.maybe_number("lidocaine_percent", 0, 100, 10), entry.flag("prescription", False),
        entry.maybe_number("not_again_within_h", 1, 720, 3600),
        entry.texts("not_on_areas", optional=True, among=AREA_IDS), uses,
    )


def _onset(entry: Entry) -> tuple[int, int | None]:
    onset_s, onset_to_s = entry.number("onset_min", 1, 600, 60), entry.maybe_number("onset_to_min", 1, 600, 60)
    if onset_to_s is not None and onset_to_s < onset_s:
        raise entry.fault("onset_to_min", onset_to_s // 60, f"at least onset_min, {onset_s // 60}")
    return onset_s, onset_to_s


def _use(entry: Entry) -> DoseUse:
    onset_s, onset_to_s = _onset(entry)
    longest_s = entry.maybe_number("max_contact_min", 1, 1440, 60)
    if longest_s is not None and longest_s < onset_s:
        raise entry.fault("max_contact_min", longest_s // 60, f"at least onset_min, {onset_s // 60}")
    use = DoseUse(
        entry.ident(), entry.text("name", most=60), onset_s, onset_to_s, longest_s,
        entry.maybe_number("g_per_cm2_low", 0, 1, 1000), entry.maybe_number("g_per_cm2_high", 0, 1, 1000),
        entry.one_source())
    entry.finish()
    return use


def _dose_band(entry: Entry) -> DoseBand:
    from_months = entry.number("from_months", 0, 1500)
    to_months = entry.maybe_number("to_months", 0, 1500)
    if to_months is not None and to_months <= from_months:
        raise entry.fault("to_months", to_months, f"more than from_months, {from_months}")
    band = DoseBand(
        from_months, to_months, entry.maybe_number("over_kg", 0, 300, 1000),
        entry.number("max_contact_min", 1, 1440, 60), entry.maybe_number("max_g", 0, 500, 1000),
        entry.maybe_number("max_cm2", 0, 5000, 100), entry.one_source(),
        tuple(_other_contact(one) for one in entry.inners("other_contact")))
    entry.finish()
    return band


def _other_contact(entry: Entry) -> OtherContact:
    other = OtherContact(entry.number("max_contact_min", 1, 1440, 60), entry.maybe_number("to_months", 0, 1500),
                         entry.one_source())
    entry.finish()
    return other


def _dose_table(entry: Entry) -> tuple[DoseStep, ...]:
    steps: list[DoseStep] = []
    for one in entry.inners("table"):
        step = DoseStep(one.number("cm2", 0, 5000, 100), one.number("g", 0, 500, 1000))
        one.finish()
        if steps and (step.area_mm2 <= steps[-1].area_mm2 or step.mass_mg < steps[-1].mass_mg):
            raise one.fault("cm2", step.area_mm2 / 100, "rows from the smallest area to the largest")
        steps.append(step)
    return tuple(steps)


def read_exposure(entry: Entry) -> ExposureRules:
    """Read the rules over all products."""
    unprescribed, counting = entry.inner("unprescribed"), entry.inner("counting")
    if unprescribed is None or counting is None:
        raise entry.fault("unprescribed" if unprescribed is None else "counting", "nothing", "the table")
    rules = ExposureRules(
        counting.number("back_h", 1, 720, 3600), unprescribed.number("lidocaine_over_percent", 0, 100, 10),
        unprescribed.text("warning", most=160), unprescribed.one_source(), counting.one_source())
    unprescribed.finish()
    counting.finish()
    entry.day("reviewed")
    return rules


def read_sign(entry: Entry) -> ToxicitySign:
    """Read a sign of toxicity."""
    return ToxicitySign(
        entry.ident(), entry.text("text", most=60), entry.word("stage", ("early", "late")), entry.one_source())
