"""Row types of the tables about codes: base units, deleted codes, age and sex, bundled services, blocks."""

from __future__ import annotations

from datetime import date

import attrs

from prebill import table


@table("anesthesia-base-units", key=("code",), file="base_units.csv")
@attrs.frozen(kw_only=True)
class BaseUnits:
    """The base units of an anesthesia code; a code that is absent from a complete edition does not exist."""

    code: str
    base_units: int
    addon: bool = False
    timed: bool = True
    effective_from: date | None = None
    effective_to: date | None = None


@table("anesthesia-deleted-codes", key=("code",), file="deleted_codes.csv")
@attrs.frozen(kw_only=True)
class DeletedCode:
    """An anesthesia code that was deleted, and what to use instead; without `deleted_on` it was before 2022."""

    code: str
    deleted_on: date | None = None
    use_instead: str


@table("anesthesia-age-sex", key=("code",), file="age_sex.csv")
@attrs.frozen(kw_only=True)
class AgeSex:
    """The age in completed years and the sex for which a code is meant; `verified` facts may stop a claim."""

    code: str
    age_below: int | None = None
    age_from: int | None = None
    sex: str | None = None
    verified: bool = True


@table("anesthesia-integral-services", key=("code",), file="integral_services.csv")
@attrs.frozen(kw_only=True)
class IntegralService:
    """A service that is part of an anesthetic (NCCI Policy Manual ch. II); `verified` ones may stop a claim."""

    code: str
    verified: bool


@table("anesthesia-blocks", key=("code",), file="blocks.csv")
@attrs.frozen(kw_only=True)
class BlockCode:
    """A nerve block or injection; `imaging_from` is the day since which its code includes imaging.

    `kind` is `nerve`, `fascial_plane`, `paravertebral`, `neuraxial`, `joint` or `sympathetic`. `bilateral_code`
    replaces the code with modifier 50; `with_imaging` replaces a neuraxial code when imaging is used.
    """

    code: str
    kind: str
    imaging_from: date | None = None
    continuous: bool = False
    bilateral_code: str | None = None
    with_imaging: str | None = None

    def includes_imaging(self, day: date) -> bool:
        """Tell whether imaging is part of the code on a day."""
        return self.imaging_from is not None and self.imaging_from <= day
