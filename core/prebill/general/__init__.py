"""The built-in pack: the denials that every practice meets, one module per symptom."""

from prebill.packs import Pack, hookimpl

__all__ = ["prebill_pack"]


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="general",
        rules=(
            "prebill.general.authorization.number",
            "prebill.general.authorization.planned",
            "prebill.general.authorization.referral",
            "prebill.general.authorization.required",
            "prebill.general.authorization.terms",
            "prebill.general.authorization.units",
            "prebill.general.eligibility.benefits",
            "prebill.general.eligibility.member",
            "prebill.general.eligibility.payers",
            "prebill.general.eligibility.status",
            "prebill.general.bundling.add_ons",
            "prebill.general.bundling.global_package",
            "prebill.general.bundling.pairs",
            "prebill.general.bundling.status",
            "prebill.general.bundling.units",
            "prebill.general.duplicates.lines",
            "prebill.general.duplicates.resubmission",
            "prebill.general.modifiers.evaluation",
            "prebill.general.modifiers.global_period",
            "prebill.general.modifiers.laterality",
            "prebill.general.modifiers.line",
            "prebill.general.modifiers.service",
            "prebill.general.timely_filing.deadlines",
            "prebill.general.timely_filing.delay",
        ),
        records=("prebill.general.documentation",),
        tables=(
            "prebill.general.tables.auth_requirement",
            "prebill.general.tables.enrollment",
            "prebill.general.tables.modifier_catalog",
            "prebill.general.tables.mpfs",
            "prebill.general.tables.ncci_aoc",
            "prebill.general.tables.ncci_mue",
            "prebill.general.tables.ncci_ptp",
            "prebill.general.tables.payer_modifier",
            "prebill.general.tables.timely_filing",
        ),
        cases="prebill.general.cases",
    )
