"""Where the values of a claim stand in the 837P it came from."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from prebill.readers.x12.claims import ClaimReader, Parents
from prebill.readers.x12.sections import Section
from prebill.reading import Place


@attrs.define
class ClaimOrigin:
    """The segments of a claim and of the levels above it; nothing is worked out before a place is asked for."""

    source: str
    interchange: int
    reader: ClaimReader
    section: Section
    parents: Parents
    _known: dict[str, dict[str, tuple[int, str, str]]] = attrs.field(factory=dict)

    def locate(self, path: str = "") -> Place:
        """Return the place of a value, or of the nearest thing around it that stands in the file."""
        if not path:
            return self._place(self.section.first, "2300/CLM")
        wanted = path.partition(".")[0]
        known = self._known.get(wanted)
        if known is None:
            known = self._known[wanted] = self.reader.locate(self.section, self.parents, wanted)
        for candidate in self._candidates(path):
            if candidate in known:
                ordinal, segment, position = known[candidate]
                return self._place(ordinal, f"{segment}{position}")
            inside = next((each for each in known if each.startswith((f"{candidate}.", f"{candidate}["))), None)
            if inside:
                ordinal, segment, _ = known[inside]
                return self._place(ordinal, segment)
        return self._place(self.section.first, "2300/CLM")

    def _place(self, ordinal: int, element: str) -> Place:
        return Place(source=self.source, interchange=self.interchange, segment=ordinal, element=element)

    def _candidates(self, path: str) -> Iterator[str]:
        """Yield the path and the paths around it, each with the name under which the file may have it instead.

        Where the subscriber is the patient, the file states the patient as the subscriber; otherwise the
        relationship between the two is the patient's.
        """
        while path:
            if self.parents.dependent and path == "coverage.relationship":
                yield "patient.relationship"
            yield path
            if not self.parents.dependent and path.startswith("patient."):
                name = path.removeprefix("patient.")
                yield f"coverage.{name}" if name == "relationship" else f"coverage.subscriber.{name}"
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
