"""Rules that read behavioral health claims beside their session notes and authorizations."""

from prebill import Pack, hookimpl

__all__ = ["prebill_pack"]


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="behavioral_health",
        rules=(
            "prebill_behavioral_health.rules.add_ons",
            "prebill_behavioral_health.rules.authorized_dates",
            "prebill_behavioral_health.rules.authorized_quantity",
            "prebill_behavioral_health.rules.crisis",
            "prebill_behavioral_health.rules.minutes",
        ),
        records=("prebill_behavioral_health.records",),
        tables=("prebill_behavioral_health.tables.add_ons",),
        cases="prebill_behavioral_health.cases",
    )
