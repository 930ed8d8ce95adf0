"""How a file looks: its separators, and how a value is written between them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

Element = str | int | Decimal | date | bool | tuple["Element", ...] | None


@attrs.frozen
class Style:
    """How a file looks: its separators, and what follows each segment terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_break: str = "\n"

    def segment(self, name: str, *elements: Element) -> str:
        """Write one segment; empty elements and components at its end are left out."""
        texts = [name, *(self._element(element) for element in elements)]
        while not texts[-1]:
            texts.pop()
        return self.element.join(texts)

    def _element(self, value: Element) -> str:
        if isinstance(value, tuple):
            return self.component.join(self._element(part) for part in value).rstrip(self.component)
        text = _text(value)
        if any(separator in text for separator in (self.element, self.component, self.terminator)):
            raise ValueError("a value contains a separator of the file")
        return text


USUAL = Style()


def _text(value: str | int | Decimal | date | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case date():
            return f"{value:%Y%m%d}"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
