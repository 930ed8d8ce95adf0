"""Rules that read anesthesia claims beside their records."""

from prebill import Pack, hookimpl

__all__ = ["prebill_pack"]

_THEMES = (
    "burns",
    "cancelled",
    "care_team",
    "codes",
    "concurrency",
    "direction",
    "endoscopy",
    "evaluation",
    "imaging",
    "injections",
    "integral_services",
    "labor",
    "lines_and_tee",
    "modifiers",
    "monitored_care",
    "operating_physician",
    "operating_room",
    "pain_care",
    "patient",
    "payment",
    "postoperative_blocks",
    "relief",
    "roles",
    "sessions",
    "simultaneous",
    "submission",
    "teaching",
    "time",
    "time_patterns",
)


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="anesthesia",
        rules=tuple(f"prebill_anesthesia.rules.{theme}" for theme in _THEMES),
        records=("prebill_anesthesia.records",),
        tables=(
            "prebill_anesthesia.tables.codes",
            "prebill_anesthesia.tables.coverage",
            "prebill_anesthesia.tables.payers",
        ),
        importers=(
            "prebill_anesthesia.published.base_units",
            "prebill_anesthesia.published.conversion_factors",
        ),
        cases="prebill_anesthesia.cases",
    )
