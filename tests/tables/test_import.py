"""`prebill tables import`: an edition comes into the store as a whole, or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from prebill import TableError
from prebill.tables import TableStore
from prebill.tables.importing import Order, Outcome, import_edition
from prebill.tables.store import PLACE
from tests.tables.conftest import Prebill
from tests.tables.made_up import FEES, IMPORTER, Fee, write_fees

ROOT = Path(__file__).parents[2]


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_published_file_is_imported_and_told_in_a_line(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120", "99214 180")
    done = prebill("tables", "import", "fees", "fees.txt", "--rows", "2")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("made-up-fee 2024Q3: 2024-07-01 to …, complete, 2 rows, sha256:")
    assert done.stdout.endswith(": imported\n")
    assert prebill("tables", "show", "made-up-fee", "99213", "", "--on", "2024-07-15").stdout.splitlines() == [
        "made-up-fee 2024Q3, 2024-07-01 to …, complete: fees.txt",
        "procedure 99213  modifier   amount 120",
    ]


def test_the_same_edition_again_is_nothing_new_and_another_needs_a_word(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120", "99214 180")
    write_fees(tmp_path, "99214 180", "99213 120", name="copy.txt")
    write_fees(tmp_path, "99213 121", name="later.txt")
    first = prebill("tables", "import", "fees", "fees.txt").stdout
    before = bytes_in(tmp_path / PLACE)
    again = prebill("tables", "import", "fees", "copy.txt")
    assert (again.exit_code, again.stdout) == (0, first.replace("imported", "unchanged, it was imported before"))
    refused = prebill("tables", "import", "fees", "later.txt")
    assert refused.exit_code == 2
    assert "2 rows, sha256:" in refused.stderr
    assert "--replace" in refused.stderr
    assert bytes_in(tmp_path / PLACE) == before
    assert prebill("tables", "import", "fees", "later.txt", "--replace").stdout.endswith(": replaced\n")
    assert bytes_in(tmp_path / PLACE) != before


@pytest.mark.parametrize(
    ("lines", "options", "said"),
    [
        (["99213 120", "99214 much"], [], ["fees.txt, line 3: 'much' is no amount", "one row does not fit"]),
        (["99213 much"] * 25, [], ["line 21: ", "… and 5 more", "25 rows do not fit; nothing was imported"]),
        (["99213 120", "99213 121"], [], ["two rows have procedure 99213, modifier"]),
        (["99213 120"], ["--rows", "2"], ["1 rows instead of 2; nothing was imported"]),
    ],
)
def test_a_fault_refuses_all_of_it(
    prebill: Prebill, tmp_path: Path, lines: list[str], options: list[str], said: list[str]
) -> None:
    write_fees(tmp_path, "99213 1")
    assert prebill("tables", "import", "fees", "fees.txt", "--edition", "earlier").exit_code == 0
    before = bytes_in(tmp_path / PLACE)
    write_fees(tmp_path, *lines)
    done = prebill("tables", "import", "fees", "fees.txt", *options)
    assert done.exit_code == 2
    assert done.stdout == ""
    for part in said:
        assert part in done.stderr
    assert len(done.stderr.splitlines()) <= 22
    assert bytes_in(tmp_path / PLACE) == before


def test_a_dry_run_makes_no_store(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120")
    done = prebill("tables", "import", "fees", "fees.txt", "--dry-run")
    assert done.stdout.endswith(": can be imported\n")
    assert not (tmp_path / PLACE).exists()


def test_a_wrong_file_or_name_is_told_apart(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120")
    Path("other.txt").write_text("something else\n")
    assert (
        "other.txt: not a file of fees; it is nothing that" in prebill("tables", "import", "fees", "other.txt").stderr
    )
    Path("other.txt").write_text("SEEF 2024Q3\n99213 much\n")
    assert "an installed pack knows: line 2: 'much' is no amount" in (
        prebill("tables", "import", "fees", "other.txt").stderr
    )
    assert "not a file of made-up-fee; it looks like fees" in (
        prebill("tables", "import", "made-up-fee", "fees.txt").stderr
    )
    unknown = prebill("tables", "import", "fee", "fees.txt")
    assert unknown.exit_code == 2
    assert "nothing to import as 'fee'. Did you mean 'fees'? `prebill tables importers`" in unknown.stderr


def test_what_can_be_imported_is_listed(prebill: Prebill) -> None:
    said = prebill("tables", "importers").stdout
    assert "fees  Nobody, never" in said
    assert "made-up-fee" in said
    assert '"published": "Nobody, never"' in prebill("tables", "importers", "--format", "json").stdout


def test_the_columns_of_a_table_are_the_header_of_its_file(prebill: Prebill) -> None:
    header = prebill("tables", "columns", "made-up-fee").stdout
    assert header == "procedure,modifier,amount,note,effective_from,effective_to\n"
    Path("fees.csv").write_text(f"{header}99213,,120,,,\n")
    stated = ("--edition", "e", "--source", "s", "--complete")
    assert prebill("tables", "import", "made-up-fee", "fees.csv", *stated).exit_code == 0
    assert "Did you mean 'made-up-fee'?" in prebill("tables", "columns", "made-up-fees").stderr


def test_the_heading_can_be_stated(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120")
    stated = ("--edition", "mine", "--effective-from", "2024-01-01", "--effective-to", "2024-12-31", "--excerpt")
    done = prebill("tables", "import", "fees", "fees.txt", *stated)
    assert done.stdout.startswith("made-up-fee mine: 2024-01-01 to 2024-12-31, an excerpt, 1 rows")


class TestOwnFormat:
    """A CSV file with a column for each field, which is how a practice brings what nobody publishes."""

    HEADING = "# edition: 2024\n# source: contract\n# complete: yes\n# effective_from: 2024-01-01\n"
    ROWS = "procedure,modifier,amount,effective_to\n99213,,120.50,\n99213,26,60,2024-06-30\n"

    def test_with_a_heading(self, prebill: Prebill) -> None:
        Path("fees.csv").write_text(self.HEADING + "# verified: no\n" + self.ROWS)
        done = prebill("tables", "import", "made-up-fee", "fees.csv")
        assert done.stdout.startswith("made-up-fee 2024: 2024-01-01 to …, complete, 2 rows"), done.stderr
        shown = prebill("tables", "show", "made-up-fee", "99213", "", "--on", "2024-07-01").stdout
        assert "complete, not confirmed for the day: contract" in shown
        assert "amount 120.50" in shown
        assert "99213 26 has no row" in (
            prebill("tables", "show", "made-up-fee", "99213", "26", "--on", "2024-07-01").stdout
        )

    def test_without_one(self, prebill: Prebill) -> None:
        Path("fees.csv").write_text(self.ROWS)
        wanting = prebill("tables", "import", "made-up-fee", "fees.csv", "--edition", "2024")
        assert wanting.exit_code == 2
        assert "give --source, or a line `# source: …`; --complete or --excerpt" in wanting.stderr
        stated = ("--edition", "2024", "--source", "contract", "--complete")
        done = prebill("tables", "import", "made-up-fee", "fees.csv", *stated)
        assert done.stdout.startswith("made-up-fee 2024: … to …, complete, 2 rows"), done.stderr

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (HEADING + "procedure,modifier,amunt\n", "no column 'amunt'. Did you mean 'amount'?"),
            (HEADING + "procedure,amount\n", "not a file of made-up-fee"),
            (HEADING + "procedure,modifier,amount\n99213,,much\n", "fees.csv, line 6: "),
            (HEADING + "procedure,modifier,amount\n99213,,1,2\n", "line 6: more cells than the header has columns"),
            (HEADING + 'procedure,modifier,note\n99213,,"two\nlines"\n99213,,1,2\n', "line 8: more cells"),
            (HEADING.replace("2024-01-01", "soon") + ROWS, "fees.csv: "),
        ],
    )
    def test_a_fault_is_placed(self, prebill: Prebill, text: str, said: str) -> None:
        Path("fees.csv").write_text(text)
        done = prebill("tables", "import", "made-up-fee", "fees.csv")
        assert done.exit_code == 2
        assert said in done.stderr


def test_an_import_that_is_stopped_leaves_the_editions_as_they_were(tmp_path: Path) -> None:
    store = TableStore(tmp_path / "store")
    file = write_fees(tmp_path, "99213 120")
    assert import_edition(store, [FEES], Order(name="fees", files=(file,))).outcome is Outcome.ADDED
    before = bytes_in(store.folder)

    def interrupted(_files: object) -> Iterator[Fee]:
        yield Fee(procedure="99213")
        raise KeyboardInterrupt

    broken = attrs.evolve(IMPORTER, rows=interrupted)
    order = Order(name="fees", files=(file,), replace=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prebill.tables.importing.find_importer", lambda *_: broken)
        with pytest.raises(KeyboardInterrupt):
            import_edition(store, [FEES], order)
    assert bytes_in(store.folder) == before


SLOW = """
import sys, time
from pathlib import Path
from prebill.tables import TableStore
from prebill.tables.edition_file import write_edition
from tests.tables.made_up import HEADING, Fee

