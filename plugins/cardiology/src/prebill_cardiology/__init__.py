"""Rules that read cardiology claims beside their records."""

from prebill import Pack, hookimpl

__all__ = ["prebill_pack"]


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="cardiology",
        rules=(
            "prebill_cardiology.rules.cath",
            "prebill_cardiology.rules.components",
            "prebill_cardiology.rules.coverage",
            "prebill_cardiology.rules.interventions",
        ),
        records=("prebill_cardiology.records",),
        tables=(
            "prebill_cardiology.tables.bundling",
            "prebill_cardiology.tables.components",
            "prebill_cardiology.tables.coverage",
            "prebill_cardiology.tables.interventions",
        ),
        cases="prebill_cardiology.cases",
    )
