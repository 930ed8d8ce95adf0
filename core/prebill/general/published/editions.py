"""What the names of published files tell about the edition that they make up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from prebill.errors import TableError
from prebill.published import PublishedFile

Row = TypeVar("Row")

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def told(files: Sequence[PublishedFile], pattern: re.Pattern[str], what: str, example: str) -> re.Match[str]:
    """Return what the names of the files tell; raises `TableError` where one does not, or they disagree."""
    found = [(file, pattern.search(file.name)) for file in files]
    for file, match in found:
        if match is None:
            message = f"{file.name}: the name does not tell {what}; keep that of the publisher, such as {example}"
            raise TableError(message)
    matches = [match for _, match in found if match is not None]
    if len({match.group().upper() for match in matches}) != 1:
        message = f"{', '.join(file.name for file in files)}: not of one edition; import each by itself"
        raise TableError(message)
    return matches[0]


def only(files: Sequence[PublishedFile]) -> PublishedFile:
    """Return the one file of an edition; raises `TableError` where there are several."""
    if len(files) != 1:
        message = f"{', '.join(file.name for file in files)}: one file is an edition; import each by itself"
        raise TableError(message)
    return files[0]


def is_excerpt(files: Iterable[PublishedFile]) -> bool:
    """Tell whether a file calls itself an excerpt."""
    return any("excerpt" in file.name.lower() for file in files)


def of_length(files: Sequence[PublishedFile], rows: Iterator[Row], least: int) -> Iterator[Row]:
    """Yield the rows; raises `TableError` at the end of a file far shorter than any that was ever published."""
    count = 0
    for row in rows:
        count += 1
        yield row
    if count < least and not is_excerpt(files):
        message = (
            f"{files[0].name}: {count} rows, where a whole file has {least} or more; fetch it again, or say "
            "`excerpt` in its name"
        )
        raise TableError(message)


def quarter(year: int, number: int) -> tuple[date, date]:
    """Return the first and the last day of a quarter, counted from 1."""
    following = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return date(year, 3 * number - 2, 1), following - timedelta(days=1)


def quarter_from(month: str) -> int:
    """Return the quarter that begins with a month, named by three letters or more."""
    return MONTHS.index(month[:3].upper()) // 3 + 1


def year_of(text: str) -> int:
    """Return the year of four digits, or of this century's two."""
    return int(text) if len(text) == 4 else 2000 + int(text)
