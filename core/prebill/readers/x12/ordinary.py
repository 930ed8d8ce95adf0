"""Reading at one go what stands in its usual order and holds nothing remarkable, as nearly everything does.

One regular expression, made from the map, takes in a whole level of the hierarchy, the head of a claim, or a
service line. Whatever it does not match is left to the careful reading in `loops`, which gives the same result for
everything that is read here (a property test holds them to it), only more slowly, and which says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import compress
from operator import itemgetter
from typing import Any

from prebill.readers.x12.drafts import Draft, Slot, slot
from prebill.readers.x12.loops import Log, LoopReader
from prebill.readers.x12.mapping import Loop, Records, Segment
from prebill.readers.x12.patterns import PatternBuilder, only_fills_fields
from prebill.readers.x12.separators import Separators
from prebill.readers.x12.values import Conversions

_CAPACITY = 4096

_Taker = Callable[[str, Draft], bool]
"""Adds what a piece of text holds to a draft; tells whether it is unremarkable."""

_Row = tuple[str, str, Any]
"""What a group fills: the part of the record, the name of the field, its conversion; or, nameless, a taker."""


class OrdinaryReader:
    """Reads the segments of one kind of loop; inner loops of a kind `left_out` are read by somebody else."""

    def __init__(
        self, careful: LoopReader, separators: Separators, conversions: Conversions, *, left_out: str = ""
    ) -> None:
        self._terminator = separators.terminator
        self._left_out = left_out
        self._builder = PatternBuilder(separators, conversions)
        self._takers: list[tuple[int, _Taker]] = []
        self._pattern = re.compile(self._loop(careful))
        captures = [(each.group, (*each.target, each.convert)) for each in self._builder.captures]
        takers = [(group, ("", "", take)) for group, take in self._takers]
        self._rows: list[_Row] = [row for _, row in (*captures, *takers)]
        self._select = itemgetter(*(group for group, _ in (*captures, *takers)))
        self._required: list[Slot] = [slot(key) for key, _ in careful.loop.required if key.islower()]

    def read(self, text: str) -> Draft | None:
        """Return what the segments hold, or None where something is remarkable."""
        found = self._pattern.fullmatch(text)
        if found is None:
            return None
        texts = self._select(found.groups())
        draft = Draft()
        parts = draft.parts
        pieces: list[tuple[_Taker, str]] = []
        try:
            for value, (path, name, read) in zip(filter(None, texts), compress(self._rows, texts), strict=True):
                if name:
                    fields = parts[path] if path in parts else draft.part(path)
                    fields[name] = read(value) if read else value
                else:
                    pieces.append((read, value))
        except ValueError:
            return None
        for take, piece in pieces:
            if not take(piece, draft):
                return None
        for path, name in self._required:
            if name not in parts.get(path, ()):
                return None
        return draft

    # ----------------------------------------------------------------------------------- writing the expression

    def _loop(self, careful: LoopReader) -> str:
        """Return the expression for a loop with its inner loops, in the order of the guide."""
        loop = careful.loop
        opener = loop.segments[0]
        expression = opener.name + self._builder.rest if opener.structural else self._builder.segment(opener)
        others: list[str] = []
        for segment in loop.segments[1:]:
            if _is_plain(segment):
                expression += self._others(others, careful) + self._maybe(self._builder.segment(segment))
                others = []
            elif records := _composites_of(segment):
                expression += self._others(others, careful) + self._composites(segment, records, careful)
                others = []
            else:
                others.append(segment.name)
        expression += self._others(others, careful)
        required = {key for key, _ in loop.required}
        for inner in careful.inner:
            expression += self._inner(inner, needed=inner.loop.name in required)
        return expression

    def _inner(self, inner: LoopReader, *, needed: bool) -> str:
        loop = inner.loop
        if loop.unknown or loop.field == self._left_out != "":
            return ""
        if loop.record is not None:
            return self._record(inner)
        opener = loop.segments[0]
        if not opener.structural and not _is_plain(opener):
            return ""
        expression = self._loop(inner)
        return f"{self._builder.terminator}{expression}" if needed else self._maybe(expression)

    def _maybe(self, expression: str) -> str:
        return f"(?:{self._builder.terminator}{expression})?+"

    def _run(self, names: Iterable[str]) -> str:
        """Return the expression for any number of segments of these names."""
        choice = "|".join(sorted({re.escape(name) for name in names}))
        builder = self._builder
        return f"(?:{builder.terminator}(?:{choice}){builder.element}{builder.rest})*+"

    def _others(self, names: list[str], careful: LoopReader) -> str:
        """Return the expression for segments that are read one by one."""
        if not names:
            return ""
        known = dict.fromkeys(names)
        self._takers.append((self._builder.group(), self._steps(careful)))
        return f"({self._run(known)})"

    def _steps(self, careful: LoopReader) -> _Taker:
        terminator = self._terminator

        def take(text: str, draft: Draft) -> bool:
            for segment in text.split(terminator)[1:]:
                step = careful.own_step(segment)
                if step is None or not step.unremarkable or not draft.take(step.parts, step.lists):
                    return False
                if step.kept:
                    draft.kept.append(step.kept)
            return True

        return take

    def _composites(self, segment: Segment, records: Records, careful: LoopReader) -> str:
        """Return the expression for a segment whose elements each are one record, such as the diagnoses."""
        builder = self._builder
        separator = builder.plain_element
        known: dict[str, Any] = {}

        def learn(text: str) -> Any:
            step = careful.own_step(f"{segment.name}{separator}{text}")
            if step is None or not step.unremarkable or not step.lists:
                return None
            if len(known) >= _CAPACITY:
                known.clear()
            known[text] = step.lists[0]
            return known[text]

        def take(text: str, draft: Draft) -> bool:
            texts = text.split(separator)
            if len(texts) > records.groups:
                return False
            members: list[Any] = []
            for each in texts:
                found = known.get(each) or learn(each)
                if found is None:
                    return False
                target, made = found
                members += made
            draft.add(target, members)
            return True

        choice = "|".join(segment.qualifiers)
        group = builder.group()
        self._takers.append((group, take))
        return self._maybe(f"{segment.name}{builder.element}((?:{choice}){builder.rest})")

    def _record(self, inner: LoopReader) -> str:
        """Return the expression for inner loops that make records; the last ones of a kind are remembered."""
        loop, builder, terminator = inner.loop, self._builder, self._terminator

        def take(text: str, draft: Draft) -> bool:
            segments = text.split(terminator)[1:]
            log, position = Log(), 0
            while position < len(segments):
                if position and not loop.many:
                    return False
                position = inner.enter(segments, position, draft, log)
            draft.kept += log.kept
            return not log.faults

        self._takers.append((builder.group(), take))
        opener = loop.segments[0]
        choice = f"{builder.element}(?:{'|'.join(opener.qualifiers)})" if opener.qualifiers else ""
        following = self._run(_names(loop))
        return f"((?:{builder.terminator}{opener.name}{choice}{builder.element}{builder.rest}{following})" + (
            "*+)" if loop.many else "?+)"
        )


def _is_plain(segment: Segment) -> bool:
    """Tell whether a segment only fills fields, whatever else it holds."""
    conditions = segment.allowed or segment.unless or segment.expected
    return bool(segment.fills) and not conditions and only_fills_fields(segment.fills)


def _composites_of(segment: Segment) -> Records | None:
    """Return the records of a segment whose elements each are one of them."""
    fill = segment.fills[0] if len(segment.fills) == 1 else None
    return fill if isinstance(fill, Records) and fill.step == 1 else None


def _names(loop: Loop) -> set[str]:
    """Return the names of all segments inside a loop, its opener excepted."""
    inner = {segment.name for each in loop.loops for segment in each.segments}
    return {segment.name for segment in loop.segments[1:]} | inner
