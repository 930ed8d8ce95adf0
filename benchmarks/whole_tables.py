"""The whole tables of CMS in a store, for checks with nothing but excerpts left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cms"
FILES = {
    "ncci-ptp": "ccipra-v302r0-f?.txt.gz",
    "ncci-mue": "MCR_MUE_PractitionerServices_Eff_*.csv",
    "ncci-aoc": "AOC_V*-MCR.txt",
    "mpfs": "PPRRVU2025_Oct.csv.gz",
    "hcpcs": "HCPC2024_JUL_ANWEB_v3.txt.gz",
    "place-of-service": "place_of_service_codes_*.csv",
    "icd10cm-notes": "icd10cm-tabular-April-1-2026.xml.gz",
}


def are_there() -> bool:
    """Tell whether the published files are at hand."""
    return DATA.is_dir()


def import_into(store: Path) -> None:
    """Import the published files; the list of diagnosis codes ships complete."""
    for name, pattern in FILES.items():
        files = sorted(map(str, DATA.glob(pattern)))
        command = [sys.executable, "-m", "prebill", "tables", "import", "--isolated", "--store", str(store), "-q"]
        subprocess.run([*command, name, *files], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
