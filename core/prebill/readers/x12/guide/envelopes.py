"""The envelopes and the header of a transaction: ISA, GS, ST, loops 1000A and 1000B."""

from __future__ import annotations

from prebill.readers.x12.guide.shared import CONTACT, kept
from prebill.readers.x12.mapping import Loop, Position, Segment, Value
from prebill.readers.x12.values import Kind

INTERCHANGE = Loop("ISA", (Segment("ISA", (Value("submission.interchange", "13"),)),))
GROUP = Loop("GS", (Segment("GS", (Value("submission.group", "06"),)),))
TRANSACTION = Loop(
    "ST",
    (
        Segment("ST", (Value("submission.transaction", "02"),)),
        Segment(
            "BHT",
            (
                Value("submission.reissue", "02", Kind.REISSUE),
                Value("submission.batch", "03", longest=50),
                Value("submission.created", "04", Kind.MOMENT, then=Position(5)),
                Value("submission.capitated", "06", Kind.CAPITATED),
            ),
        ),
        Segment("REF"),
    ),
    (
        Loop(
            "1000A",
            (
                Segment(
                    "NM1",
                    (
                        Value("submission.submitter_name", "03", longest=60),
                        Value("submission.submitter_id", "09", longest=80),
                    ),
                    qualifiers=("41",),
                    expected=("02", "03", "09"),
                ),
                CONTACT,
            ),
        ),
        Loop(
            "1000B",
            (
                Segment(
                    "NM1",
                    (
                        Value("submission.receiver_name", "03", longest=60),
                        Value("submission.receiver_id", "09", longest=80),
                    ),
                    qualifiers=("40",),
                    expected=("02", "03", "09"),
                ),
                CONTACT,
            ),
        ),
        kept("1000"),
    ),
)
