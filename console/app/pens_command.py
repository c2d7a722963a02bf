"""``main.py pens``: which pen profiles there are, whether one is right, and what a pen says by it."""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

from console.app.pen_shelf import PenShelf, ShelvedPen, find_profile, load_shelf
from console.app.settings import default_data_folder
from console.domain.errors import OperatorError
from console.domain.label_matrix import PenLabel
from console.domain.telemetry import (
    NOT_MEASURED,
    Batch,
    Gap,
    LinkNotice,
    PenDescription,
    PenEvent,
    PenStatus,
    Sample,
    SampleFlag,
    unpack_samples,
)
from console.services.clinical_figures import Reading
from console.services.clinical_library import ClinicalLibrary
from console.services.clocks import SystemClock
from console.services.pen_labels import read_pen_label
from console.services.resources import resource_path
from devices.link import SerialPenLink
from devices.port_way import way_to
from devices.profile import PenProfile
from devices.profile_reader import read_profile
from devices.registry import make_serial_link

FIRST_SHOWN = 5
FIRST_WORD_S = 12.0


def pens_folder(args: argparse.Namespace) -> Path:
    """Give the clinic's own folder of profiles; it need not be there."""
    return (getattr(args, "data", None) or default_data_folder()) / "pens"


# --- list ------------------------------------------------------------------------------------------


def run_list(args: argparse.Namespace) -> int:
    """Print every profile, and those refused with their reasons."""
    shelf = load_shelf(pens_folder(args))
    if args.json:
        print(json.dumps(_shelf_json(shelf), ensure_ascii=False, indent=1))
        return 0
    for pen in shelf.pens:
        example = ", example" if pen.profile.example else ""
        print(f"{pen.profile.pen_id:18} {pen.profile.kind:9} {pen.profile.name}{example}{_dials(pen.label)}")
    for bad in shelf.refused:
        print(f"refused            {bad.path}: {bad.why}")
    return 0


def _dials(label: PenLabel | None) -> str:
    """Give what the label says of depth and speed, as far as it says it."""
    if label is None:
        return ""
    told = []
    if label.depth_high_um is not None:
        low = f"{label.depth_low_um / 1000:g} to " if label.depth_low_um is not None else "up to "
        step = f" in steps of {label.depth_step_um / 1000:g}" if label.depth_step_um else ""
        tolerance = f" ± {label.depth_tolerance_um / 1000:g}" if label.depth_tolerance_um else ""
        told.append(f"{low}{label.depth_high_um / 1000:g} mm{step}{tolerance}")
    if label.rate_high_chz is not None and label.rate_low_chz is not None:
        low_hz, high_hz = label.rate_low_chz / 100, label.rate_high_chz / 100
        told.append(f"{low_hz:g} Hz" if low_hz == high_hz else f"{low_hz:g} to {high_hz:g} Hz")
    if label.needles is not None:
        told.append(f"{label.needles} needles")
    told += [f"{len(label.uses)} labelled use{'' if len(label.uses) == 1 else 's'}"] if label.uses else []
    return "".join(f", {part}" for part in told)


def _shelf_json(shelf: PenShelf) -> dict[str, object]:
    return {
        "pens": [_pen_json(pen) for pen in shelf.pens],
        "refused": [{"file": str(bad.path), "why": str(bad.why)} for bad in shelf.refused],
    }


def _pen_json(pen: ShelvedPen) -> dict[str, object]:
    profile, label = pen.profile, pen.label
    told: dict[str, object] = {
        "id": profile.pen_id, "name": profile.name, "kind": profile.kind, "example": profile.example,
        "file": str(pen.path) if pen.path else None, "model": profile.model or None,
        "fields": [rule.channel.value for rule in profile.fields],
    }
    if label is not None:
        told |= {
            "depth_low_um": label.depth_low_um, "depth_high_um": label.depth_high_um,
            "depth_step_um": label.depth_step_um, "depth_tolerance_um": label.depth_tolerance_um,
            "rate_low_chz": label.rate_low_chz, "rate_high_chz": label.rate_high_chz, "needles": label.needles,
            "uses": [use.indication for use in label.uses], "sources": [source.text for source in label.sources],
        }
    return told


# --- check -----------------------------------------------------------------------------------------


def run_check(args: argparse.Namespace) -> int:
    """Prove one profile, both parts; its first fault is the error."""
    label = _label_of(args.file)
    profile = read_profile(args.file)
    if args.json:
        print(json.dumps(_pen_json(ShelvedPen(profile, args.file, label)), ensure_ascii=False, indent=1))
        return 0
    for line in _about(profile):
        print(line)
    print(f"Label      {_dials(label).removeprefix(', ') or 'no figures'}")
    print("The profile is right.")
    return 0


def _label_of(path: Path) -> PenLabel:
    library = ClinicalLibrary.load(resource_path("."), None, None)
    return read_pen_label(path, Reading({source.source_id: source for source in library.sources}))[0]


def _about(profile: PenProfile) -> Iterator[str]:
    yield f"Pen        {profile.pen_id}, {profile.name}"
    yield f"Kind       {profile.kind}" + (", an example" if profile.example else "")
    if profile.layout is None:
        return
    line = profile.line
    yield f"Line       {line.baud} baud, {line.byte_bits} bits, parity {line.parity}, {line.stop_bits:g} stop"
    yield f"Samples    {1e6 / profile.period_us:g} a second"
    for rule in profile.fields:
        source = rule.name or (f"column {rule.column + 1}" if rule.column is not None else "the lines' own time")
        unit = f", in {rule.unit}" if rule.unit else ""
        change = f", × {rule.scale:g} + {rule.offset:g}" if rule.scale != 1 or rule.offset else ""
        yield f"Field      {rule.channel.value:12} from {source}{unit}{change}"


