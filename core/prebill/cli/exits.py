"""The exit codes of the command line. They are part of the interface: scripts decide on them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command ended with."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """What the code says, in words for help texts."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "everything was checked, and nothing reaches --fail-on",
    ExitCode.FINDINGS: "findings at or above --fail-on",
    ExitCode.USAGE: "the command line or the configuration is wrong",
    ExitCode.INCOMPLETE: "something went unchecked: unreadable claims, refused inputs, failed rules or packs",
    ExitCode.INTERRUPTED: "interrupted",
}

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code.value:<4} {code.meaning}" for code in ExitCode)
