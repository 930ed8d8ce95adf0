"""Answers of payers in X12 as records of a register: eligibility (271) and certification (278)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping

from prebill.errors import InputError
from prebill.model import Authorization, EligibilityCheck
from prebill.readers.registers.answers.answer import Answer, Person
from prebill.readers.registers.answers.certification import certification_answers
from prebill.readers.registers.answers.eligibility import eligibility_answers
from prebill.readers.x12.kinds import ELIGIBILITY, REVIEW, Kind, Wanted, kind_of
from prebill.readers.x12.levels import Foreign, Transaction, Transactions
from prebill.reading import Problem

_READERS: Mapping[type, tuple[Wanted, Callable[[Transaction], Iterator[Answer | Problem]]]] = {
    EligibilityCheck: (ELIGIBILITY, eligibility_answers),
    Authorization: (REVIEW, certification_answers),
}

_HEAD = 1 << 16

__all__ = ["Answer", "Person", "answers_in", "is_x12"]


def is_x12(content: bytes) -> bool:
    """Tell whether the content of a register is X12."""
    return kind_of(content[:_HEAD]) not in (Kind.NOT_X12, Kind.EMPTY)


def answers_in(content: bytes, name: str, record: type) -> Iterator[Answer | Problem]:
    """Yield the answers in X12 that a register of a type takes, and what is wrong with the file.

    Raises:
        InputError: No answers of payers make such records, or the file holds something else only.
    """
    if record not in _READERS:
        message = (
            f"{name}: X12 can be eligibility_checks (271) or authorizations (278); give this register as CSV or NDJSON"
        )
        raise InputError(message)
    wanted, read = _READERS[record]
    found, foreign = False, []
    for item in Transactions(name, wanted).read(io.BytesIO(content)):
        if isinstance(item, Transaction):
            found = True
            yield from read(item)
        elif isinstance(item, Foreign):
            foreign.append(item)
        else:
            yield item
    if not found:
        held = foreign[0].description if foreign else "this holds no transaction"
        message = f"{name}: {held}; the register takes {wanted.kind.description}"
        raise InputError(message)
    for each in foreign:
        yield Problem(place=each.place, message=f"{each.description}; it is passed over")
