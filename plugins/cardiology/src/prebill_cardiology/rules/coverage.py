"""Coverage: the diagnoses that a line points to against the payer's policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import attrs

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, known, not_checked, rule
from prebill_cardiology.tables.coverage import CoveragePolicy, CoverageRow, MedicareContractor, Role

WITH_POLICIES = codes(
    "92920-92945 93451-93461 93303 93304 93306-93308 93320 93321 93325 78451-78454 93224-93229 93241-93248",
    "93268-93272 93880 93882 93922-93926 93930 93931 93970 93971",
)
LEVELS = ("national", "local", "payer")
NOTICE = ("GA", "GX", "GY", "GZ")
DENIED_BY = {"national": ("CO-50/N386",), "local": ("CO-50/N115",), "payer": ("CO-11", "CO-167")}


@attrs.frozen
class Answer:
    """What a list says of diagnoses: whether it covers them, what is wrong, and how sure that is."""

    covered: bool
    fault: str = ""
    certain: bool = False
    verified: bool = True


@rule(
    "CAR101",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-50/N115", "CO-50/N386", "CO-11", "CO-167", "CO-16/M76"),
    sources=(
        "CMS Medicare Coverage Database, billing and coding articles",
        "42 CFR 410.32",
        "Social Security Act §1862(a)(1)(A)",
    ),
    procedures=WITH_POLICIES,
    supersedes=("NEC108", "NEC109"),
    fails=[{"lines": ["93458-26 @22 [I10]"], "payer": "DEMO-CATH"}],
    passes=[{"lines": ["93458-26 @22 [I25.119]"], "payer": "DEMO-CATH"}],
)
def coverage_dx_not_supported(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    policies: Table[CoveragePolicy],
    lists: Table[CoverageRow],
    contractors: Table[MedicareContractor],
    *,
    pointer_scope: Literal["all", "first"] = "all",
) -> Outcomes:
    """The diagnoses that the line points to are not those that the payer's policy covers.

    The payer compares the diagnoses of the line, not those of the claim, with its coverage policy. Point to the
    covered diagnosis if it is documented and on the claim; otherwise ask the physician for the indication. Never
    pick a code from the list without documentation.
    """
    speaking = _policies_of(line, claim, payer, policies.all(line.procedure), contractors)
    if not speaking:
        return
    decisive = _deciding_level(speaking)
    if not decisive:
        yield not_checked(f"the diagnosis list of {speaking[0].policy} is not loaded")
        return
    pointed = claim.diagnoses_of(line)[: 1 if pointer_scope == "first" else None]
    answers = [(policy, _judge(pointed, lists.all(policy.diagnosis_list))) for policy in decisive]
    if any(answer.covered for _, answer in answers):
        return
    open_policy = next((each for each, answer in answers if not (answer.certain or each.complete)), None)
    if pointed and open_policy is not None:
        yield not_checked(f"{', '.join(pointed)} is not in the excerpt of {open_policy.policy}: load the whole list")
        return
    policy, answer = answers[0]
    yield from _not_covered(line, claim, pointed, policy, answer, lists.all(policy.diagnosis_list))


def _policies_of(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    rows: Sequence[CoveragePolicy],
    contractors: Table[MedicareContractor],
) -> list[CoveragePolicy]:
    """Return the policies that bind the payer; those of Medicare are its contractor's for the place of service."""
    own = [row for row in rows if row.payer_id is not None and row.payer_id == payer.payer_id]
    if payer.line_of_business not in {"medicare_ffs", "medicare_advantage"}:
        return own
    site = claim.facility_of(line) or claim.billing
    state = known(site.address.state if site.address else None, "state of the place of service")
    contractor = known(contractors.get(state), f"Medicare contractor of {state}").contractor
    medicare = [row for row in rows if row.payer_id is None and row.contractor in (None, contractor)]
    known(medicare or None, f"policies of {contractor} for {line.procedure} are not loaded", of_run=True)
    return own + medicare


def _deciding_level(policies: Iterable[CoveragePolicy]) -> list[CoveragePolicy]:
    listed = [policy for policy in policies if policy.diagnosis_list is not None]
    first = min((LEVELS.index(policy.level) for policy in listed), default=None)
    return [policy for policy in listed if LEVELS.index(policy.level) == first]


