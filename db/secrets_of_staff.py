"""PINs and passwords of staff as Argon2id hashes; one made by other parameters is made anew when it is next right."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Quick, because it is typed at a door many times a day; the folder's key is what guards the data.
_PIN_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_PASSWORD_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)


def pin_hash(pin: str) -> str:
    """Give the hash a PIN is kept as."""
    return _PIN_HASHER.hash(pin)


def password_hash(password: str) -> str:
    """Give the hash a password is kept as; takes a fifth of a second."""
    return _PASSWORD_HASHER.hash(password)


def is_right(kept: str, secret: str) -> bool:
    """Tell whether a PIN or password is the one kept; a hash says itself by which parameters it was made."""
    try:
        return _PASSWORD_HASHER.verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Tell whether a PIN's hash was made by other parameters than PINs are hashed by now."""
    return _PIN_HASHER.check_needs_rehash(kept)


def is_password_outdated(kept: str) -> bool:
    """Tell the same of a password's hash."""
    return _PASSWORD_HASHER.check_needs_rehash(kept)
