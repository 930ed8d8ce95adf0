"""Families of catheterization codes, by the parts of the heart that they look at."""

from __future__ import annotations

from collections.abc import Iterable

from prebill import codes

CORONARIES, GRAFTS, LEFT_HEART, RIGHT_HEART = "coronaries", "grafts", "left heart", "right heart"

CATHETERIZATIONS = {
    "93451": frozenset({RIGHT_HEART}),
    "93452": frozenset({LEFT_HEART}),
    "93453": frozenset({RIGHT_HEART, LEFT_HEART}),
    "93454": frozenset({CORONARIES}),
    "93455": frozenset({CORONARIES, GRAFTS}),
    "93456": frozenset({CORONARIES, RIGHT_HEART}),
    "93457": frozenset({CORONARIES, GRAFTS, RIGHT_HEART}),
    "93458": frozenset({CORONARIES, LEFT_HEART}),
    "93459": frozenset({CORONARIES, GRAFTS, LEFT_HEART}),
    "93460": frozenset({CORONARIES, RIGHT_HEART, LEFT_HEART}),
    "93461": frozenset({CORONARIES, GRAFTS, RIGHT_HEART, LEFT_HEART}),
}
ADULT_CATHETERIZATION = codes("93451-93461")
CONGENITAL_CATHETERIZATION = codes("93593-93597")
CORONARY_ANGIOGRAPHY = codes("93454-93461 93563 93564")
INTERVENTION = codes("92920 92924 92928 92930 92933 92937 92941 92943 92945 92975")
DISTINCT_SERVICE = ("59", "XE", "XS", "XP", "XU")


def combined(procedures: Iterable[str]) -> str:
    """Return the adult code for everything that some adult codes do together."""
    parts = frozenset().union(*(CATHETERIZATIONS[procedure] for procedure in procedures))
    return next(code for code, done in CATHETERIZATIONS.items() if done == parts)
