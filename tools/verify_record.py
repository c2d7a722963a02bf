"""Prove an exported treatment record with none of the console's code: ``python verify_record.py RECORD.json``.

Needs Python 3.11 and the package «cryptography», nothing else. What is checked is written in words in
docs/record-proof.md. Exit code: 0 whole and signed, 1 not (one sentence names the first bad entry),
2 nothing could be checked.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEMA, VERSIONS = "needling-console/session-json", (1, 2)
SAMPLE_BYTES = 10
RECORD_PURPOSE = b"needling-console record 1\n"
KEY_PURPOSE = b"needling-console station key 1\n"
CLOSING = ("sealed", "session_ended", "bench_ended")
EVENT = {"type", "session_id", "seq", "at_us", "kind", "version", "actor_id"}
LINK = {"entry", "prev_hash", "hash"}
CHUNK = {"type", "session_id", "seq", "pen_serial", "boot_id", "first_index", "count", "period_us", "pen_time_marks",
         "t0_utc_us", "resent", "samples_sha256"}


class Bad(Exception):
    """The record is not what was written: the first bad entry and what is wrong with it."""

    def __init__(self, seq, what):
        self.seq, self.what = seq, what
        super().__init__(what)


class Unreadable(Exception):
    """There is no record to check here."""


# --- canonical bytes ----------------------------------------------------------------------------------


def canonical(value):
    """Give RFC 8785 bytes of a value without fractions."""
    return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":")).encode()


def in_order(value):
    """Sort the keys of objects by their UTF-16 code units."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list):
        return [in_order(one) for one in value]
    return value


def read_json(text):
    """Read strict JSON: no fractions, no key twice."""
    def whole(pairs):
        made = dict(pairs)
        if len(made) != len(pairs):
            raise ValueError("a key stands twice")
        return made

    def no_fraction(number):
        raise ValueError(f"{number} is not a whole number")

    return json.loads(text, object_pairs_hook=whole, parse_float=no_fraction, parse_constant=no_fraction)


def from_hex(text, count):
    """Read lower-case hexadecimal of so many bytes; None where it is something else."""
    if not isinstance(text, str) or not re.fullmatch(f"[0-9a-f]{{{2 * count}}}", text):
        return None
    return bytes.fromhex(text)


# --- the chain ------------------------------------------------------------------------------------------


def check_chain(links):
    """Check every link; give the hashes and the samples so far, by entry, and how many payloads were withheld."""
    before, hashes, samples, withheld, total = bytes(32), {}, {}, 0, 0
    session = None
    for number, link in enumerate(links, 1):
        entry = link.get("entry") if isinstance(link, dict) else None
        if not isinstance(entry, dict):
            raise Bad(number, "cannot be read")
        check_place(entry, number)
        session = session or entry.get("session_id")
        if entry.get("session_id") != session:
            raise Bad(number, "belongs to another session")
        if link.get("prev_hash") != before.hex():
            raise Bad(number, "does not hold the hash of the entry before it")
        made = hash_of(number, before, entry)
        if link.get("hash") != made.hex():
            raise Bad(number, "does not match its hash")
        if entry.get("type") == "chunk":
            total += check_samples(number, link, entry)
        else:
            withheld += check_event(number, link, entry)
        before = hashes[number] = made
        samples[number] = total
    if not hashes:
        raise Bad(1, "is missing: the record has no entries")
    return session, hashes, samples, withheld


def hash_of(number, before, entry):
    """Give an entry's hash behind the one before it."""
    try:
        return hashlib.sha256(before + canonical(entry)).digest()
    except (ValueError, RecursionError):  # half a character, or nested without end
        raise Bad(number, "cannot be read") from None


def check_place(entry, number):
    """Check that an entry stands where it says."""
    seq = entry.get("seq")
    if type(seq) is not int:
        raise Bad(number, "has no number")
    if seq != number:
        raise Bad(min(seq, number), "is missing" if seq > number else "is there twice")


