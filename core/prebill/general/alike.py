"""How near two numbers or two names are to each other."""

from __future__ import annotations

import re

SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})
NICKNAMES = (
    {"ALEXANDER", "ALEXANDRA", "ALEX"},
    {"ANDREW", "ANDY"},
    {"ANTHONY", "TONY"},
    {"BENJAMIN", "BEN"},
    {"CATHERINE", "KATHERINE", "CATHY", "KATHY", "KATE", "KATIE"},
    {"CHARLES", "CHARLIE", "CHUCK"},
    {"CHRISTOPHER", "CHRISTINE", "CHRIS"},
    {"DANIEL", "DAN", "DANNY"},
    {"DEBORAH", "DEBRA", "DEB", "DEBBIE"},
    {"EDWARD", "ED", "EDDIE", "TED"},
    {"ELIZABETH", "LIZ", "BETH", "BETTY", "ELIZA"},
    {"JAMES", "JIM", "JIMMY"},
    {"JENNIFER", "JEN", "JENNY"},
    {"JOHN", "JACK", "JOHNNY"},
    {"JONATHAN", "JON"},
    {"JOSEPH", "JOE", "JOEY"},
    {"KENNETH", "KEN", "KENNY"},
    {"LAWRENCE", "LARRY"},
    {"MARGARET", "MAGGIE", "PEGGY", "MEG"},
    {"MATTHEW", "MATT"},
    {"MICHAEL", "MIKE"},
    {"NICHOLAS", "NICK"},
    {"PATRICIA", "PATRICK", "PAT", "PATTY"},
    {"REBECCA", "BECKY"},
    {"RICHARD", "RICK", "DICK", "RICH"},
    {"ROBERT", "ROB", "BOB", "BOBBY"},
    {"SAMUEL", "SAMANTHA", "SAM"},
    {"STEPHEN", "STEVEN", "STEVE"},
    {"SUSAN", "SUE", "SUSIE"},
    {"THOMAS", "TOM", "TOMMY"},
    {"TIMOTHY", "TIM"},
    {"WILLIAM", "WILL", "BILL", "BILLY"},
)


def one_slip_apart(one: str, other: str) -> bool:
    """Tell whether two texts differ by one character added, left out or changed, or by two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    rest, of_other = one[start:], other[start:]
    swapped = len(rest) > 1 and rest[1] + rest[0] + rest[2:] == of_other
    return rest[1:] == of_other[1:] or rest == of_other[1:] or rest[1:] == of_other or swapped


def letters(name: str | None) -> str:
    """Return a name in capitals, letters only, without a suffix such as `JR`."""
    words = re.split(r"[^A-Z]+", (name or "").upper())
    return "".join(word for word in words if word not in SUFFIXES)


def same_last_name(one: str | None, other: str | None) -> bool:
    """Tell whether last names are equal in letters, suffixes left out; a name that is missing fits every other."""
    if one == other:
        return True
    first, second = letters(one), letters(other)
    return first == second or not first or not second


def same_first_name(one: str | None, other: str | None) -> bool:
    """Tell whether first names are equal, one is the initial of the other, or they are forms of one name."""
    if one == other:
        return True
    first, second = letters(one), letters(other)
    if first == second or not first or not second:
        return True
    if min(len(first), len(second)) == 1:
        return first[0] == second[0]
    return any({first, second} <= forms for forms in NICKNAMES)


def part_of_double_name(one: str | None, other: str | None) -> bool:
    """Tell whether one last name is a part of the other, as in `SMITH` and `SMITH-JONES`."""
    first, second = letters(one), letters(other)
    parts = re.split(r"[^A-Z]+", (one or "").upper()), re.split(r"[^A-Z]+", (other or "").upper())
    return first in parts[1] or second in parts[0]


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are by Jaro and Winkler, from 0 to 1."""
    if one == other:
        return 1.0
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken: set[int] = set()
    in_one = []
    for index, letter in enumerate(one):
        nearby = range(max(index - reach, 0), min(index + reach + 1, len(other)))
        found = next((each for each in nearby if each not in taken and other[each] == letter), None)
        if found is not None:
            taken.add(found)
            in_one.append(letter)
    common = len(in_one)
    if not common:
        return 0.0
    in_other = [other[index] for index in sorted(taken)]
    out_of_order = sum(first != second for first, second in zip(in_one, in_other, strict=True)) / 2
    jaro = (common / len(one) + common / len(other) + (common - out_of_order) / common) / 3
    start = next((index for index in range(4) if one[index : index + 1] != other[index : index + 1]), 4)
    return jaro + min(start, len(one), len(other)) * 0.1 * (1 - jaro)
