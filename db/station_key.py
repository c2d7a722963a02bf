"""The station's Ed25519 key: signing with it, and which public keys are trusted because of it."""

import json
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, insert, select

from console.domain.history import JsonValue, canonical_json
from console.domain.station_proof import KEY_PURPOSE, RECORD_PURPOSE, StationKey, key_id_of, key_statement
from db import tables


class StationSigner:
    """Signs with one station key; the private part is given as its 32 bytes."""

    def __init__(self, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.public_key = self._key.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public_key)

    def sign_record(self, statement: Mapping[str, JsonValue]) -> tuple[str, bytes]:
        """Give a statement's canonical text and its signature."""
        text = canonical_json(statement)
        return text.decode(), self._key.sign(RECORD_PURPOSE + text)

    def sign_key(self, statement: str) -> bytes:
        """Sign the statement by which one key follows another."""
        return self._key.sign(KEY_PURPOSE + statement.encode())

    def first_key(self, made_us: int) -> StationKey:
        """Give this key as a station's first."""
        return StationKey(self.key_id, self.public_key, made_us)


def following_key(former: StationSigner, new: StationSigner, made_us: int) -> StationKey:
    """Give the key that follows another, vouched for by both."""
    statement = canonical_json(key_statement(new.public_key, former.public_key, made_us)).decode()
    return StationKey(
        new.key_id, new.public_key, made_us, statement, new.sign_key(statement), former.sign_key(statement))


def is_signed(public_key: bytes, purpose: bytes, statement: str, signature: bytes) -> bool:
    """Tell whether a signature is this key's over this statement."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, purpose + statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def trusted_keys(keys: Sequence[StationKey], now: bytes) -> dict[str, bytes]:
    """Give the public keys, by id, that lead to or from the station's present one, each step vouched for by both."""
    steps = [(former, one.public_key) for one in keys if (former := _former_of(one)) is not None]
    trusted, waiting = {key_id_of(now): now}, [now]
    while waiting:
        known = waiting.pop()
        for step in steps:
            for other in step if known in step else ():
                if key_id_of(other) not in trusted:
                    trusted[key_id_of(other)] = other
                    waiting.append(other)
    return trusted


def _former_of(key: StationKey) -> bytes | None:
    if key.signature is None or key.former_signature is None:
        return None
    try:
        told = json.loads(key.statement)
        former = bytes.fromhex(told["former_public_key"])
        expected = canonical_json(key_statement(key.public_key, former, told["made_us"])).decode()
    except (ValueError, KeyError, TypeError):
        return None
    both = (key.statement == expected and is_signed(key.public_key, KEY_PURPOSE, expected, key.signature)
            and is_signed(former, KEY_PURPOSE, expected, key.former_signature))
    return former if both else None


# --- as rows -----------------------------------------------------------------------------------------


def stored_keys(connection: Connection) -> list[StationKey]:
    """Give the station's public keys, the oldest first."""
    key = tables.station_key
    rows = connection.execute(select(key).order_by(key.c.made_us, key.c.key_id))
    return [StationKey(row.key_id, row.public_key, row.made_us, row.statement, row.signature, row.former_signature)
            for row in rows]


def keep_key(connection: Connection, key: StationKey) -> None:
    """Store a public key unless it is there."""
    table = tables.station_key
    if connection.execute(select(table.c.key_id).where(table.c.key_id == key.key_id)).first() is None:
        connection.execute(insert(table).values(
            key_id=key.key_id, public_key=key.public_key, made_us=key.made_us, statement=key.statement,
            signature=key.signature, former_signature=key.former_signature))