def _judge(pointed: Sequence[str], rows: Sequence[CoverageRow]) -> Answer:
    """Say whether diagnoses, in the order pointed to, satisfy a list."""
    alone = [row for row in rows if row.role == Role.NEEDS_COMPANION and _lacks_companion(pointed, row, rows)]
    if alone:
        return Answer(False, f"{alone[0].diagnoses} needs another diagnosis beside it", True, alone[0].verified)
    if any(code in row.codes for row in rows if row.role == Role.COVERED for code in pointed):
        return Answer(True)
    for row in rows:
        if row.role in {Role.PRIMARY, Role.ONE_OF_TWO} and any(code in row.codes for code in pointed):
            if _pair_complete(pointed, row, rows):
                return Answer(True)
            partner = next(each for each in rows if each.group == row.group and each is not row)
            order = "first, then " if row.role == Role.PRIMARY else "together with "
            return Answer(False, f"it needs {row.diagnoses} {order}{partner.diagnoses}", True, row.verified)
    refused = [row for row in rows if row.role == Role.NONCOVERED]
    if pointed and all(any(code in row.codes for row in refused) for code in pointed):
        return Answer(False, "it names them as not covered", True)
    first = next((row for row in rows if row.role == Role.COVERED), None)
    return Answer(False, f"it needs one of its list, such as {first.diagnoses.split()[0]}" if first else "")


def _lacks_companion(pointed: Sequence[str], row: CoverageRow, rows: Sequence[CoverageRow]) -> bool:
    others = [code for code in pointed if code not in row.codes]
    if len(others) == len(pointed):
        return False
    group = [each for each in rows if each.group == row.group]
    companions = [each.codes for each in group if each.role == Role.COMPANION]
    excluded = [each.codes for each in group if each.role == Role.NO_COMPANION]
    return not any(
        (not companions or any(code in each for each in companions)) and not any(code in each for each in excluded)
        for code in others
    )


def _pair_complete(pointed: Sequence[str], row: CoverageRow, rows: Sequence[CoverageRow]) -> bool:
    partners = [each.codes for each in rows if each.group == row.group and each is not row]
    if row.role == Role.PRIMARY and pointed[0] not in row.codes:
        return False
    rest = pointed[1:] if row.role == Role.PRIMARY else [code for code in pointed if code not in row.codes]
    return any(code in each for code in rest for each in partners)


def _not_covered(
    line: ServiceLine,
    claim: Claim,
    pointed: Sequence[str],
    policy: CoveragePolicy,
    answer: Answer,
    rows: Sequence[CoverageRow],
) -> Outcomes:
    unpointed = [each.code for each in claim.diagnoses if each.code not in pointed]
    repair = next((code for code in unpointed if _judge((*pointed, code), rows).covered), None)
    reordered = next((code for code in pointed[1:] if _judge(_first(code, pointed), rows).covered), None)
    since = f" (in force since {policy.effective_from})" if policy.effective_from else ""
    message = (
        f"Line {line.number} {line.procedure} on {line.from_date} points to"
        f" {', '.join(pointed) or 'no diagnosis'}; policy {policy.policy}{since}: {answer.fault}."
    )
    if repair is not None:
        position = 1 + [each.code for each in claim.diagnoses].index(repair)
        message += f" {repair} is diagnosis {position} of the claim, but this line does not point to it."
        fix = f"Point the line to {repair}, if the record supports it."
    elif reordered is not None:
        fix = f"Point to {reordered} first, if the record supports that order."
    else:
        fix = (
            "Ask the physician for the documented indication; if there is no covered one, the patient's notice"
            " (ABN) was due before the service."
        )
    verified = answer.verified or (not answer.certain and policy.complete)
    notice = "info" if line.has(*NOTICE) else None
    yield hit(
        line,
        message,
        fix=fix,
        at="pointers",
        severity=notice or ("stop" if verified else "review"),
        owner="coding" if repair or reordered or not pointed else None,
        prevents=DENIED_BY[policy.level] if pointed else ("CO-16/M76",),
        evidence={"policy": policy.policy, "repair": "pointer" if repair else "order" if reordered else "query"},
    )


def _first(code: str, pointed: Sequence[str]) -> tuple[str, ...]:
    return (code, *(each for each in pointed if each != code))
