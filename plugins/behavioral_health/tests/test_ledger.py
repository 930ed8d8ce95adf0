import random
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prebill_behavioral_health.ledger import Approval, Balance, Entry, Ledger, Session, consume

START = date(2026, 3, 2)


def session(nth: int = 1, **fields: Any) -> Session:
    defaults: dict[str, Any] = {
        "claim": f"C{nth}",
        "line": 1,
        "day": START + timedelta(days=nth),
        "procedure": "90834",
        "units": Fraction(1),
        "charge": Decimal(140),
        "rendering": "1456789019",
    }
    return Session(**{**defaults, **fields})


def listing(*procedures: str) -> Callable[[str], int | None]:
    return lambda procedure: 0 if procedure in procedures else None


def approval(**fields: Any) -> Approval:
    defaults: dict[str, Any] = {
        "number": "A",
        "position": 1,
        "covers": listing("90834"),
        "quantity": Fraction(2),
        "unit": "visits",
    }
    return Approval(**{**defaults, **fields})


def over(ledger: Ledger) -> list[str]:
    return [entry.session.claim for entry in ledger.entries if entry.over]


def test_sessions_are_counted_by_date_whatever_their_order() -> None:
    assert over(consume([session(3), session(1), session(2)], [approval()])) == ["C3"]


def test_paid_sessions_come_first_and_are_never_over() -> None:
    paid = [session(nth, settled=True) for nth in (7, 8, 9)]
    ledger = consume([session(1), *paid], [approval()])
    assert over(ledger) == ["C1"]
    assert ledger.entries[2].after == -1


def test_units_that_still_fit_are_paid() -> None:
    lines = [session(1, procedure="97153", units=Fraction(20), charge=Decimal(400))]
    units = approval(covers=listing("97153"), quantity=Fraction(12), unit="units")
    assert consume(lines, [units]).entries[0].at_risk == Decimal("160.00")
    assert consume(lines, [units], partial_pay=False).entries[0].at_risk == Decimal("400.00")


def test_a_refused_line_leaves_its_units_to_a_smaller_one() -> None:
    units = approval(covers=listing("97153"), quantity=Fraction(12), unit="units")
    lines = [session(1, procedure="97153", units=Fraction(20)), session(2, procedure="97153", units=Fraction(12))]
    assert over(consume(lines, [units], partial_pay=False)) == ["C1"]


def test_hours_are_counted_exactly() -> None:
    hours = approval(covers=listing("97153"), quantity=Fraction(3, 2), unit="hours")
    entry = consume([session(1, procedure="97153", units=Fraction(8), minutes_per_unit=15)], [hours]).entries[0]
    assert (entry.over, entry.after) == (2, 0)


def test_the_approval_that_expires_first_is_used_first_but_a_line_is_never_split() -> None:
    first = approval(
        number="A", valid_to=date(2026, 6, 30), covers=listing("97153"), quantity=Fraction(4), unit="units"
    )
    second = approval(number="B", covers=listing("97153"), quantity=Fraction(100), unit="units")
    lines = [session(1, procedure="97153", units=Fraction(8)), session(2, procedure="97153", units=Fraction(4))]
    assert [_number(entry) for entry in consume(lines, [second, first]).entries] == ["B", "A"]


def test_an_add_on_shares_the_fate_of_its_primary() -> None:
    lines = [
        session(1),
        session(1, line=2, procedure="90785", charge=Decimal(20), primaries=("90834",), carries_visit=False),
        session(2),
        session(2, line=2, procedure="90785", charge=Decimal(20), primaries=("90834",), carries_visit=False),
    ]
    entries = consume(lines, [approval(quantity=Fraction(1))]).entries
    assert [entry.at_risk for entry in entries] == [0, 0, 140, 20]


def test_a_balance_counts_what_the_payer_had_decided_and_gives_back_what_was_withdrawn() -> None:
    stated = approval(
        covers=listing("97153"),
        quantity=Fraction(20),
        unit="units",
        balance=Balance(used=Fraction(12), as_of=date(2026, 3, 15)),
    )
    counted = session(1, procedure="97153", units=Fraction(4), settled=True, decided_on=date(2026, 3, 14))
    later = session(20, procedure="97153", units=Fraction(8))
    assert consume([counted, later], [stated]).entries[-1].after == 0
    assert consume([later], [stated], withdrawn={stated.key: [counted]}).entries[-1].after == 4


moments = st.none() | st.sampled_from([time(9), time(15)])


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Session], list[Approval]]:
    drawn = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "day": st.integers(1, 6).map(lambda days: START + timedelta(days=days)),
                    "procedure": st.sampled_from(["90834", "97153", "90785"]),
                    "units": st.integers(1, 12).map(Fraction),
                    "start": moments,
                    "settled": st.booleans(),
                    "decided_on": st.none() | st.just(date(2026, 3, 5)),
                    "named": st.sampled_from([None, "A", "B"]),
                }
            ),
            max_size=12,
        )
    )
    made = [
        session(
            claim="C1",
            line=position,
            number=each.pop("named"),
            **each,
            minutes_per_unit=15,
            primaries=("90834",) if each["procedure"] == "90785" else None,
            carries_visit=each["procedure"] != "90785",
        )
        for position, each in enumerate(drawn)
    ]
    approvals = [
        approval(
            number=number,
            covers=listing("90834", "97153"),
            quantity=draw(st.none() | st.integers(0, 30).map(Fraction)),
            unit=draw(st.sampled_from(["units", "visits", "hours", "dollars"])),
            valid_to=draw(st.none() | st.just(START + timedelta(days=4))),
            balance=draw(st.none() | st.just(Balance(used=Fraction(2), as_of=date(2026, 3, 6)))),
        )
        for number in ("A", "B")
    ]
    return made, approvals


@given(ledgers(), st.randoms(use_true_random=False), st.booleans(), st.sampled_from(["date", "date_provider", "line"]))
@settings(max_examples=300, deadline=None)
def test_the_answer_does_not_depend_on_the_order_of_arrival(
    drawn: tuple[list[Session], list[Approval]], order: random.Random, partial_pay: bool, basis: Any
) -> None:
    made, approvals = drawn
    expected = consume(made, approvals, partial_pay=partial_pay, basis=basis)
    shuffled, given_in_turn = made[:], approvals[:]
    order.shuffle(shuffled)
    order.shuffle(given_in_turn)
    assert consume(shuffled, given_in_turn, partial_pay=partial_pay, basis=basis) == expected


@given(ledgers())
@settings(max_examples=200, deadline=None)
def test_paid_sessions_are_never_over_and_no_line_is_over_by_more_than_it_has(
    drawn: tuple[list[Session], list[Approval]],
) -> None:
    made, approvals = drawn
    entries = consume(made, approvals).entries
    assert len(entries) == len(made)
    for entry in entries:
        assert 0 <= entry.over <= entry.session.units
        assert 0 <= entry.at_risk <= entry.session.charge
        assert not (entry.session.settled and entry.over)


def _number(entry: Entry) -> str | None:
    return entry.approval.number if entry.approval else None
