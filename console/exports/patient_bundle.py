"""Everything that is kept of one patient, in open formats: a folder that its owner can read without this program."""

import csv
import hashlib
import html
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from console.domain import session_events as ev
from console.domain.clock import iso_utc
from console.domain.errors import OperatorError
from console.domain.photo_ports import StoredPhoto
from console.exports.csv_export import write_csv
from console.exports.json_history import write_json
from console.services.event_words import counted
from console.services.review_desk import SessionDossier
from console.services.whole_files import told_as_operator_error, write_folder_whole

SUMS_FILE = "SHA256SUMS.txt"
_PARTS = (
    ("patient.json", "your name, birth date, contact and notes; every version with its time and author"),
    ("courses.json", "the courses planned for you"),
    ("appointments.json", "your appointments"),
    ("clinic-records.json", "follow-up calls, outcomes, incidents and the like that concern you"),
    ("access.csv", "who read or changed your record, and when (times are UTC)"),
    ("sessions/", "each treatment: session.json with its history, readings/ with every sample of the pen"),
    ("consents/", "what you agreed to or refused, word for word, and your signatures as pictures (SVG)"),
    ("photos/", "your photos (JPEG)"),
    (SUMS_FILE, "a SHA-256 of every file here, to show that none was changed (sha256sum -c SHA256SUMS.txt)"),
)
_SIGNATURE_PX = 600


@dataclass(frozen=True, slots=True)
class PatientBundle:
    """What is written. ``read`` and ``picture`` are called one by one, so that memory holds one session at a time."""

    patient_id: str
    name: str
    clinic: str
    written_us: int
    marked_as: str
    versions: Mapping[str, Sequence[Mapping[str, Any]]]  # of patient, course, appointment, clinic_record
    access: Sequence[Mapping[str, str]]
    sessions: Sequence[UUID]
    read: Callable[[UUID], SessionDossier]
    photos: Sequence[StoredPhoto]
    picture: Callable[[str], bytes]


def write_patient_bundle(out: Path, bundle: PatientBundle) -> None:
    """Write the folder, whole or not at all; OperatorError where it exists already or cannot be written."""
    with told_as_operator_error(out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise OperatorError(f"{out} is there already", "nothing was written", "name a new folder")
    write_folder_whole(out, lambda fresh: _fill(fresh, bundle))


def _fill(folder: Path, bundle: PatientBundle) -> None:
    for name, table in (("patient", "patient"), ("courses", "course"), ("appointments", "appointment"),
                        ("clinic-records", "clinic_record")):
        _write_json(folder / f"{name}.json", [_readable(row) for row in bundle.versions[table]])
    (folder / "access.csv").write_text(_table(bundle.access), "utf-8", newline="")
    treated = [_write_session(folder, bundle.read(one)) for one in bundle.sessions]
    for one in bundle.photos:
        path = folder / "photos" / f"{_day(one.taken_us)}_{one.moment}_{one.view}_{one.photo_id[:8]}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bundle.picture(one.photo_id))
    (folder / "readme.txt").write_text(_readme(bundle), "utf-8")
    (folder / "index.html").write_text(_index(folder, bundle, treated), "utf-8")
    (folder / SUMS_FILE).write_text(_sums(folder), "utf-8")


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row with its document opened and its time also in words."""
    fields = dict(row)
    if "body" in fields:
        fields["body"] = json.loads(fields["body"])
    fields["changed"] = iso_utc(fields["changed_us"])
    return fields


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["at", "person", "what", "why"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# --- sessions and consents --------------------------------------------------------------------------


def _write_session(folder: Path, dossier: SessionDossier) -> tuple[str, str]:
    """Write one session with its consents; give its folder's name and a line about it."""
    row = dossier.row
    name = f"{_day(row.opened_us)}_{str(row.session_id)[-12:]}"
    place = folder / "sessions" / name
    place.mkdir(parents=True)
    write_json(place / "session.json", dossier)
    write_csv(place / "readings", dossier)
    _write_consents(folder / "consents" / name, dossier)
    proof = "" if dossier.fault is None else f"; entry {dossier.fault.seq} does not verify: {dossier.fault.what}"
    return name, f"{_day(row.opened_us)}: {row.plan_name or row.kind}, {row.practitioner_id}{proof}"


def _write_consents(folder: Path, dossier: SessionDossier) -> None:
    lines, drawn = [], 0
    for one in dossier.events:
        what = one.event.what
        if isinstance(what, ev.SignatureDrawn) and what.strokes:
            drawn += 1
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"signature-{drawn}.svg").write_text(_signature(what), "utf-8")
        lines += [f"{iso_utc(one.event.at_us)}  {line}" for line in _consent_lines(what, drawn)]
    if lines:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "consents.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _consent_lines(what: ev.Payload, drawn: int) -> Iterator[str]:
    match what:
        case ev.ConsentRecorded():
            answer = "given" if what.given else f"refused: {what.reason}"
            yield f"Consent to {what.consent}, {what.form_id} version {what.form_version}: {answer}"
            yield what.shown_text or f"(the text with SHA-256 {what.text_sha256})"
        case ev.ConsentWithdrawn():
            yield f"Consent to {what.consent} withdrawn: {what.reason}"
        case ev.SignatureDrawn():
            signer = f"{what.signer} {what.signer_name}".strip()
            yield (f"Signed by the {signer}: signature-{drawn}.svg" if what.strokes
                   else f"Not signed: {what.refused_reason}")


