"""Who ordered a test, or referred the patient for a treatment."""

from __future__ import annotations

from prebill.codes import codes
from prebill.general.alike import letters, same_first_name
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.ordering_provider import OrderingProvider
from prebill.lookup import Table
from prebill.model import Claim, Provider, ServiceLine
from prebill.rules import Outcomes, hit, known, not_checked, rule

_IMAGING = codes("70010-79999")
_CLINICAL_LABORATORY = codes("80047-89398")
_EQUIPMENT = codes("E0100-E8999 K0001-K0899")
_THERAPY = codes("97010-97799")
_OTHER_TESTS = codes("91000-96020")
_WITH_TECHNICAL_PART = frozenset("134")
_CHIROPRACTOR = "111N"
_ORGANISATION = "2"


@rule(
    "INF108",
    severity="stop",
    owner="front_desk",
    prevents=("CO-16/N264/N265/N285/N286", "CO-183/N574", "CO-206"),
    sources=(
        "42 CFR 424.507",
        "CMS change requests 6417 and 6421 (ordering and referring edits)",
        "Pub. 100-02 ch. 15 §220.1 (therapy)",
        "RARC N264, N265, N574",
    ),
    payers=("medicare_ffs",),
    procedures=_IMAGING | _CLINICAL_LABORATORY | _EQUIPMENT | _THERAPY | _OTHER_TESTS,
    fails=[{"lines": ["80048"], "payer": "medicare"}],
    passes=[
        {
            "lines": [{"line": "97110-GP", "referring": {"npi": "1678901236", "entity_type": "1"}}],
            "payer": "medicare",
        }
    ],
)
def ordering_provider(
    line: ServiceLine,
    claim: Claim,
    mpfs: Table[FeeScheduleRow] | None,
    eligible: Table[OrderingProvider] | None,
) -> Outcomes:
    """The claim does not name an orderer whom Medicare accepts for this service.

    Tests, equipment and therapy are paid only with the NPI of a person who may order them, whose name is as
    Medicare has it on file (PECOS): the first four letters of the last name and the first letter of the first. Add
    who ordered, and copy the name from the list.
    """
    certified = line.procedure in _THERAPY
    edited = not certified and line.procedure not in _OTHER_TESTS
    if certified and not line.has("GP", "GO", "GN"):
        return
    if edited and line.has("26") and line.procedure not in _EQUIPMENT:
        return  # the interpretation is the practitioner's own service
    orderer = line.ordering or line.referring or claim.referring
    if orderer is None or not orderer.npi:
        if edited or certified or _has_technical_part(line, mpfs):
            role, remark = ("certifying", "N286") if certified else ("ordering", "N265")
            yield hit(
                line,
                f"{line.procedure} (line {line.number}) needs the NPI of the {role} provider; none on the claim.",
                fix="Add the ordering (2420E) or referring (2310A) provider; whoever orders for a patient of"
                " their own is named as well.",
                at="ordering",
                severity=None if edited or certified else "review",
                prevents=(f"CO-16/{remark}",),
                upon=None if not (edited or certified) else (),
            )
        return
    problem = _cannot_order(orderer)
    if problem:
        yield hit(
            line,
            f"{line.procedure} (line {line.number}) was ordered by {orderer.npi}, {problem}.",
            fix="Name the person who ordered the service.",
            at="ordering",
            upon=(),
        )
    elif edited:
        listed = known(eligible, "no edition of the table ordering-provider is loaded", of_run=True)
        row = listed.get(orderer.npi)
        problem, severity = _problem_in_list(line, orderer, row)
        if problem:
            yield hit(
                line,
                f"{line.procedure} (line {line.number}): ordering provider {orderer.npi} {problem}.",
                fix="Copy NPI and name from the list of ordering providers (PECOS), without title or nickname.",
                at="ordering",
                severity=severity,
                prevents=("CO-16/N264/N265", "CO-183/N574"),
                upon=listed,
            )
        elif not orderer.name or not orderer.first_name:
            yield not_checked("the name of the ordering provider")


def _has_technical_part(line: ServiceLine, mpfs: Table[FeeScheduleRow] | None) -> bool:
    """Tell whether a test needs an order: a diagnostic one, unless only its interpretation is billed."""
    if line.has("26"):
        return False
    row = known(mpfs, "no edition of the table mpfs covers the day", of_run=True).get(line.procedure, "")
    return row is not None and row.pc_tc in _WITH_TECHNICAL_PART


def _cannot_order(orderer: Provider) -> str:
    if orderer.entity_type == _ORGANISATION:
        return "an organisation; only a person can order"
    if (orderer.taxonomy or "").startswith(_CHIROPRACTOR):
        return "a chiropractor, who cannot order for Medicare patients"
    return ""


def _problem_in_list(line: ServiceLine, orderer: Provider, row: OrderingProvider | None) -> tuple[str, str | None]:
    """Return what keeps the orderer from being found in the list, and a milder severity."""
    if row is None:
        return "is not in the list of ordering providers (PECOS)", None
    equipment = line.procedure in _EQUIPMENT
    if not (row.dme if equipment else row.part_b):
        return f"may not order {'equipment' if equipment else 'tests'} for Medicare patients (PECOS)", None
    last, first = letters(orderer.name), letters(orderer.first_name)
    listed_last, listed_first = letters(row.last_name), letters(row.first_name)
    if not last or not first or (last, first) == (listed_last, listed_first):
        return "", None
    names = f"is {row.last_name}, {row.first_name} in PECOS, and {orderer.name}, {orderer.first_name} on the claim"
    found = last[:4] == listed_last[:4] and first[:1] == listed_first[:1]
    likely = listed_last in last and same_first_name(orderer.first_name, row.first_name)
    return names, "review" if found or likely else None