# --- try -------------------------------------------------------------------------------------------


class TryingSink:
    """Keeps what a pen says for a while; no more than can be shown or counted."""

    def __init__(self) -> None:
        self.first: list[Sample] = []
        self.samples = 0
        self.measured = [0] * 4
        self.low, self.high = [NOT_MEASURED] * 4, [0] * 4
        self.flags = 0
        self.missing = 0
        self.battery: int | None = None
        self.began_s: float | None = None
        self.ended_s = 0.0

    def on_samples(self, batch: Batch, window: int) -> None:
        """Count and keep the first."""
        if not window:
            return
        self.began_s = batch.received_s if self.began_s is None else self.began_s
        self.ended_s = batch.received_s
        self.samples += batch.count
        for sample in unpack_samples(batch.samples):
            if len(self.first) < FIRST_SHOWN:
                self.first.append(sample)
            self.flags |= sample.flags
            for place, value in enumerate(sample[:4]):
                if value != NOT_MEASURED:
                    self.measured[place] += 1
                    self.low[place], self.high[place] = min(self.low[place], value), max(self.high[place], value)

    def on_gap(self, gap: Gap) -> None:
        """Count what is missing."""
        self.missing += gap.count

    def on_notice(self, notice: LinkNotice) -> None:
        """Nothing to show of it."""

    def on_pen_event(self, event: PenEvent) -> None:
        """Nothing to show of it."""

    def on_pen_status(self, status: PenStatus) -> None:
        """Keep the battery."""
        self.battery = status.battery_percent

    @property
    def rate_hz(self) -> float | None:
        """Samples a second between the first and the last read; None where there was but one."""
        span_s = self.ended_s - self.began_s if self.began_s is not None else 0.0
        return self.samples / span_s if span_s > 0.1 else None


def run_try(args: argparse.Namespace) -> int:
    """Listen to a pen by a profile and print what is read; OperatorError where nothing sensible came."""
    profile = find_profile(args.pen, pens_folder(args))
    clock = SystemClock()
    way = way_to(args.port, clock, None)
    sink = TryingSink()
    link = make_serial_link(profile, sink, way)
    if link is None:
        raise OperatorError(f"{profile.name} is entered by hand", "nothing was read", "choose a pen that has a port")
    try:
        pen = _listen(link, sink, args.port, args.seconds)
    finally:
        link.close()
        way.close()
    for line in _heard(profile, pen, link, sink):
        print(line)
    if not sink.samples:
        raise OperatorError(
            f"The pen on {args.port} answers but sends no samples", "nothing was read", "check that it is switched on")
    if not any(sink.measured) and not sink.flags:
        raise OperatorError(
            f"{sink.samples} samples came from {args.port}, but no value in any of them could be read",
            "nothing was recorded", "check the names and units of the fields in the profile")
    return 0


def _listen(link: SerialPenLink, sink: TryingSink, port: str, seconds: float) -> PenDescription:
    link.open(port)
    try:
        pen = link.wait_first(FIRST_WORD_S)
    except OperatorError as error:
        counted = link.counters()
        if not counted.bytes_read:
            raise
        raise OperatorError(
            f"{counted.bytes_read} bytes came from {port}, but nothing this profile understands "
            f"({counted.crc_errors} damaged, {counted.unknown_types} ignored)", "nothing was recorded",
            "check baud, format and field names") from error
    link.begin_recording()
    time.sleep(seconds)
    return pen


_NAMES = (("Set depth", 1000, "mm"), ("Depth", 1000, "mm"), ("Speed", 100, "Hz"), ("Load", 1, "mA"))


def _heard(profile: PenProfile, pen: PenDescription, link: SerialPenLink, sink: TryingSink) -> Iterator[str]:
    counted = link.counters()
    firmware = f", firmware {pen.firmware}" if pen.firmware else ""
    yield f"Pen        {pen.model} {pen.serial}{firmware}"
    rate = f"{sink.rate_hz:.1f} a second" if sink.rate_hz is not None else "too few to tell their rate"
    said = f", the profile says {1e6 / profile.period_us:g}" if profile.kind != "pen-link" else ""
    yield f"Samples    {sink.samples}, {rate}{said}; {sink.missing} missing"
    for place, (name, per, unit) in enumerate(_NAMES):
        if sink.measured[place]:
            yield f"{name:10} {sink.low[place] / per:g} to {sink.high[place] / per:g} {unit}"
        else:
            yield f"{name:10} not measured"
    seen = [flag.name.lower().replace("_", " ") for flag in SampleFlag if flag.name and sink.flags & flag]
    yield f"Flags      {', '.join(seen) or 'none seen'}"
    if sink.battery is not None:
        yield f"Battery    {sink.battery} %"
    yield (f"Errors     {counted.crc_errors} damaged, {counted.malformed} absurd, {counted.unknown_types} ignored, "
           f"{counted.resyncs} times out of step")
    for sample in sink.first:
        yield "First      " + "  ".join(
            "-" if value == NOT_MEASURED else f"{value / per:g} {unit}"
            for value, (_, per, unit) in zip(sample[:4], _NAMES, strict=True))
