"""Everything that is printed from the code: whole pages, and parts of pages between two comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from docs.demo import demo_output
from docs.rules_reference import Reference
from prebill.readers.schemas import files_of_schemas
from prebill.readers.x12.reference import table

RULES = "docs/rules"


def pages(root: Path) -> Mapping[str, str]:
    """Return what each generated file has to hold, by its path from the root of the checkout."""
    reference = Reference.of_workspace(root)
    found = {f"docs/schemas/{name}": text for name, text in files_of_schemas().items()}
    found["docs/837p-map.md"] = table()
    found[f"{RULES}/index.md"] = reference.index()
    for pack in reference.packs:
        found[f"{RULES}/{pack.name}.md"] = reference.page(pack)
    found["docs/spec-notes.md"] = with_part(
        (root / "docs/spec-notes.md").read_text(encoding="utf-8"), "notes", notes(root / "docs/spec-notes")
    )
    for page in sorted(root.glob("plugins/*/README.md")):
        name = page.parent.name
        if name in reference.names:
            found[f"plugins/{name}/README.md"] = with_part(
                page.read_text(encoding="utf-8"), "rules", reference.short_table(name, "../../docs/rules")
            )
    readme = (root / "README.md").read_text(encoding="utf-8")
    readme = with_part(readme, "demo", demo_output(root))
    found["README.md"] = with_part(readme, "packs", reference.pack_table("docs/rules"))
    return found


def notes(folder: Path) -> str:
    """Return the contents of the notes: pages and their sections, each a link."""
    entries = []
    for path in sorted(folder.glob("*.md")):
        title, *sections = re.findall(r"^#{1,2} (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        page = f"{folder.name}/{path.name}"
        entries.append(f"- [{title}]({page})")
        entries += [f"  - [{section}]({page}#{anchor(section)})" for section in sections]
    return "\n".join(entries)


def anchor(heading: str) -> str:
    """Return the anchor that code hosts give a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def with_part(page: str, name: str, content: str) -> str:
    """Return a page with the content between its comments `begin NAME` and `end NAME`."""
    begin, end = f"<!-- begin {name}: python -m docs writes this -->", f"<!-- end {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(page)) != 1:
        message = f"a page needs one part between {begin} and {end}"
        raise ValueError(message)
    return pattern.sub(lambda _: f"{begin}\n\n{content.strip()}\n\n{end}", page)


def write(root: Path, wanted: Mapping[str, str]) -> None:
    """Write what differs, and remove rule pages of packs that are no more."""
    for name in stale(root, wanted):
        path = root / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")


def stale(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Return the paths of the files that differ from what they have to hold, or that nobody asks for."""
    differing = [name for name, text in wanted.items() if not _holds(root / name, text)]
    extra = [f"{RULES}/{path.name}" for path in sorted((root / RULES).glob("*.md"))]
    return differing + [name for name in extra if name not in wanted]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
