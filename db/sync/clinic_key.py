"""The clinic key, which only consoles hold: what it wraps, and how it is carried from one console to the next.

The joining text is ``NCJ1`` and hexadecimal of: clinic id (16 bytes), salt (16), nonce (12), the clinic key under a
joining code (Argon2id 64 MiB, t=3, p=4, then AES-256-GCM), CRC-32 of all before (u32), big-endian. The text lies in
a file, the code is read out or typed: neither opens anything without the other.
"""

import hashlib
import os
import secrets
import struct
import zlib
from uuid import UUID

import argon2.low_level
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.domain.errors import OperatorError
from db.recovery_text import check_words

KEY_BYTES = 32
_MARK = "NCJ1"
_TEXT = struct.Struct(">16s16s12s48s")
_CODE_BYTES = 10
_MEMORY_KIB = 65_536
_NONCE = 12
_ID_BYTES = 8


def new_clinic_key() -> bytes:
    """Make a clinic's key."""
    return secrets.token_bytes(KEY_BYTES)


def key_check(clinic_key: bytes) -> bytes:
    """Give what tells this clinic key from another, and nothing else of it."""
    purpose = b"needling-console clinic key check 1"
    return HKDF(algorithm=SHA256(), length=16, salt=None, info=purpose).derive(clinic_key)


def key_id(patient_key: bytes) -> bytes:
    """Give what tells a patient's key from another: two consoles may have given one number to two people."""
    return hashlib.sha256(b"needling-console patient key 1" + patient_key).digest()[:_ID_BYTES]


def wrap(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """Seal something (AES-256-GCM), bound to what it belongs to."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unwrap(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Open what ``wrap`` sealed; ValueError where it was sealed with another key, for another place, or altered."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
    except InvalidTag:
        raise ValueError("it was sealed with another key, or altered") from None


def invitation(clinic_id: UUID, clinic_key: bytes) -> tuple[str, str]:
    """Give a joining text, and the code that opens it."""
    code = check_words(secrets.token_bytes(_CODE_BYTES))
    salt, nonce = os.urandom(16), os.urandom(_NONCE)
    sealed = AESGCM(_stretched(code, salt)).encrypt(nonce, clinic_key, clinic_id.bytes)
    whole = _TEXT.pack(clinic_id.bytes, salt, nonce, sealed)
    return _MARK + (whole + zlib.crc32(whole).to_bytes(4, "big")).hex().upper(), code


def accept(text: str, code: str) -> tuple[UUID, bytes]:
    """Give clinic id and key of a joining text; OperatorError where text or code is not right."""
    line = "".join(text.split()).upper()
    try:
        raw = bytes.fromhex(line.removeprefix(_MARK))
        whole, check = raw[:-4], raw[-4:]
        if not line.startswith(_MARK) or zlib.crc32(whole).to_bytes(4, "big") != check:
            raise ValueError(line)
        clinic, salt, nonce, sealed = _TEXT.unpack(whole)
    except (ValueError, struct.error):
        raise OperatorError("That is not a joining text, or not all of it", "nothing was changed",
                            "have it written anew (main.py server invite)") from None
    try:
        return UUID(bytes=clinic), AESGCM(_stretched(code, salt)).decrypt(nonce, sealed, clinic)
    except InvalidTag:
        raise OperatorError("The joining code is not the one of this joining text", "nothing was changed",
                            "type it again, as it was shown") from None


def _stretched(code: str, salt: bytes) -> bytes:
    plain = "".join(one for one in code.casefold() if one.isalpha())
    return argon2.low_level.hash_secret_raw(
        plain.encode(), salt, time_cost=3, memory_cost=_MEMORY_KIB, parallelism=4, hash_len=32,
        type=argon2.low_level.Type.ID)
