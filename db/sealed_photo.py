"""A picture's bytes under its patient's key: ``NCPHOTO1``, a nonce of 12 bytes, AES-256-GCM bound to photo and part."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"NCPHOTO1"
_NONCE = 12
BODY, THUMB = "body", "thumb"


def seal_picture(key: bytes, photo_id: str, part: str, picture: bytes) -> bytes:
    """Hide a picture's bytes."""
    nonce = os.urandom(_NONCE)
    return _MAGIC + nonce + AESGCM(key).encrypt(nonce, picture, _bound_to(photo_id, part))


def open_picture(key: bytes | None, photo_id: str, part: str, stored: bytes) -> bytes:
    """Give a picture's bytes, as they are where an earlier console stored them; ValueError where they do not open."""
    if not stored.startswith(_MAGIC):
        return stored
    box = stored[len(_MAGIC) :]
    try:
        return AESGCM(key or b"").decrypt(box[:_NONCE], box[_NONCE:], _bound_to(photo_id, part))
    except InvalidTag:
        raise ValueError("the picture was altered") from None


def _bound_to(photo_id: str, part: str) -> bytes:
    return f"{photo_id} {part}".encode()
