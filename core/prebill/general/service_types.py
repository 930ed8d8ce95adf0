"""Which kind of service a procedure is, in the service types of eligibility answers (271 EB03)."""

from __future__ import annotations

from functools import lru_cache

from prebill.codes import codes

BEHAVIORAL = "MH"
_BY_SERVICE_TYPE = {
    "33": codes("98940-98943"),
    "35": codes("D*"),
    "64": codes("97810-97814"),
    "A4": codes("90785-90899 96105-96171"),
    "AF": codes("92507-92526"),
    "AL": codes("92002-92015 V2020-V2799"),
    BEHAVIORAL: codes("90785-90899 96105-96171 H0001-H2037"),
    "PT": codes("97010-97799"),
    "UC": codes("S9083 S9088"),
}


@lru_cache(maxsize=16_384)
def service_types_of(procedure: str) -> frozenset[str]:
    """Return the service types of a procedure, remembered; none for a service of medical care in general."""
    return frozenset(name for name, procedures in _BY_SERVICE_TYPE.items() if procedure in procedures)
