"""What behavioral health documents about a session: its times, its minutes, what happened in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import attrs

from prebill import Claim, ServiceLine, record


@record("session_note")
@attrs.frozen(kw_only=True)
class SessionNote:
    """The note of one session; without a line number it is about every line of its date.

    `psychotherapy_minutes` leave out evaluation and management, breaks and writing. `em_basis` says whether the
    visit level was chosen by medical decision making (`mdm`) or by `time`. A crisis note states the patient's
    state, the mental status and the disposition.
    """

    line_number: int | None = None
    session_date: date | None = None
    session_start: datetime | None = None
    session_end: datetime | None = None
    psychotherapy_minutes: int | None = None
    excluded_minutes: int | None = None
    em_minutes: int | None = None
    appointment_status: Literal["kept", "late_cancel", "no_show", "cancelled"] | None = None
    em_basis: Literal["mdm", "time"] | None = None
    interactive_factors: tuple[str, ...] | None = None
    crisis_state_documented: bool | None = None
    crisis_mental_status_documented: bool | None = None
    crisis_disposition_documented: bool | None = None

    def is_for(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the note is about the line."""
        day = self.session_start.date() if self.session_start else self.session_date
        return self.line_number in (None, line.number) and day in (None, line.from_date)

    @property
    def session_minutes(self) -> int | None:
        """The minutes from start to end without the excluded ones; None when a time is missing."""
        if self.session_start is None or self.session_end is None:
            return None
        whole = int((self.session_end - self.session_start).total_seconds()) // 60
        return whole - (self.excluded_minutes or 0)

    def therapy_minutes(self, *, beside_visit: bool) -> int | None:
        """The minutes of psychotherapy: as stated, else what the session leaves after the visit's own minutes."""
        if self.psychotherapy_minutes is not None:
            return self.psychotherapy_minutes
        if self.session_minutes is None or not beside_visit:
            return self.session_minutes
        return None if self.em_minutes is None else self.session_minutes - self.em_minutes
