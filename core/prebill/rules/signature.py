"""Reads a rule's declaration off its signature: scope, what it needs, and its settings."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import attrs

from prebill.errors import PackError
from prebill.lookup import Table
from prebill.model import Claim, Encounter, Payer, ServiceLine
from prebill.rules.cohort import Cohort

RECORD_NAME = "__prebill_record__"

Class = TypeVar("Class", bound=type[Any])


def record(name: str) -> Callable[[Class], Class]:
    """Declare an attrs class as a record type, kept in an encounter's `documentation` under `name`.

    A record is about the line that its `is_for(claim, line)` accepts; without that method, about the line
    that its `line_number` names; without either, about the whole encounter.
    """

    def declare(cls: Class) -> Class:
        setattr(cls, RECORD_NAME, name)
        return cls

    return declare


def record_name(cls: object) -> str | None:
    """Return the name under which a record type is kept, or None for any other type."""
    return getattr(cls, RECORD_NAME, None)


class Scope(StrEnum):
    """What a rule judges at a time."""

    LINE = "line"
    CLAIM = "claim"
    ENCOUNTER = "encounter"
    COHORT = "cohort"


class NeedKind(StrEnum):
    """Where the engine finds the value of a parameter."""

    CLAIM = "claim"
    ENCOUNTER = "encounter"
    PAYER = "payer"
    AS_OF = "as_of"
    REGISTER = "register"
    RECORD = "record"
    TABLE = "table"


@attrs.frozen(kw_only=True)
class Need:
    """One parameter that the engine fills: its kind, the type inside, one or many, and whether None will do."""

    name: str
    kind: NeedKind
    type: Any
    many: bool = False
    optional: bool = False

    @property
    def label(self) -> str:
        """What is asked for, in words for a report."""
        if self.kind is NeedKind.RECORD:
            return f"{record_name(self.type)} record"
        if self.kind is NeedKind.REGISTER:
            return f"{REGISTERS[self.type].replace('_', ' ')} register"
        return self.name


@attrs.frozen(kw_only=True)
class Setting:
    """A keyword-only parameter: its name, type and default are its schema."""

    name: str
    type: Any
    default: Any


@attrs.frozen(kw_only=True)
class Signature:
    """Everything that the parameters of a rule declare."""

    scope: Scope
    needs: tuple[Need, ...]
    settings: tuple[Setting, ...]
    cohort_record: Any = None


def _registers() -> dict[Any, str]:
    """Map the element type of each register of the encounter to the name of its field."""
    hints = typing.get_type_hints(Encounter)
    found = {}
    for field in attrs.fields(Encounter):
        inner, optional = _without_none(hints[field.name])
        if optional and typing.get_origin(inner) is tuple:
            found[typing.get_args(inner)[0]] = field.name
    return found


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        members = [each for each in typing.get_args(annotation) if each is not type(None)]
        if len(members) == 1 and len(typing.get_args(annotation)) > 1:
            return members[0], True
    return annotation, False


REGISTERS = _registers()
_SCOPES = {ServiceLine: Scope.LINE, Claim: Scope.CLAIM, Encounter: Scope.ENCOUNTER, Cohort: Scope.COHORT}
_PLAIN = {
    Claim: NeedKind.CLAIM,
    Encounter: NeedKind.ENCOUNTER,
    Payer: NeedKind.PAYER,
    date: NeedKind.AS_OF,
}


def read_signature(function: Callable[..., Any]) -> Signature:
    """Read scope, needs and settings off a rule function.

    Raises `PackError` when a parameter has no annotation or asks for something the engine does not have.
    """
    where = f"{function.__module__}.{function.__qualname__}"
    try:
        hints = typing.get_type_hints(function)
    except NameError as error:
        message = f"{where}: an annotation cannot be read at run time: {error}"
        raise PackError(message) from error
    parameters = list(inspect.signature(function).parameters.values())
    missing = [each.name for each in parameters if each.name not in hints]
    if missing or not parameters:
        message = f"{where}: annotate every parameter ({', '.join(missing) or 'none declared'})"
        raise PackError(message)
    first, *rest = parameters
    target = hints[first.name]
    scope = _SCOPES.get(typing.get_origin(target) or target)
    if scope is None:
        message = f"{where}: the first parameter must be a ServiceLine, Claim, Encounter or Cohort"
        raise PackError(message)
    return Signature(
        scope=scope,
        needs=tuple(_need(each.name, hints[each.name], where) for each in rest if each.kind is not each.KEYWORD_ONLY),
        settings=tuple(
            Setting(name=each.name, type=hints[each.name], default=each.default)
            for each in rest
            if each.kind is each.KEYWORD_ONLY
        ),
        cohort_record=next((each for each in typing.get_args(target) if each is not Any), None),
    )


def _need(name: str, annotation: Any, where: str) -> Need:
    inner, optional = _without_none(annotation)
    if inner in _PLAIN:
        return Need(name=name, kind=_PLAIN[inner], type=inner)
    if typing.get_origin(inner) is Table:
        return Need(name=name, kind=NeedKind.TABLE, type=typing.get_args(inner)[0], optional=optional)
    many = typing.get_origin(inner) is tuple
    element = typing.get_args(inner)[0] if many else inner
    if element in REGISTERS:
        return Need(name=name, kind=NeedKind.REGISTER, type=element, many=many, optional=optional)
    if record_name(element):
        return Need(name=name, kind=NeedKind.RECORD, type=element, many=many, optional=optional)
    message = f"{where}: parameter {name!r} asks for {annotation!r}, which the engine does not have"
    raise PackError(message)
