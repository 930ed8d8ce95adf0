"""The built-in pack: the denials that every practice meets, one module per symptom."""

from prebill.packs import Pack, hookimpl

__all__ = ["prebill_pack"]


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="general",
        rules=(
            "prebill.general.authorization",
            "prebill.general.duplicates",
        ),
        tables=("prebill.general.tables",),
        cases="prebill.general.cases",
    )
