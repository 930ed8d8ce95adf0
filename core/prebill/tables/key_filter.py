"""Which keys a table may hold, as a bitmap: most look-ups are of keys that it does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

_BITS_A_KEY = 16
_LEAST_BITS = 1024
_MOST_BITS = 1 << 32
_EVERYTHING = b"\xff"


class KeyFilter:
    """Two bits for every key: the checksum of its text, and of that read backwards.

    One that is not set proves that a key is absent. (A CRC that starts elsewhere would tell no more keys apart.)
    """

    __slots__ = ("_mask", "bitmap")

    def __init__(self, bitmap: bytes | bytearray = _EVERYTHING) -> None:
        self.bitmap = bitmap
        self._mask = 8 * len(bitmap) - 1

    @classmethod
    def of(cls, keys: Iterable[str], count: int) -> KeyFilter:
        """Make the bitmap of `count` keys, in which an absent key is proven absent 98 times of 100 or more."""
        size = _LEAST_BITS
        while size < _BITS_A_KEY * count and size < _MOST_BITS:
            size *= 2
        bitmap, mask = bytearray(size // 8), size - 1
        for key in keys:
            content = key.encode()
            for each in (content, content[::-1]):
                place = crc32(each) & mask
                bitmap[place >> 3] |= 1 << (place & 7)
        return cls(bitmap)

    def may_hold(self, key: str) -> bool:
        """Tell whether the key may be there."""
        content = key.encode()
        place = crc32(content) & self._mask
        if not self.bitmap[place >> 3] >> (place & 7) & 1:
            return False
        place = crc32(content[::-1]) & self._mask
        return bool(self.bitmap[place >> 3] >> (place & 7) & 1)