def rows():
    yield from (Fee(procedure=f"{number:06}") for number in range(100_000))
    print("half", flush=True)
    time.sleep(60)

with TableStore(Path(sys.argv[1])).building() as path:
    write_edition(path, Fee, HEADING, rows())
"""


def test_an_import_that_is_killed_leaves_the_editions_as_they_were(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120")
    assert prebill("tables", "import", "fees", "fees.txt").exit_code == 0
    before = bytes_in(tmp_path / PLACE)
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / PLACE)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "half\n"
        running.send_signal(signal.SIGKILL)
    after = bytes_in(tmp_path / PLACE)
    assert {name: after[name] for name in before} == before
    assert prebill("tables", "list").stdout.count("store") == 1
    told = prebill("tables", "verify")
    assert told.exit_code == 2
    assert "left by an import that was stopped; remove it" in told.stderr
    assert prebill("tables", "import", "fees", "fees.txt").exit_code == 0


def test_files_that_do_not_tell_their_edition_need_it_stated(tmp_path: Path) -> None:
    def untold(_files: object) -> object:
        message = "the name does not tell"
        raise TableError(message)

    nameless = attrs.evolve(IMPORTER, heading=untold)
    file = write_fees(tmp_path, "99213 120")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prebill.tables.importing.find_importer", lambda *_: nameless)
        with pytest.raises(TableError, match="does not tell"):
            import_edition(TableStore(tmp_path), [FEES], Order(name="fees", files=(file,)))
        stated = {"edition": "e", "source": "s", "complete": False}
        done = import_edition(TableStore(tmp_path), [FEES], Order(name="fees", files=(file,), stated=stated))
    assert done.description.heading.edition == "e"


@pytest.mark.parametrize("name", ["..", "a/b", "C:\\x", "2024 Q3", "é", ".hidden", "%2F"])
def test_an_edition_may_have_any_name(prebill: Prebill, tmp_path: Path, name: str) -> None:
    write_fees(tmp_path, "99213 120")
    assert prebill("tables", "import", "fees", "fees.txt", "--edition", name).exit_code == 0
    (file,) = (tmp_path / PLACE).rglob("*.sqlite")
    assert file.parent == tmp_path / PLACE / "made-up-fee"
    assert prebill("tables", "verify").stdout == "1 edition as imported\n"
    assert prebill("tables", "remove", "made-up-fee", name).exit_code == 0
    assert not file.exists()


def test_no_edition_is_removed_that_is_not_there(prebill: Prebill, tmp_path: Path) -> None:
    write_fees(tmp_path, "99213 120")
    prebill("tables", "import", "fees", "fees.txt")
    done = prebill("tables", "remove", "made-up-fee", "2024Q4")
    assert done.exit_code == 2
    assert "no edition '2024Q4' of the table 'made-up-fee'" in done.stderr
