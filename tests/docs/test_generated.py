"""What is printed from the code is current."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from docs.generated import pages, stale, with_part, write

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wanted() -> Mapping[str, str]:
    return pages(ROOT)


def test_every_generated_page_is_current(wanted: Mapping[str, str]) -> None:
    assert stale(ROOT, wanted) == [], "run make docs"


def test_what_is_written_is_current_and_pages_of_former_packs_go(wanted: Mapping[str, str], tmp_path: Path) -> None:
    former = tmp_path / "docs/rules/phrenology.md"
    former.parent.mkdir(parents=True)
    former.write_text("CAM101")
    write(tmp_path, wanted)
    assert stale(tmp_path, wanted) == []
    assert not former.exists()


def test_a_part_is_replaced_and_nothing_else() -> None:
    page = "a\n<!-- begin x: python -m docs writes this -->\nold\n<!-- end x -->\nb\n"
    once = with_part(page, "x", r"new \1")
    assert once.splitlines() == [
        "a", "<!-- begin x: python -m docs writes this -->", "", r"new \1", "", "<!-- end x -->", "b"
    ]  # fmt: skip
    assert with_part(once, "x", r"new \1") == once
    with pytest.raises(ValueError, match="begin y"):
        with_part(page, "y", "")
