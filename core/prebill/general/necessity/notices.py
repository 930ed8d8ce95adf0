"""The advance beneficiary notice behind modifier GA."""

from __future__ import annotations

from prebill.codes import codes
from prebill.general.necessity.documentation import AdvanceNotice
from prebill.model import ServiceLine
from prebill.rules import Outcomes, hit, known, rule


@rule(
    "NEC112",
    severity="review",
    owner="front_desk",
    prevents=("CO-50", "PR-50", "CO-96/N425", "CO-16/M38", "CO-16/N563"),
    sources=("Pub. 100-04 ch. 30 §50",),
    payers=("medicare_ffs",),
    modifiers=codes("GA"),
    fails=[{"lines": ["93306-GA"], "payer": "medicare", "documentation": {"abn": []}}],
    passes=[
        {
            "lines": ["93306-GA"],
            "payer": "medicare",
            "documentation": {"abn": [{"signed": True, "signed_on": "2026-03-16"}]},
        }
    ],
)
def abn_modifiers(line: ServiceLine, notices: tuple[AdvanceNotice, ...]) -> Outcomes:
    """The line says that the patient signed a notice, and there is none from before the service.

    Without a valid notice the practice, not the patient, bears what Medicare does not cover. Obtain the copy, or
    bill GZ.
    """
    own = [each for each in notices if each.names(line)]
    signed = [each for each in own if known(each.signed, "whether the notice was signed")]
    if not signed:
        yield hit(
            line,
            f"GA used on {line.procedure} (line {line.number}); ABN {'not signed' if own else 'absent'}.",
            fix="Obtain the copy of the signed notice, or use GZ.",
            at="modifiers",
        )
        return
    first = min(known(each.signed_on, "date of the notice") for each in signed)
    if first > line.from_date:
        yield hit(
            line,
            f"GA used on {line.procedure} (line {line.number}); ABN dated {first}, {(first - line.from_date).days}"
            " days after the service.",
            fix="Use GZ: a notice signed after the service does not bind the patient.",
            at="modifiers",
        )
