"""Which keys a table may hold, as a bitmap: most look-ups are of keys that it does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

_BITS_A_KEY = 16
_LEAST_BITS = 1024
_MOST_BITS = 1 << 32
_EVERYTHING = b"\xff"


class KeyFilter:
    """A bit for the checksum of every key. One that is not set proves that a key is absent."""

    __slots__ = ("_mask", "bitmap")

    def __init__(self, bitmap: bytes | bytearray = _EVERYTHING) -> None:
        self.bitmap = bitmap
        self._mask = 8 * len(bitmap) - 1

    @classmethod
    def of(cls, keys: Iterable[str], count: int) -> KeyFilter:
        """Make the bitmap of `count` keys, in which an absent key is proven absent 15 times of 16 or more."""
        size = _LEAST_BITS
        while size < _BITS_A_KEY * count and size < _MOST_BITS:
            size *= 2
        bitmap, mask = bytearray(size // 8), size - 1
        for key in keys:
            place = crc32(key.encode()) & mask
            bitmap[place >> 3] |= 1 << (place & 7)
        return cls(bitmap)

    def may_hold(self, key: str) -> bool:
        """Tell whether the key may be there."""
        place = crc32(key.encode()) & self._mask
        return bool(self.bitmap[place >> 3] >> (place & 7) & 1)