def _signature(what: ev.SignatureDrawn) -> str:
    runs = []
    for stroke in what.strokes:
        points = " ".join(f"{x},{y}" for x, y in zip(stroke[::2], stroke[1::2], strict=False))
        runs.append(f'<polyline points="{points}" fill="none" stroke="black" stroke-width="4"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 500" width="{_SIGNATURE_PX}">'
            f'{"".join(runs)}</svg>\n')


# --- words ------------------------------------------------------------------------------------------------


def _readme(bundle: PatientBundle) -> str:
    marked = f"\nMarked as {bundle.marked_as}: not a clinical record.\n" if bundle.marked_as else ""
    parts = "\n".join(f"  {name:22}{words}" for name, words in _PARTS)
    return (
        f"All that {bundle.clinic or 'the clinic'} keeps of {bundle.name} ({bundle.patient_id}), "
        f"written {iso_utc(bundle.written_us)}.\n{marked}\nOpen index.html in any browser, or the files themselves:\n\n"
        f"{parts}\n\nTimes whose names end in _us are microseconds since 1970, UTC; _um are micrometres. "
        "needle depth is how far\nthe needles stood out of the cartridge, not how deep they went into skin.\n"
    ).replace("needle depth is", "Needle depth is")


def _index(folder: Path, bundle: PatientBundle, treated: Sequence[tuple[str, str]]) -> str:
    def link(path: str, words: str) -> str:
        return f'<li><a href="{html.escape(path, quote=True)}">{html.escape(words)}</a></li>'

    number, clinic = html.escape(bundle.patient_id), html.escape(bundle.clinic or "the clinic")
    sessions = "".join(
        f"{link(f'sessions/{name}/session.json', line)}{_consent_link(folder, name, link)}" for name, line in treated)
    photos = "".join(link(f"photos/{one.name}", one.name) for one in sorted((folder / "photos").glob("*.jpg")))
    parts = "".join(link(name, f"{name}: {words}") for name, words in _PARTS if not name.endswith("/"))
    marked = f"<p>Marked as {html.escape(bundle.marked_as)}: not a clinical record.</p>" if bundle.marked_as else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>All that is kept of {number}</title>'
        "<style>body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}</style></head>"
        f"<body><h1>{html.escape(bundle.name)} ({number})</h1>{marked}"
        f"<p>All that {clinic} keeps of you, written {iso_utc(bundle.written_us)}.</p>"
        f"<h2>{counted(len(treated), 'session')}</h2><ul>{sessions}</ul>"
        f"<h2>{counted(len(bundle.photos), 'photo')}</h2><ul>{photos}</ul>"
        f"<h2>Files</h2><ul>{parts}</ul></body></html>\n")


def _consent_link(folder: Path, name: str, link: Callable[[str, str], str]) -> str:
    there = (folder / "consents" / name / "consents.txt").exists()
    return link(f"consents/{name}/consents.txt", "its consents and signatures") if there else ""


def _sums(folder: Path) -> str:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return "".join(
        f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.relative_to(folder).as_posix()}\n" for one in files)


def _day(at_us: int) -> str:
    return iso_utc(at_us)[:10]
