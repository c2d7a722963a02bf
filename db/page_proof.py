"""Each page of the database file against its own checksum, without the database library.

SQLCipher 4: a page of 4,096 bytes ends in its IV (16 bytes) and an HMAC-SHA512 over all before it and the page's number
(little-endian, 32 bits). Page 1 begins with the salt, which is left out. The HMAC's key is made of the database key
by PBKDF2-SHA512, two rounds, with that salt and each of its bytes turned by 0x3a.
The library's own ``cipher_integrity_check`` proves the same, but all pages in one go.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from pathlib import Path

PAGE_BYTES = 4_096
_MAC_BYTES, _SALT_BYTES, _ROUNDS, _TURN = 64, 16, 2, 0x3A
_LOCK_PAGE = 0x4000_0000 // PAGE_BYTES + 1  # where SQLite locks; never written
_LOG_HEADER, _FRAME_HEADER = 32, 24
_LOG_MAGIC = (0x377F0682, 0x377F0683)
_BLOCK_BYTES = PAGE_BYTES - _MAC_BYTES
_HASH_BLOCK = 128


class PageProof:
    """Proves pages of one file; OSError where it cannot be read."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        with path.open("rb") as stream:
            salt = stream.read(_SALT_BYTES)
        turned = bytes(one ^ _TURN for one in salt)
        made = hashlib.pbkdf2_hmac("sha512", key, turned, _ROUNDS, len(key)).ljust(_HASH_BLOCK, b"\0")
        self._inner = hashlib.sha512(bytes(one ^ 0x36 for one in made))
        self._outer = hashlib.sha512(bytes(one ^ 0x5C for one in made))

    @property
    def pages(self) -> int:
        """Give how many pages the file has now; a last one that is cut off counts."""
        return -(-self._path.stat().st_size // PAGE_BYTES)

    def damaged(self, first: int, count: int) -> list[int]:
        """Give the numbers of damaged pages among ``count`` from ``first`` on (the first of a file is 1)."""
        with self._path.open("rb") as stream:
            stream.seek((first - 1) * PAGE_BYTES)
            read = memoryview(stream.read(count * PAGE_BYTES))
        return [first + place // PAGE_BYTES for place in range(0, len(read), PAGE_BYTES)
                if not self._is_whole(read[place : place + PAGE_BYTES], first + place // PAGE_BYTES)]

    def damaged_among(self, numbers: Iterable[int]) -> Iterator[int]:
        """Give those of these pages that are damaged."""
        for first, count in _runs(numbers):
            yield from self.damaged(first, count)

    def _is_whole(self, page: memoryview, number: int) -> bool:
        if number == _LOCK_PAGE:
            return True
        if len(page) != PAGE_BYTES:
            return False
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(page[_SALT_BYTES if number == 1 else 0 : _BLOCK_BYTES])
        inner.update(number.to_bytes(4, "little"))
        outer.update(inner.digest())
        return hmac.compare_digest(outer.digest(), page[_BLOCK_BYTES:])


def pages_in_log(database: Path) -> set[int]:
    """Give the numbers of the pages that a database's log (WAL) holds newer, empty where it holds none."""
    try:
        content = database.with_name(f"{database.name}-wal").read_bytes()
    except OSError:
        return set()
    if len(content) < _LOG_HEADER or int.from_bytes(content[:4], "big") not in _LOG_MAGIC:
        return set()
    frames = range(_LOG_HEADER, len(content) - _FRAME_HEADER + 1, _FRAME_HEADER + PAGE_BYTES)
    salts = content[16:24]  # frames of a former turn of the log bear others
    return {int.from_bytes(content[at : at + 4], "big") for at in frames if content[at + 8 : at + 16] == salts} - {0}


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Give neighbours together: where they begin and how many they are."""
    first, count = 0, 0
    for number in sorted(set(numbers)):
        if count and number == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = number, 1
    if count:
        yield first, count
