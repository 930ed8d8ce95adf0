"""What an anesthesia line earns: base, time and modifying units, times the factor, times the role's share.

`expected_units` and `expected_payment` are for use outside the rules too:

    >>> terms = PayerTerms(payer="medicare_ffs", time_rounding="tenth", p3=0, p4=0, p5=0)
    >>> units = expected_units("01402", 95, base_units=7, terms=terms)
    >>> units.total, expected_payment(units, Decimal("20.4976"), role="AA", terms=terms)
    (Fraction(133, 10), Decimal('272.62'))
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import attrs

from prebill import known
from prebill_anesthesia.tables.payers import PayerTerms, Rounding
from prebill_anesthesia.vocabulary import ANESTHETIST_ROLES, BURN_ADD_ON, DAILY_MANAGEMENT, DIRECTED_ROLES, LABOR

SUPERVISION_BASE = 3
_LONGEST = 10_000


@attrs.frozen(kw_only=True)
class Units:
    """The units of one line, by where they come from; exact, because a payer rounds only the dollars."""

    base: Fraction
    time: Fraction = Fraction(0)
    modifying: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        """All units together."""
        return self.base + self.time + self.modifying

    def __str__(self) -> str:
        parts = [figure(part) for part in (self.base, self.time, self.modifying)]
        shown = parts if self.modifying else parts[:2] if self.time else []
        return f"{' + '.join(shown)} = {figure(self.total)}" if shown else figure(self.total)


def figure(units: Fraction) -> str:
    """Return units as billers write them: `13.3`, `7`, and two decimals where a payer does not round."""
    rounded = _round(units, 2)
    return f"{rounded.normalize():f}"


def time_units(
    minutes: int,
    rounding: Rounding,
    *,
    unit_minutes: int = 15,
    break_after: int | None = None,
    unit_minutes_after: int | None = None,
) -> Fraction:
    """Return the time units of some minutes.

    Args:
        minutes: Minutes of anesthesia.
        rounding: `tenth` to one decimal, half up; `exact` not at all; `ceil` and `floor` to whole units;
            `eight_minute` a further unit from the eighth minute on (units of 15 minutes only).
        unit_minutes: Minutes of one unit.
        break_after: After this many minutes units have another length,
        unit_minutes_after: namely this one.
    """
    if break_after is not None and unit_minutes_after is not None and minutes > break_after:
        before = time_units(break_after, rounding, unit_minutes=unit_minutes)
        return before + time_units(minutes - break_after, rounding, unit_minutes=unit_minutes_after)
    whole, rest = divmod(minutes, unit_minutes)
    if rounding == "exact":
        return Fraction(minutes, unit_minutes)
    if rounding == "tenth":
        return Fraction((20 * minutes + unit_minutes) // (2 * unit_minutes), 10)
    if rounding == "eight_minute":
        if unit_minutes != 15:
            message = "the eight-minute rule is of units of 15 minutes"
            raise ValueError(message)
        return Fraction(whole + (rest >= 8))
    return Fraction(whole + (rounding == "ceil" and rest > 0))


def minutes_of(units: Fraction | int, rounding: Rounding, *, unit_minutes: int = 15) -> range:
    """Return the minutes that count as so many time units; empty when no number of minutes does."""

    def first_with(at_least: Fraction | int, *, more: bool = False) -> int:
        low, high = 0, _LONGEST
        while low < high:
            middle = (low + high) // 2
            counted = time_units(middle, rounding, unit_minutes=unit_minutes)
            if counted > at_least or (counted == at_least and not more):
                high = middle
            else:
                low = middle + 1
        return low

    return range(first_with(units), first_with(units, more=True))


def expected_units(
    procedure: str,
    minutes: int | None,
    *,
    base_units: int,
    terms: PayerTerms,
    role: str | None = "AA",
    physical_status: str | None = None,
    circumstances: Iterable[str] = (),
    quantity: int = 1,
    present_at_induction: bool | None = False,
) -> Units:
    """Return the units that a payer allows for one anesthesia line.

    Args:
        procedure: The anesthesia code.
        minutes: Minutes billed; None for the codes that are not paid by time.
        base_units: Base units of the code, from the edition in force.
        terms: How the payer counts.
        role: The role modifier. `AD` earns three units, and one more with `present_at_induction`.
        physical_status: `P1` to `P6`, if billed.
        circumstances: The qualifying circumstances billed beside it.
        quantity: Units billed of 01953, or days of 01996.
        present_at_induction: For `AD`: whether the physician was there; None is not known.

    Raises:
        NotKnown: The payer's rounding or units are not on file, or minutes or presence are missing.
    """
    if procedure in {BURN_ADD_ON, DAILY_MANAGEMENT}:
        return Units(base=Fraction(base_units * quantity))
    if role == "AD":
        present = known(present_at_induction, "whether the physician was present at induction")
        return Units(base=Fraction(SUPERVISION_BASE + present))
    rounding: Rounding = known(terms.time_rounding, "how the payer rounds time units")
    counted = known(minutes, "the minutes of anesthesia")
    if procedure == LABOR and terms.labor_method == "capped" and terms.labor_cap_minutes is not None:
        counted = min(counted, terms.labor_cap_minutes)
    anesthetist = role in ANESTHETIST_ROLES and terms.unit_minutes_anesthetist
    return Units(
        base=Fraction(base_units),
        time=time_units(
            counted,
            rounding,
            unit_minutes=anesthetist or terms.unit_minutes,
            break_after=terms.break_after,
            unit_minutes_after=terms.unit_minutes_after,
        ),
        modifying=Fraction(
            known(terms.units_of_status(physical_status), "the units the payer gives for physical status")
            + sum(
                known(terms.units_of_circumstance(code), "the units the payer gives for circumstances")
                for code in circumstances
            )
        ),
    )


def percent_of(role: str | None, terms: PayerTerms, state: str | None = None) -> int:
    """Return the share of the allowance that a role is paid, in percent.

    Raises `NotKnown` where it depends on a state that is not known.
    """
    if role in DIRECTED_ROLES or role == "QX":
        return terms.percent_directed
    if role != "QZ":
        return terms.percent_aa
    exempt = terms.full_qz_states.split()
    if terms.percent_qz == 100 or not exempt:
        return terms.percent_qz
    return 100 if known(state, "the state of the facility") in exempt else terms.percent_qz


def expected_payment(
    units: Units, factor: Decimal, *, role: str | None, terms: PayerTerms, state: str | None = None
) -> Decimal:
    """Return the dollars that a payer allows: units times factor times the role's share, rounded once, half up."""
    return _round(units.total * Fraction(factor) * percent_of(role, terms, state) / 100, 2)


def _round(value: Fraction, places: int) -> Decimal:
    scale = 10**places
    nearest: int = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
    return Decimal(nearest).scaleb(-places)
