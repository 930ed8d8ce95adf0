"""What the front page shows of the demo: a few claims and the summary, as the command prints them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

# In the order of the input: a diagnosis not pointed to, cases at once, an authorization that ran out.
SHOWN = ("CA-044", "AN-036", "BH-030")


def demo_command(root: Path) -> list[str]:
    """Return the arguments that `make demo` calls prebill with."""
    recipe = (root / "Makefile").read_text(encoding="utf-8")
    (command,) = re.findall(r"^demo:.*\n\t@?\$\(BIN\)/prebill (.*)$", recipe, re.MULTILINE)
    return shlex.split(command)


def demo_output(root: Path) -> str:
    """Return the console block of the demo; what is left out is an ellipsis."""
    arguments = demo_command(root)
    done = subprocess.run(
        [sys.executable, "-m", "prebill", *arguments],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        message = f"the demo failed: {done.stderr}"
        raise RuntimeError(message)
    entries = done.stdout.split("\n\n")
    shown = [entry for name in SHOWN for entry in entries if entry.startswith(f"Claim {name} ")]
    if len(shown) != len(SHOWN):
        message = f"the demo does not report all of {', '.join(SHOWN)}"
        raise RuntimeError(message)
    (summary,) = (entry for entry in entries if entry.startswith("SUMMARY"))
    between = "\n\n…\n\n"
    return f"```console\n$ make demo\n…\n\n{between.join([*shown, summary.strip()])}\n```"
