"""Finds the files that a user names, and makes each of them a file on disk that can be read more than once."""

from __future__ import annotations

import glob
import gzip
import os
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import attrs

from prebill.errors import InputError

STDIN = "-"
_GZIP = b"\x1f\x8b"


@attrs.frozen
class NamedFile:
    """A file that can be opened, and the name under which the user knows it."""

    path: Path
    name: str

    def head(self, size: int = 1 << 16) -> bytes:
        """Return the first bytes; raises `InputError` when the file cannot be opened."""
        with opened(self.path, self.name) as file:
            return file.read(size)


class Unpacked:
    """Temporary files that live as long as this object: what came from the standard input, or was compressed."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def keep(self, stream: BinaryIO, name: str) -> NamedFile:
        """Copy a stream to a file; raises `InputError` when it cannot be read to its end."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="prebill-input-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        handle, path = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)
        except (OSError, EOFError, zlib.error) as error:
            message = f"{name}: {_why(error)}"
            raise InputError(message) from None
        return NamedFile(Path(path), name)

    def plain(self, file: NamedFile) -> NamedFile:
        """Return a file itself, or its content where it is compressed with gzip."""
        if file.head(2) != _GZIP:
            return file
        with gzip.open(file.path) as stream:
            return self.plain(self.keep(stream, file.name))  # type: ignore[arg-type]


def find(paths: Iterable[str | os.PathLike[str]], unpacked: Unpacked) -> Iterator[NamedFile]:
    """Yield the files that paths and globs name, each once, in the order given; a glob's by name.

    Raises `InputError` for a path that is not there, that cannot be opened, or that is a directory: what is to be
    billed is named, not guessed.
    """
    seen = set()
    for given in paths:
        if str(given) == STDIN:
            yield unpacked.plain(unpacked.keep(sys.stdin.buffer, "stdin"))
            continue
        for path in _matches(str(given)):
            identity = path.resolve()
            if identity not in seen:
                seen.add(identity)
                yield unpacked.plain(NamedFile(path, str(path)))


def _matches(given: str) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        message = f"{given}: is a directory; name the files in it, such as {path / '*.837'}"
        raise InputError(message)
    if path.exists() or not glob.has_magic(given):
        return [path]
    found = sorted(each for each in map(Path, glob.glob(given, recursive=True)) if each.is_file())  # noqa: PTH207
    if not found:
        message = f"{given}: no file matches"
        raise InputError(message)
    return found


def opened(path: Path, name: str) -> BinaryIO:
    """Open a file; raises `InputError` naming it when that fails."""
    try:
        return path.open("rb")
    except OSError as error:
        message = f"{name}: {_why(error)}"
        raise InputError(message) from None


def _why(error: Exception) -> str:
    if isinstance(error, (gzip.BadGzipFile, EOFError, zlib.error)):
        return "is damaged: its gzip compression cannot be undone"
    return getattr(error, "strerror", None) or type(error).__name__
