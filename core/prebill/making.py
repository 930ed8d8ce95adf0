"""Making records of the model quickly.

A frozen attrs class fills each field through `object.__setattr__`, which costs three times as much as all else in
making a claim. Here a record is filled while it belongs to a subclass that is not frozen, and then becomes what it
is. The record made is an ordinary, frozen instance: type, equality, hash and pickle are those of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import attrs

Record = TypeVar("Record")


def maker(record: type[Record]) -> Callable[..., Record]:
    """Return what makes instances of a frozen attrs class from keywords, like the class itself, but faster."""
    return cast("Callable[..., Record]", _unfrozen(cast("type", record)))


@cache
def _unfrozen(record: type) -> type:
    fields = {
        field.name: attrs.field(default=field.default, kw_only=True)
        for field in attrs.fields(cast("type[attrs.AttrsInstance]", record))
    }
    mutable = attrs.make_class(record.__name__, fields, class_body={"__attrs_post_init__": _nothing})

    def become_record(self: Any) -> None:
        self.__class__ = record

    return type(
        record.__name__,
        (record,),
        {
            "__slots__": (),
            "__init__": vars(mutable)["__init__"],
            "__attrs_post_init__": become_record,
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )


def _nothing(self: Any) -> None:
    """Make attrs call `__attrs_post_init__` at the end of the initializer."""
