"""Components: who may bill the professional and the technical part of a study, and where."""

from __future__ import annotations

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, known, not_checked, rule
from prebill_cardiology.places import FACILITY, HOSPITAL, SKILLED_NURSING, SURGERY_CENTER
from prebill_cardiology.records import DiagnosticStudy
from prebill_cardiology.tables.components import ComponentCodes, ComponentRow, Indicator

WITH_COMPONENTS = codes(
    "33206-33208 33249 33274 33340 33361-33366 33418 37216 78429-78434 78451-78454 78459 78466-78473 78481 78483",
    "78491 78492 92920-92944 92960 92972-92979 93000-93042 93224-93272 93279-93298 93303-93356 93451-93464 93503",
    "93563-93575 93593-93624 93653-93662 93797 93798 93880 93882 93922-93931 93970-93979",
)
SURGERY_CENTER_OWNS_EQUIPMENT = codes("93451-93461 93571 93572 92978 92979")


@rule(
    "CAR113",
    severity="stop",
    owner="coding",
    prevents=("CO-4/N519", "CO-4/N822", "CO-5/M77", "CO-97", "CO-96/M2"),
    sources=(
        "CMS PFS Relative Value File RVU25D, PC/TC indicator",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 13 §20 and ch. 26 §10.5",
        "42 CFR 416.164",
    ),
    procedures=WITH_COMPONENTS,
    supersedes=("MOD108",),
    fails=["93306 @22 [I50.22]"],
    passes=["93306-26 @22 [I50.22]"],
)
def component_vs_place_of_service(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    values: Table[ComponentRow],
    components: Table[ComponentCodes],
    study: DiagnosticStudy | None,
    *,
    hospital_places: tuple[str, ...] = HOSPITAL,
    facility_places: tuple[str, ...] = FACILITY,
) -> Outcomes:
    """The component billed does not fit the place of service.

    In a hospital the technical part of a study is the hospital's: a physician who bills it, or a global code that
    contains it, is denied. Append 26, bill the professional code of the family, or correct the place of service.
    """
    row = values.get(line.procedure, "")
    if row is None:
        return
    place = known(claim.place_of(line), "place of service")
    billed = f"Line {line.number} {line.billed} @{place}"

    if line.has("26") and line.has("TC"):
        yield hit(
            line,
            f"{billed} carries both 26 and TC; together they are the global service.",
            fix="Keep the modifier of the part the practice did, or neither if it did both.",
            at="modifiers",
        )
    elif line.has("26", "TC") and row.pc_tc != Indicator.SPLITTABLE:
        yield hit(
            line,
            f"{billed} takes neither 26 nor TC: its fee schedule indicator is {row.pc_tc}.",
            fix=_sibling(row, components) or "Remove the modifier.",
            at="modifiers",
        )
    elif row.pc_tc in {Indicator.TECHNICAL_ONLY, Indicator.GLOBAL_ONLY} and place in facility_places:
        yield hit(
            line,
            f"{billed} contains the technical part, which the facility bills.",
            fix=_sibling(row, components) or "Remove the line; the facility bills it.",
            at="procedure",
            severity="stop" if place in hospital_places else "review",
        )
    elif row.pc_tc != Indicator.SPLITTABLE:
        return
    elif place in facility_places:
        if line.has("26"):
            return
        facility_bills = (
            place in hospital_places
            or (place == SKILLED_NURSING and payer.line_of_business == "medicare_ffs")
            or (place == SURGERY_CENTER and line.procedure in SURGERY_CENTER_OWNS_EQUIPMENT)
        )
        yield hit(
            line,
            f"{billed} must carry 26; the facility bills the technical component.",
            fix="Remove the line; the technical part is the facility's."
            if line.has("TC")
            else "Append 26, or correct the place of service.",
            at="modifiers",
            severity="stop" if facility_bills else "review",
        )
    else:
        yield from _outside_facility(line, billed, study or DiagnosticStudy())


def _outside_facility(line: ServiceLine, billed: str, study: DiagnosticStudy) -> Outcomes:
    """Who owns the equipment decides what an office may bill of a study that can be split."""
    foreign = study.equipment_owner in {"facility", "vendor"}
    if line.has("26"):
        if study.interpretation_only or foreign:
            return
        if study.equipment_owner is None or study.interpretation_only is None:
            yield not_checked("who owns the equipment, and whether the practice only read the study")
        else:
            yield hit(
                line,
                f"{billed} bills only the reading, but the practice made the study on its own equipment.",
                fix="Bill the global service: remove 26.",
                at="modifiers",
                severity="review",
            )
    elif not line.has("TC") and foreign:
        yield hit(
            line,
            f"{billed} bills the technical part of a study made on equipment of a {study.equipment_owner}.",
            fix="Append 26."
            if study.equipment_owner == "facility"
            else "Append 26, or bill the purchased technical part under the anti-markup rule.",
            at="modifiers",
            severity="stop" if study.equipment_owner == "facility" else "review",
        )


def _sibling(row: ComponentRow, components: Table[ComponentCodes]) -> str:
    """Name the codes of the parts; empty where they have none."""
    own = "the code as it stands, without the modifier"
    parts = [own] if row.pc_tc in {Indicator.PROFESSIONAL_ONLY, Indicator.TECHNICAL_ONLY} else []
    for each in components.find(row.procedure) or ():
        if each.professional_code:
            parts.append(f"{each.professional_code.replace(' ', ' and ')} for the professional part, as performed")
        if each.technical_code:
            parts.append(f"{each.technical_code.replace(' ', ' and ')} for the technical part")
    return f"Bill {'; '.join(parts)}." if parts else ""
