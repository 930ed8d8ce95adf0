"""The claim numbers of a file, to notice one that comes twice, in some twelve bytes each."""

from __future__ import annotations

from array import array

_PARTS = 64
_SMALLEST = 16
_MASK = (1 << 64) - 1


class SeenNumbers:
    """A set of numbers that keeps no text: hash tables of 64-bit hashes, so that memory hardly grows.

    There are many small tables and not a large one, because one that grows is there twice for a moment.
    """

    def __init__(self) -> None:
        self._parts = [_Part() for _ in range(_PARTS)]

    def __contains__(self, number: str) -> bool:
        key = _key(number)
        return self._parts[key % _PARTS].holds(key)

    def add(self, number: str) -> bool:
        """Add a number; tell whether it is new."""
        key = _key(number)
        return self._parts[key % _PARTS].add(key)


class _Part:
    """A hash table; 0 is a free place."""

    __slots__ = ("_count", "_table")

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * _SMALLEST))
        self._count = 0

    def holds(self, key: int) -> bool:
        return self._table[self._slot(key)] != 0

    def add(self, key: int) -> bool:
        slot = self._slot(key)
        if self._table[slot]:
            return False
        self._table[slot] = key
        self._count += 1
        if self._count * 3 > len(self._table) * 2:
            self._grow()
        return True

    def _slot(self, key: int) -> int:
        """Return where a hash is, or the free place where it belongs."""
        table, size = self._table, len(self._table)
        slot = (key // _PARTS) % size
        while table[slot] not in (0, key):
            slot = (slot + 1) % size
        return slot

    def _grow(self) -> None:
        known = self._table
        self._table = array("Q", bytes(8 * (len(known) * 3 // 2)))
        for key in known:
            if key:
                self._table[self._slot(key)] = key


def _key(number: str) -> int:
    return (hash(number) & _MASK) or 1
