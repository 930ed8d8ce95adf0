"""Sets of procedure, diagnosis, modifier and place-of-service codes, with ranges and prefixes."""

from __future__ import annotations

import attrs

_MOST_ANSWERS = 65_536


@attrs.frozen
class CodeSet:
    """An immutable set of codes: single codes, inclusive ranges of codes of equal length, and prefixes.

    A range of numbers holds numbers only: `0101T`, a code of another kind, is not in `00100-01999`. A set remembers
    what it was asked: claims hold few codes, over and over.
    """

    single: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str], ...] = ()
    prefixes: tuple[str, ...] = ()
    without: CodeSet | None = None
    _answers: dict[str, bool] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str):
            return False
        answer = self._answers.get(code)
        if answer is None:
            answer = self._holds(code)
            if len(self._answers) < _MOST_ANSWERS:
                self._answers[code] = answer
        return answer

    def _holds(self, code: str) -> bool:
        if self.without is not None and code in self.without:
            return False
        return (
            code in self.single
            or any(
                len(code) == len(first) and first <= code <= last and _is_of_kind(code, last)
                for first, last in self.ranges
            )
            or code.startswith(self.prefixes)
        )

    def __or__(self, other: CodeSet) -> CodeSet:
        if self.without is None and other.without is None:
            return CodeSet(self.single | other.single, self.ranges + other.ranges, self.prefixes + other.prefixes)
        message = "join code sets before taking codes away from them"
        raise ValueError(message)

    def __sub__(self, other: CodeSet) -> CodeSet:
        return attrs.evolve(self, without=other if self.without is None else self.without | other)

    def __str__(self) -> str:
        parts = [
            *sorted(self.single),
            *(f"{first}-{last}" for first, last in self.ranges),
            *(f"{prefix}*" for prefix in self.prefixes),
        ]
        return ", ".join(parts) + (f" without {self.without}" if self.without else "")


def _is_of_kind(code: str, last: str) -> bool:
    """Tell whether a code ends like the last one of its range, where that starts with a digit."""
    return not last[0].isdigit() or code[-1] == last[-1] or (code[-1].isdigit() and last[-1].isdigit())


def codes(*terms: str) -> CodeSet:
    """Build a code set from terms such as `"99202-99215"`, `"I50*"` or `"QK QY AD"` (several, by spaces).

    Dots of diagnosis codes are dropped: `"I25.119"` is `"I25119"`. Raises `ValueError` for a range whose
    ends differ in length or are out of order.
    """
    single: set[str] = set()
    ranges: list[tuple[str, str]] = []
    prefixes: list[str] = []
    for term in " ".join(terms).upper().replace(".", "").replace(",", " ").split():
        first, dash, last = term.partition("-")
        if term.endswith("*"):
            prefixes.append(term[:-1])
        elif dash:
            if len(first) != len(last) or first > last:
                message = f"{term!r} is not a range: both ends need one length, the lower first"
                raise ValueError(message)
            ranges.append((first, last))
        else:
            single.add(term)
    return CodeSet(frozenset(single), tuple(ranges), tuple(prefixes))
