"""Ultrasound and fluoroscopy beside blocks."""

from __future__ import annotations

from collections.abc import Set

from prebill import Encounter, Outcomes, ServiceLine, Table, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.codes import BlockCode
from prebill_anesthesia.vocabulary import BLOCKS, INPATIENT_OR_OUTPATIENT_FACILITY, lines_in, named

_IMAGING = codes("76942 77002 77003")
_WITHOUT_IMAGING = codes("62320 62322 62324 62326")


@rule(
    "ANE113",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-236", "CO-4"),
    sources=(
        "CPT 2023 nervous system revisions and CPT 2025 fascial plane blocks",
        "NCCI Policy Manual ch. II and ch. IX",
    ),
    procedures=_IMAGING,
    fails=[{"lines": ["64415-59 x1 @22", "76942-26 x1 @22"]}],
    passes=[
        {
            "lines": ["64450-59 x1 @22", "76942-26-59 x1 @22"],
            "documentation": {"anesthesia": {"blocks": [{"cpt": "64450", "image_saved": True}]}},
        }
    ],
)
def block_imaging_unbundled(
    encounter: Encounter, blocks: Table[BlockCode], records: tuple[AnesthesiaRecord, ...] | None
) -> Outcomes:
    """Imaging is billed beside a block that includes it, or without what makes it payable.

    Most block codes include imaging by now; the separate line is denied as bundled. Where imaging is still apart
    it needs 26 in a facility, a saved image and a report, and is paid once.
    """
    claim = encounter.claim
    for line in lines_in(claim, _IMAGING):
        guided = [
            each
            for each in lines_in(claim, BLOCKS)
            if each.from_date == line.from_date and claim.rendering_of(each).npi == claim.rendering_of(line).npi
        ]
        if not guided:
            continue
        rows = {each.procedure: blocks.get(each.procedure) for each in guided}
        included = [code for code, row in rows.items() if row is not None and row.includes_imaging(line.from_date)]
        if len(included) == len(rows):
            since = max(row.imaging_from for row in rows.values() if row is not None and row.imaging_from)
            yield hit(
                line,
                f"{named(line)} with {', '.join(included)}: imaging is included since {since}.",
                fix="Remove the imaging line.",
                at="procedure",
                prevents=("CO-97/M15", "CO-236"),
            )
            continue
        facility = claim.place_of(line) in INPATIENT_OR_OUTPATIENT_FACILITY
        if line.procedure == "76942" and facility and not line.has("26"):
            yield hit(
                line,
                f"{named(line)} at place {claim.place_of(line)}: the facility owns the machine, 26 is missing.",
                fix="Add 26.",
                at="modifiers",
                prevents="CO-4",
                subject="26",
            )
        units = sum(each.units for each in lines_in(claim, codes("76942")) if each.from_date == line.from_date)
        if line.procedure == "76942" and units > 1:
            yield hit(
                line,
                f"{named(line)}: {units:f} units on {line.from_date}; guidance is paid once, however many needles.",
                fix="Bill one unit.",
                at="units",
                subject="units",
            )
        without = [code for code in rows if code in _WITHOUT_IMAGING]
        if line.procedure == "77003" and without:
            better = ", ".join(str(row.with_imaging) for row in rows.values() if row and row.with_imaging)
            yield hit(
                line,
                f"{named(line)} with {', '.join(without)}, which is the code without imaging.",
                fix=f"Bill {better} and drop the imaging.",
                at="procedure",
                severity="review",
                subject="recode",
            )
        else:
            yield from _image(line, rows.keys() - set(included), records)


def _image(line: ServiceLine, apart: Set[str], records: tuple[AnesthesiaRecord, ...] | None) -> Outcomes:
    saved = [block.image_saved for record in records or () for block in record.blocks or () if block.cpt in apart]
    if False in saved:
        yield hit(
            line,
            f"{named(line)}: no image was saved; guidance needs a permanent image and a report.",
            fix="Remove the imaging line, or file the image.",
            at="procedure",
            subject="image",
        )
    elif not saved or None in saved:
        yield not_checked("whether an image of the guidance is on file", line)
