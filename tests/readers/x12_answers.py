"""Answers of payers (271, 278) for the tests: synthetic text by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prebill.model import Authorization, EligibilityCheck
from prebill.readers.registers.answers import Answer, answers_in
from prebill.reading import Problem

PAYER = ("HL*1**20*1", "NM1*PR*2*ACME COMMERCIAL*****PI*ACM01")
RECEIVER = ("HL*2*1*21*1", "NM1*1P*2*ACME MEDICAL GROUP*****XX*1234567893")
SUBSCRIBER = (
    "HL*3*2*22*0",
    "TRN*2*T-1*9ACME",
    "NM1*IL*1*SAMPLE*PAT****MI*W123456789",
    "REF*6P*GRP100",
    "N3*1 ELM ST",
    "N4*AUSTIN*TX*733010002",
    "DMG*D8*19610704*M",
    "DTP*291*D8*20260316",
)
ACTIVE = ("EB*1**30*PR*GOLD PLAN", "DTP*346*D8*20260101")
HOLDER = ("HL*3*2*22*1", *SUBSCRIBER[1:])

REVIEWER = ("HL*1**20*1", "NM1*X3*2*ACME COMMERCIAL*****PI*ACM01")
REQUESTER = ("HL*2*1*21*1", "NM1*1P*2*ACME MEDICAL GROUP*****XX*1234567893")
INSURED = ("HL*3*2*22*1", "NM1*IL*1*SAMPLE*PAT****MI*W123456789", "DMG*D8*19610704*M")
EVENT = (
    "HL*4*3*EV*1",
    "TRN*2*T-1*9ACME",
    "UM*HS*I*2*22:B",
    "HCR*A1*A7781",
    "DTP*AAH*RD8*20260301-20260530",
    "NM1*SJ*1*BAKER*DANA****XX*1523456782",
    "NM1*FA*2*SAMPLE HOSPITAL*****XX*1987654325",
)
KNEE = ("HL*5*4*SS*0", "SV1*HC:27447:RT*4500*UN*1")


def dependent(first: str, born: str, *segments: str, relationship: str = "19", number: int = 4) -> tuple[str, ...]:
    """A dependent of the subscriber, with what the payer says of them."""
    return (
        f"HL*{number}*3*23*0",
        f"NM1*03*1*SAMPLE*{first}",
        f"DMG*D8*{born}*F",
        f"INS*N*{relationship}",
        *segments,
    )


def transaction(*segments: str, number: str = "0001", made: str = "20260314*0900", kind: str = "271") -> list[str]:
    """One transaction; its trailer is counted."""
    guide, function = ("005010X279A1", "0022*11") if kind == "271" else ("005010X217", "0007*11")
    body = [f"ST*{kind}*{number}*{guide}", f"BHT*{function}*B-1*{made}", *segments]
    return [*body, f"SE*{len(body) + 1}*{number}"]


def interchange(
    *transactions: Iterable[str], marks: str = "*^:~", end: str = "\n", control: str = "000000001"
) -> bytes:
    """One interchange of transactions; `marks` are the separators of elements, repetitions, components, segments."""
    element, repetition, component, terminator = marks
    segments = [segment for each in transactions for segment in each]
    kind = next((segment.split("*")[1] for segment in segments if segment.startswith("ST*")), "271")
    function, guide = ("HB", "005010X279A1") if kind == "271" else ("HI", "005010X217")
    whole = [
        f"ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *260314*0901*^*00501*{control}*0*T*:",
        f"GS*{function}*PAYER*PRACTICE*20260314*0901*1*X*{guide}",
        *segments,
        f"GE*{sum(segment.startswith('ST*') for segment in segments)}*1",
        f"IEA*1*{control}",
    ]
    replaced = str.maketrans({"*": element, "^": repetition, ":": component})
    return "".join(segment.translate(replaced) + terminator + end for segment in whole).encode()


def answer_271(*segments: str, **options: Any) -> bytes:
    """A 271 about one subscriber."""
    return interchange(transaction(*PAYER, *RECEIVER, *SUBSCRIBER, *segments), **options)


def answer_278(*segments: str) -> bytes:
    """A 278 response about one subscriber."""
    return interchange(transaction(*REVIEWER, *REQUESTER, *INSURED, *segments, kind="278"))


def items(content: bytes, record: type = EligibilityCheck) -> list[Answer | Problem]:
    """Everything that a file of answers holds."""
    return list(answers_in(content, "answers.x12", record))


def answers(content: bytes, record: type = EligibilityCheck) -> list[Answer]:
    """The answers, readable or not."""
    return [each for each in items(content, record) if isinstance(each, Answer)]


def check(*segments: str) -> EligibilityCheck:
    """The one eligibility check that is made of a subscriber's answer."""
    (answer,) = answers(answer_271(*segments))
    assert answer.faults == ()
    assert isinstance(answer.record, EligibilityCheck)
    return answer.record


def authorizations(content: bytes) -> list[Authorization]:
    """The authorizations of a 278."""
    return [each.record for each in answers(content, Authorization)]


def said(content: bytes, record: type = EligibilityCheck) -> list[str]:
    """What is wrong, with its place."""
    found = items(content, record)
    problems = [each for each in found if isinstance(each, Problem)]
    faults = [fault for each in found if isinstance(each, Answer) for fault in each.faults]
    return [f"{each.place} {each.message}" for each in (*problems, *faults)]
