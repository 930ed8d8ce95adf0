from __future__ import annotations

import io

import pytest

from prebill.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def looking_on(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    return stream


def test_a_terminal_sees_count_and_rate_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looking_on(monkeypatch)
    moments = iter([0.0, 0.1, 2.0, 2.1])
    progress = Progress(quiet=False, now=lambda: next(moments))
    for claims in (1000, 20_000, 21_000):
        progress(claims)
    assert terminal.getvalue() == "\r\x1b[K20,000 claims read, 10,000 a second"
    progress.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_quiet_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looking_on(monkeypatch)
    moments = iter([0.0, 9.0])
    progress = Progress(quiet=True, now=lambda: next(moments))
    progress(1000)
    progress.clear()
    assert terminal.getvalue() == ""


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    progress = Progress(quiet=False, now=iter([0.0, 9.0]).__next__)
    progress(1000)
    progress.clear()
    assert stream.getvalue() == ""
