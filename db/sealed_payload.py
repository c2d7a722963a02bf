"""A payload under its patient's key, as the text that stands in its column.

``{"commitment":"<64 hex>","sealed":"<Base64>"}``: the Base64 is a nonce of 12 bytes and AES-256-GCM
over salt and canonical payload, bound to the session and the place in its chain. An erased payload
of the open form has given way to ``{"erased":<number in the ledger>}``.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.domain.history import SALT_BYTES, commitment_to

KEY_BYTES = 32
_NONCE = 12
_START, _MIDDLE, _END = '{"commitment":"', '","sealed":"', '"}'
_HASH_FROM, _HASH_TO = len(_START), len(_START) + 64
_BOX_FROM = _HASH_TO + len(_MIDDLE)
_SEALED = re.compile(r'\{"commitment":"[0-9a-f]{64}","sealed":"[A-Za-z0-9+/]+={0,2}"\}')
_ERASED = re.compile(r'\{"erased":([1-9][0-9]{0,9})\}')


class NotOpened(ValueError):
    """A sealed payload that this key does not open here, or that its commitment does not stand for."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A payload's column text, with the salt and the commitment that its entry is hashed with."""

    text: str
    salt: bytes
    commitment: bytes


class PayloadSeal:
    """Seals and opens the payloads of one session."""

    def __init__(self, key: bytes, session_id: UUID) -> None:
        self._cipher, self._session = AESGCM(key), session_id.bytes

    def seal(self, seq: int, payload: bytes) -> Sealed:
        """Hide a canonical payload behind a fresh salt."""
        salt, nonce = os.urandom(SALT_BYTES), os.urandom(_NONCE)
        box = nonce + self._cipher.encrypt(nonce, salt + payload, self._bound_to(seq))
        commitment = commitment_to(salt, payload)
        return Sealed(f"{_START}{commitment.hex()}{_MIDDLE}{base64.b64encode(box).decode()}{_END}", salt, commitment)

    def open(self, seq: int, text: str) -> tuple[bytes, bytes]:
        """Give salt and canonical payload; NotOpened where this key did not seal them for this place."""
        try:
            box = base64.b64decode(text[_BOX_FROM : -len(_END)])
            plain = self._cipher.decrypt(box[:_NONCE], box[_NONCE:], self._bound_to(seq))
        except (InvalidTag, ValueError, OverflowError, binascii.Error):
            raise NotOpened from None
        return plain[:SALT_BYTES], plain[SALT_BYTES:]

    def proved(self, seq: int, text: str) -> bytes:
        """Give the canonical payload, proved against its commitment; NotOpened where it does not match."""
        salt, payload = self.open(seq, text)
        if commitment_to(salt, payload) != commitment_in(text):
            raise NotOpened
        return payload

    def _bound_to(self, seq: int) -> bytes:
        return self._session + seq.to_bytes(8, "big")


def is_sealed(text: str) -> bool:
    """Tell a sealed payload from an open one, without proving it well formed."""
    return text.startswith(_START)


def commitment_in(text: str) -> bytes | None:
    """Give the commitment of a well-formed sealed payload, else None."""
    return bytes.fromhex(text[_HASH_FROM:_HASH_TO]) if _SEALED.fullmatch(text) else None


def erasure_in(text: str) -> int | None:
    """Give the ledger's number where an open payload was erased, else None."""
    found = _ERASED.fullmatch(text)
    return int(found[1]) if found else None


def erased_text(number: int) -> str:
    """Give what stands in an open payload's place after its erasure."""
    return f'{{"erased":{number}}}'
