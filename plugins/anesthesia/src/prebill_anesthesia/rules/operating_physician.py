"""Anesthesia by whoever operates."""

from __future__ import annotations

from prebill import Encounter, Outcomes, Payer, Table, codes, hit, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import ANESTHESIA_RANGE, BESIDE_ANESTHESIA, LABOR, SURGERY, lines_in, named

_OPERATIONS = SURGERY - BESIDE_ANESTHESIA
_BY_THE_OBSTETRICIAN = codes("01960", LABOR)


@rule(
    "ANE125",
    severity="stop",
    owner="coding",
    prevents=("CO-194", "CO-97", "CO-54"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.A and §50.F",
        "NCCI Policy Manual ch. II",
    ),
    procedures=ANESTHESIA_RANGE | SURGERY,
    fails=[{"lines": ["47562 @22", "00790-AA 63min @22"]}],
    passes=[{"lines": ["00567-AA 312min @21", "36620 @21", "93503 @21"]}],
)
def anesthesia_by_operating_physician(
    encounter: Encounter, payer: Payer, terms: Table[PayerTerms], records: tuple[AnesthesiaRecord, ...] | None
) -> Outcomes:
    """The anesthetic is billed by the one who operated.

    Anesthesia by the operating physician is part of the operation; Medicare pays nothing for it, modifier 47 or
    not. Correct the rendering NPI, or drop the anesthesia line.
    """
    claim = encounter.claim
    for line in claim.lines:
        if line.has("47") and (line.procedure in ANESTHESIA_RANGE or line.procedure in SURGERY):
            anesthesia = line.procedure in ANESTHESIA_RANGE
            yield hit(
                line,
                f"{named(line)}: 47 belongs on the operation, never on an anesthesia code."
                if anesthesia
                else f"{named(line)}: 47 is informational; Medicare and many others pay nothing for it.",
                fix="Remove 47." if anesthesia else "Expect no payment for the anesthesia.",
                at="modifiers",
                severity="stop" if anesthesia else "review",
                subject="47",
            )
    for line in lines_in(claim, ANESTHESIA_RANGE):
        if line.procedure in _BY_THE_OBSTETRICIAN and terms_of(payer, terms).obstetrician_epidural:
            continue
        npi = claim.rendering_of(line).npi
        operated = next(
            (
                each.procedure
                for each in lines_in(claim, _OPERATIONS)
                if each.from_date == line.from_date and claim.rendering_of(each).npi == npi
            ),
            None,
        )
        surgeon = next((each.surgeon_npi for each in records or () if each.is_for(claim, line)), None)
        if npi is not None and (operated or surgeon == npi):
            yield hit(
                line,
                f"NPI {npi} is both surgeon ({operated or 'by the record'}) and anesthesia provider"
                f" ({line.procedure}).",
                fix="Correct the rendering NPI, or drop the anesthesia line.",
                at="rendering",
            )
