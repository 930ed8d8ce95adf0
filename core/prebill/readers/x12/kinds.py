"""What a file is, told from its first bytes."""

from __future__ import annotations

import re
from enum import StrEnum

import attrs

from prebill.readers.x12.separators import find_header, read_separators


class Kind(StrEnum):
    """Kinds of content that a practice's clearing-house folder holds."""

    PROFESSIONAL = "837P"
    INSTITUTIONAL = "837I"
    DENTAL = "837D"
    REMITTANCE = "835"
    IMPLEMENTATION_ACKNOWLEDGEMENT = "999"
    FUNCTIONAL_ACKNOWLEDGEMENT = "997"
    CLAIM_ACKNOWLEDGEMENT = "277CA"
    INTERCHANGE_ACKNOWLEDGEMENT = "TA1"
    ELIGIBILITY_INQUIRY = "270"
    ELIGIBILITY_RESPONSE = "271"
    STATUS_REQUEST = "276"
    STATUS_RESPONSE = "277"
    REVIEW = "278"
    ENROLLMENT = "834"
    VERSION_4010 = "4010"
    OTHER_X12 = "other X12"
    NOT_X12 = "not X12"
    EMPTY = "empty"

    @property
    def description(self) -> str:
        """What the content is, in words a biller uses."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Kind.PROFESSIONAL: "professional claims (837P)",
    Kind.INSTITUTIONAL: "institutional claims (837I)",
    Kind.DENTAL: "dental claims (837D)",
    Kind.REMITTANCE: "a remittance advice (835)",
    Kind.IMPLEMENTATION_ACKNOWLEDGEMENT: "an implementation acknowledgement (999)",
    Kind.FUNCTIONAL_ACKNOWLEDGEMENT: "a functional acknowledgement (997)",
    Kind.CLAIM_ACKNOWLEDGEMENT: "a claim acknowledgement (277CA)",
    Kind.INTERCHANGE_ACKNOWLEDGEMENT: "an interchange acknowledgement (TA1)",
    Kind.ELIGIBILITY_INQUIRY: "eligibility inquiries (270)",
    Kind.ELIGIBILITY_RESPONSE: "eligibility responses (271)",
    Kind.STATUS_REQUEST: "claim status requests (276)",
    Kind.STATUS_RESPONSE: "claim status responses (277)",
    Kind.REVIEW: "requests for authorization or their answers (278)",
    Kind.ENROLLMENT: "an enrollment (834)",
    Kind.VERSION_4010: "claims in the superseded version 4010",
    Kind.OTHER_X12: "an X12 transaction that prebill does not know",
    Kind.NOT_X12: "no X12: there is no ISA segment",
    Kind.EMPTY: "nothing",
}
_REGISTERS = {Kind.ELIGIBILITY_RESPONSE: "eligibility_checks", Kind.REVIEW: "authorizations"}
_GUIDE = re.compile(r"[0-9]{6}[A-Z][0-9]{3}[A-Z0-9]{0,2}")


def refusal(kind: Kind, guide: str = "", claims: int = 0) -> str:
    """Say what an input holds and why it is not checked."""
    held = f"this holds {kind.description}"
    if _GUIDE.fullmatch(guide):
        held += f" of guide {guide}"
    count = f"; {claims} claim{'s' if claims != 1 else ''} not checked" if claims else ""
    if kind in _REGISTERS:
        return f"{held}; give the file with --register {_REGISTERS[kind]}=FILE beside the claims"
    return f"{held}{count}; prebill checks professional claims (837P) of guide 005010X222A1"


PROFESSIONAL_GUIDES = frozenset({"005010X222", "005010X222A1", "005010X222A2"})
"""The implementation guides that are read; all three have the same layout (ST03, GS08)."""


@attrs.frozen
class Wanted:
    """The transactions that a reader takes: their kind, their number (ST01) and the guides that they follow."""

    kind: Kind
    number: str
    guides: frozenset[str]


PROFESSIONAL = Wanted(Kind.PROFESSIONAL, "837", PROFESSIONAL_GUIDES)
ELIGIBILITY = Wanted(Kind.ELIGIBILITY_RESPONSE, "271", frozenset({"005010X279", "005010X279A1"}))
REVIEW = Wanted(Kind.REVIEW, "278", frozenset({"005010X217", "005010X217E1", "005010X217E2"}))

_GUIDES = (
    ("004010", Kind.VERSION_4010),
    ("005010X223", Kind.INSTITUTIONAL),
    ("005010X224", Kind.DENTAL),
    ("005010X221", Kind.REMITTANCE),
    ("005010X231", Kind.IMPLEMENTATION_ACKNOWLEDGEMENT),
    ("005010X214", Kind.CLAIM_ACKNOWLEDGEMENT),
    ("005010X217", Kind.REVIEW),
    ("005010X220", Kind.ENROLLMENT),
)
_FUNCTIONS = {
    "FA": Kind.FUNCTIONAL_ACKNOWLEDGEMENT,
    "HB": Kind.ELIGIBILITY_RESPONSE,
    "HI": Kind.REVIEW,
    "HN": Kind.STATUS_RESPONSE,
    "HP": Kind.REMITTANCE,
    "HR": Kind.STATUS_REQUEST,
    "HS": Kind.ELIGIBILITY_INQUIRY,
    "BE": Kind.ENROLLMENT,
}


def kind_of_group(function: str, guide: str) -> Kind:
    """Tell what a functional group holds from its GS01 and GS08 (or a transaction's ST03)."""
    if guide in PROFESSIONAL_GUIDES:
        return Kind.PROFESSIONAL
    known = next((kind for prefix, kind in _GUIDES if guide.startswith(prefix)), None)
    return known or _FUNCTIONS.get(function, Kind.OTHER_X12)


def kind_of(head: bytes) -> Kind:
    """Recognise the content of a file from its first bytes; a few thousand are enough."""
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return Kind.EMPTY
    start = find_header(head)
    separators = None if start is None else read_separators(head[start:])
    if separators is None:
        return Kind.NOT_X12
    element, terminator = re.escape(separators.element), re.escape(separators.terminator)
    text = head[start:].decode("latin-1")
    group = re.search(f"{terminator}\\s*GS{element}([^{terminator}]*)", text)
    if group is None:
        acknowledged = re.search(f"{terminator}\\s*TA1{element}", text)
        return Kind.INTERCHANGE_ACKNOWLEDGEMENT if acknowledged else Kind.OTHER_X12
    elements = group[1].split(separators.element)
    return kind_of_group(elements[0], elements[7].strip() if len(elements) > 7 else "")
