"""Rules that read orthopedic claims beside their records."""

from prebill import Pack, hookimpl

__all__ = ["prebill_pack"]


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="orthopedics",
        rules=(
            "prebill_orthopedics.rules.bilateral",
            "prebill_orthopedics.rules.global_procedures",
            "prebill_orthopedics.rules.global_visits",
            "prebill_orthopedics.rules.laterality",
        ),
        records=("prebill_orthopedics.records",),
        tables=(
            "prebill_orthopedics.tables.laterality",
            "prebill_orthopedics.tables.relative_values",
            "prebill_orthopedics.tables.unit_limits",
        ),
        cases="prebill_orthopedics.cases",
    )
