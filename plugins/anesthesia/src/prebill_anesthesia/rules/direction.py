"""Medical direction: the seven steps that the record has to show."""

from __future__ import annotations

from prebill import Outcomes, ServiceLine, hit, known, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord, Direction
from prebill_anesthesia.vocabulary import DIRECTED_ROLES, TIMED, named

_STEPS = {
    "examination": "pre-anesthetic examination",
    "plan": "anesthesia plan",
    "key_portions": "presence at the most demanding portions",
    "qualified_anesthetist": "a qualified anesthetist for what was not done personally",
    "monitoring": "monitoring at frequent intervals",
    "availability": "availability for emergencies",
    "aftercare": "indicated post-anesthesia care",
}
_MAY_NOT_APPLY = frozenset({"key_portions", "qualified_anesthetist"})
_ATTESTED = dict.fromkeys(_STEPS, True) | {"signed": True}


@rule(
    "ANE108",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-B12", "CO-252"),
    sources=(
        "42 CFR 415.110(a)(1)(i)-(vii) and (b)",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.C",
    ),
    procedures=TIMED,
    modifiers=DIRECTED_ROLES,
    fails=[
        {
            "lines": ["00790-QK 63min @22"],
            "documentation": {
                "anesthesia": {"anesthesia_type": "general", "md_steps": {**_ATTESTED, "key_portions": False}}
            },
        }
    ],
    passes=[
        {
            "lines": ["00790-QK 63min @22"],
            "documentation": {"anesthesia": {"anesthesia_type": "general", "md_steps": _ATTESTED}},
        }
    ],
)
def medical_direction_documentation(
    line: ServiceLine, record: AnesthesiaRecord, *, md_steps_required: tuple[str, ...] = tuple(_STEPS)
) -> Outcomes:
    """The record does not show every step of medical direction.

    Direction is paid only when the physician did all seven steps and the record says so; on audit the payment is
    taken back. Complete the record if it is true and the policy allows it; otherwise the CRNA bills QZ and the
    physician nothing.
    """
    steps = known(record.md_steps, "the steps of medical direction (md_steps)")
    answers = {name: getattr(steps, name) for name in _STEPS if name in md_steps_required}
    general = record.anesthesia_type == "general"
    refused = [
        name
        for name, answer in answers.items()
        if answer is False or (name == "key_portions" and answer == "not_applicable" and general)
    ]
    if refused:
        yield hit(
            line,
            f"{named(line)}: the record does not support {_list(refused)} (42 CFR 415.110(a)(1)).",
            fix="Complete an addendum if it is true and within policy; otherwise the CRNA bills QZ and the"
            " physician"
            " does not bill (AD when directing more than four). An assistant has no QZ: ask the payer.",
            at="modifiers",
            evidence={"steps": tuple(refused)},
        )
    open_steps = [
        name
        for name, answer in answers.items()
        if answer is None or (answer == "not_applicable" and name not in _MAY_NOT_APPLY)
    ]
    if open_steps:
        yield hit(
            line,
            f"{named(line)}: not documented: {_list(open_steps)}.",
            fix="Complete the attestation of medical direction.",
            at="modifiers",
            severity="review",
            subject="open",
            evidence={"steps": tuple(open_steps)},
        )
    if answers.get("key_portions") == "not_applicable" and record.anesthesia_type is None:
        yield not_checked("the type of anesthesia, so whether induction and emergence applied")
    yield from _signature(line, record, steps)
    yield from _monitoring_notes(line, record, steps)


def _signature(line: ServiceLine, record: AnesthesiaRecord, steps: Direction) -> Outcomes:
    end = record.emergence_at or record.last_moment
    if steps.signed is False:
        problem = "is not signed"
    elif steps.signed_at is not None and record.emergence_at is not None and steps.signed_at < record.emergence_at:
        problem = f"was signed at {steps.signed_at:%H:%M}, before emergence at {end:%H:%M}"
    else:
        if steps.signed is None and steps.signed_at is None:
            yield not_checked("whether the attestation of medical direction is signed")
        return
    yield hit(
        line,
        f"{named(line)}: the attestation of medical direction {problem}.",
        fix="Have the directing physician sign it after the case.",
        at="modifiers",
        severity="review",
        subject="signature",
    )


def _monitoring_notes(line: ServiceLine, record: AnesthesiaRecord, steps: Direction) -> Outcomes:
    notes, start, stop = steps.monitoring_notes, record.induction_at, record.emergence_at
    if notes is None or start is None or stop is None or any(start <= note <= stop for note in notes):
        return
    yield hit(
        line,
        f"{named(line)}: no note of the directing physician between induction and emergence.",
        fix="Show where the record documents monitoring at frequent intervals.",
        at="modifiers",
        severity="review",
        subject="notes",
    )


def _list(names: list[str]) -> str:
    return "; ".join(_STEPS[name] for name in names)