def check_samples(number, link, entry):
    """Check a chunk's samples against the hash in its entry; give how many there are."""
    count = entry.get("count")
    if set(entry) != CHUNK or set(link) != LINK | {"samples"} or type(count) is not int or count < 1:
        raise Bad(number, "is not what a console writes")
    try:
        raw = base64.b64decode(link["samples"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise Bad(number, "has no samples that can be read") from None
    if len(raw) != count * SAMPLE_BYTES or hashlib.sha256(raw).hexdigest() != entry["samples_sha256"]:
        raise Bad(number, "has other samples than were written")
    return count


def check_event(number, link, entry):
    """Check an event's form and what its commitment stands for; give 1 where its payload was withheld."""
    if entry.get("type") != "event" or set(entry) not in (EVENT | {"payload"}, EVENT | {"commitment"}):
        raise Bad(number, "is not what a console writes")
    if set(link) == LINK:
        return int("commitment" in entry)
    if "payload" in entry or set(link) != LINK | {"salt", "payload"}:
        raise Bad(number, "is not what a console writes")
    salt = from_hex(link["salt"], 32)
    if salt is None or hash_of(number, salt, link["payload"]).hex() != entry["commitment"]:
        raise Bad(number, "has another content than it was sealed with")
    return 0


def check_own_head(record, session, hashes):
    """Compare the chain with the record's own line and head."""
    last = max(hashes)
    line = record.get("session")
    if not isinstance(line, dict) or line.get("session_id") != session:
        raise Bad(1, "belongs to another session than the record's first lines say")
    if record.get("head") != hashes[last].hex():
        raise Bad(last + 1, f"is missing: the record says its head is {str(record.get('head'))[:8]}")


def head_not_found(hashes, kept_heads):
    """Give the first head kept elsewhere that is not on the chain, else None."""
    chain = [made.hex() for made in hashes.values()]
    return next((kept for kept in kept_heads if not any(made.startswith(kept) for made in chain)), None)


# --- signatures --------------------------------------------------------------------------------------------


def key_id(public_key):
    """Give the sixteen characters by which a key is named."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def is_signed(public_key, purpose, statement, signature):
    """Tell whether a signature is this key's over this statement."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, purpose + statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def known_keys(record, given):
    """Give the trusted public keys by id: those given and those that lead to or from them, else the record's own."""
    rows = [row for row in listed(record, "station_keys") if from_hex(row.get("public_key"), 32)]
    if not given:
        return {key_id(key): key for key in (bytes.fromhex(row["public_key"]) for row in rows)}
    trusted = {key_id(key): key for key in given}
    steps = [step for step in map(succession, rows) if step]
    grown = True
    while grown:
        grown = False
        for former, new in steps:
            for known, other in ((former, new), (new, former)):
                if key_id(known) in trusted and key_id(other) not in trusted:
                    trusted[key_id(other)] = other
                    grown = True
    return trusted


def succession(row):
    """Give (former, new) public key where both vouch for one following the other, else None."""
    signature, vouched = from_hex(row.get("signature"), 64), from_hex(row.get("former_signature"), 64)
    statement, new = row.get("statement"), bytes.fromhex(row["public_key"])
    if not (signature and vouched and isinstance(statement, str)):
        return None
    told = statement_of(statement)
    former = from_hex(told.get("former_public_key"), 32) if told else None
    if former is None or told.get("type") != "station_key" or told.get("public_key") != new.hex():
        return None
    both = is_signed(new, KEY_PURPOSE, statement, signature) and is_signed(former, KEY_PURPOSE, statement, vouched)
    return (former, new) if both else None


def statement_of(text):
    """Read a statement; None where it is not canonical JSON."""
    try:
        told = read_json(text)
        return told if isinstance(told, dict) and canonical(told) == text.encode() else None
    except (ValueError, TypeError, RecursionError):
        return None


def check_signatures(record, session, hashes, samples, given):
    """Check every signature; give the ids of the keys and the entry the last one reaches."""
    trusted = known_keys(record, given)
    signers, reached = [], 0
    for row in listed(record, "signatures"):
        told = statement_of(row.get("statement")) if isinstance(row.get("statement"), str) else None
        seq = row.get("seq")
        place = seq if type(seq) is int and seq in hashes else max(hashes)
        if told is None:
            raise Bad(place, "has a station signature that cannot be read")
        facts = {"type": "record", "version": 1, "session_id": session, "seq": seq, "key_id": row.get("key_id"),
                 "hash": hashes[seq].hex() if seq in hashes else None, "samples": samples.get(seq)}
        if any(told.get(name) != value for name, value in facts.items()):
            raise Bad(place, "has a station signature over another history")
        public_key = trusted.get(row.get("key_id"))
        if public_key is None:
            raise Bad(place, f"was signed by {row.get('key_id')}, which is not one of the station's keys")
        if not is_signed(public_key, RECORD_PURPOSE, row["statement"], from_hex(row.get("signature"), 64) or b""):
            raise Bad(place, "has a forged station signature")
        signers.append(row["key_id"])
        reached = max(reached, seq)
    return sorted(set(signers)), reached


def listed(record, name):
    """Give a list of objects; what is no object is left to fail where it is looked at."""
    found = record.get(name, [])
    return [row if isinstance(row, dict) else {} for row in found] if isinstance(found, list) else [{}]


# --- a record ----------------------------------------------------------------------------------------------------


def check_record(record, given=(), kept_heads=(), unsigned=False):
    """Check one record; give what was proved. ``Bad`` names the first entry that is not as it was written."""
    links = record.get("chain")
    if not isinstance(links, list):
        raise Unreadable("it has no chain")
    session, hashes, samples, withheld = check_chain(links)
    check_own_head(record, session, hashes)
    last, astray = max(hashes), head_not_found(hashes, kept_heads)
    try:
        signers, reached = check_signatures(record, session, hashes, samples, given)
    except Bad:
        if astray is None:
            raise
        raise Bad(last, f"does not match the head {astray[:8]} kept elsewhere: the record was written anew") from None
    if astray is not None:
        raise Bad(last + 1, f"is missing: the head {astray[:8]} kept elsewhere is not on this chain")
    closed = [link["entry"]["seq"] for link in links if link["entry"].get("kind") in CLOSING]
    if closed and reached < last and not unsigned:
        raise Bad(max(reached + 1, closed[0]), "closes the record or was added to it, and no station signed it")
    fault = record.get("fault")
    if fault is not None:
        seq, what = (fault.get("seq"), fault.get("what")) if isinstance(fault, dict) else (1, fault)
        raise Bad(seq, f"was found bad by the console that exported it: {what}")
    return {"session": session, "entries": last, "samples": samples[last], "head": hashes[last].hex(),
            "closed": bool(closed), "signed_by": signers, "key_given": bool(given), "payloads_withheld": withheld}


def words(proved):
    """Put what was proved into a sentence."""
    text = (f"whole, {proved['entries']} entries and {proved['samples']} samples as they were written, "
            f"head {proved['head'][:4]} {proved['head'][4:8]}")
    if proved["payloads_withheld"]:
        text += f", the contents of {proved['payloads_withheld']} entries withheld"
    if not proved["signed_by"]:
        return text + (", signed by no station" if proved["closed"] else ", not closed yet")
    text += ", signed by station key " + ", ".join(proved["signed_by"])
    return text if proved["key_given"] else (
        text + "; that this is the clinic's key was not checked, give its public key with --key")


def find_records(path):
    """Give the record files: the file itself, or each one in a folder."""
    if not path.is_dir():
        return [path]
    try:
        found = [one for one in sorted(path.rglob("*.json")) if f'"{SCHEMA}"'.encode() in one.read_bytes()]
    except OSError as error:
        raise Unreadable(error.strerror) from None
    if not found:
        raise Unreadable("there is no session file in this folder")
    return found


def load(path):
    """Read a record file."""
    try:
        record = read_json(path.read_text("utf-8"))
    except OSError as error:
        raise Unreadable(error.strerror) from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no session file ({error})") from None
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise Unreadable("it is no session file")
    if record.get("schema_version") not in VERSIONS:
        raise Unreadable(f"it has version {record.get('schema_version')}, which this verifier does not know")
    return record


def read_key(text):
    """Give the public keys of ``--key``: 64 hexadecimal characters, or a file with them or of ``station --json``."""
    if key := from_hex(text.lower(), 32):
        return [key]
    try:
        content = Path(text).read_text("utf-8")
    except (OSError, ValueError):
        raise Unreadable(f"«{text}» is neither a public key nor a file with one") from None
    found = [bytes.fromhex(one) for one in re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", content)]
    if not found:
        raise Unreadable(f"the file {text} holds no public key")
    return found


def read_head(text):
    """Give a kept head: 8 or more hexadecimal characters, spaces left out."""
    head = re.sub(r"\s", "", text.lower())
    if not re.fullmatch("[0-9a-f]{8,64}", head):
        raise Unreadable(f"«{text}» is no head: give its 8 characters or more")
    return head


def main(argv=None):
    """Check what the arguments name; print a sentence a record."""
    parser = argparse.ArgumentParser(
        prog="verify_record.py", description="Prove that an exported treatment record is whole and as it was signed.",
        epilog="exit code: 0 whole and signed, 1 not, 2 nothing could be checked")
    parser.add_argument("record", type=Path, help="a session file, or a folder with session files")
    parser.add_argument("--key", action="append", default=[], metavar="KEY",
                        help="the station's public key, or a file with it («main.py station --json»)")
    parser.add_argument("--head", action="append", default=[], metavar="HEAD",
                        help="a head kept elsewhere, such as the 8 characters on the printed report")
    parser.add_argument("--unsigned", action="store_true",
                        help="accept a closed record no station signed (consoles before station keys)")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    args = parser.parse_args(argv)
    try:
        given = [key for text in args.key for key in read_key(text)]
        heads = [read_head(text) for text in args.head]
        answers = [answer(path, given, heads, args.unsigned) for path in find_records(args.record)]
    except Unreadable as error:
        print(f"{args.record}: {error}; nothing was checked.", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps([told for _, told in answers], indent=1, ensure_ascii=False))
    else:
        for code, told in answers:
            print(f"{told['file']}: {told['words']}.", file=sys.stderr if code else sys.stdout)
    return max(code for code, _ in answers)


def answer(path, given, heads, unsigned):
    """Check one file; give its exit code and what is told of it."""
    told = {"file": str(path), "whole": False, "seq": None}
    try:
        proved = check_record(load(path), given, heads, unsigned)
    except Bad as bad:
        return 1, {**told, "seq": bad.seq, "what": bad.what, "words": f"entry {bad.seq} {bad.what}"}
    except Unreadable as error:
        return 2, {**told, "what": str(error), "words": f"{error}; nothing was checked"}
    return 0, {**told, **proved, "whole": True, "words": words(proved)}


if __name__ == "__main__":
    sys.exit(main())
