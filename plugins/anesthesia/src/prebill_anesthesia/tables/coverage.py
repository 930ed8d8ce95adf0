"""Row types of the tables about coverage: monitored care, screening, surgery to anesthesia, opt-out states."""

from __future__ import annotations

import attrs

from prebill import table


@table("anesthesia-mac-codes", key=("contractor", "code"))
@attrs.frozen(kw_only=True)
class MonitoredCareCode:
    """A code for which a Medicare contractor limits monitored anesthesia care."""

    contractor: str
    code: str


@table("anesthesia-mac-diagnoses", key=("contractor",), file="mac_diagnoses.csv")
@attrs.frozen(kw_only=True)
class MonitoredCareDiagnosis:
    """A diagnosis, without its dot, that supports monitored anesthesia care for a Medicare contractor."""

    contractor: str
    diagnosis: str


@table("anesthesia-crosswalk", key=("surgery",), file="crosswalk.csv")
@attrs.frozen(kw_only=True)
class Crosswalk:
    """The anesthesia code of an operation; rank 1 is the usual one, further ranks are alternates."""

    surgery: str
    anesthesia: str
    rank: int = 1


@table("anesthesia-opt-out-states", key=("state",), file="opt_out_states.csv")
@attrs.frozen(kw_only=True)
class OptOutState:
    """A state that opted out of the hospital condition of CRNA supervision (42 CFR 482.52(c))."""

    state: str
    note: str | None = None
