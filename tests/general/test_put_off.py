from datetime import date

import pytest

from prebill.general.put_off import PutOff
from prebill.general.tables.ncci_mue import UnitLimit
from prebill.lookup import NotKnown, Table, build_edition

DAY, LATER = date(2026, 3, 16), date(2027, 3, 16)
LIMIT = UnitLimit(procedure="T0001", units=4)


def limits(*, complete: bool) -> Table[UnitLimit]:
    found = build_edition(UnitLimit, [LIMIT], name="E1", source="test", complete=complete, effective_to=DAY)
    return Table("ncci-mue", (found,))


def test_what_is_known_is_found_and_nothing_is_put_off() -> None:
    put_off = PutOff()
    assert put_off.find(limits(complete=True), DAY, "T0001") == (LIMIT,)
    assert put_off.find(limits(complete=True), DAY, "T0002") == ()
    put_off.say()


def test_the_first_that_is_not_known_is_said_in_the_end() -> None:
    put_off = PutOff()
    assert put_off.find(limits(complete=False), DAY, "T0002") == ()
    assert put_off.find(limits(complete=False), LATER, "T0001") == ()
    with pytest.raises(NotKnown, match="excerpt E1"):
        put_off.say()


def test_a_day_without_an_edition_is_put_off() -> None:
    put_off = PutOff()
    assert put_off.find(limits(complete=True), LATER, "T0001") == ()
    with put_off:
        raise NotKnown("something else")
    with pytest.raises(NotKnown, match="covers 2027"):
        put_off.say()


def test_what_a_table_left_out_is_what_it_raises_itself() -> None:
    table = limits(complete=False).on(DAY)
    with pytest.raises(NotKnown) as raised:
        table.all("T0002")
    assert (str(raised.value), raised.value.of_run) == (str(table.left_out()), table.left_out().of_run)
