from __future__ import annotations

import io

import attrs
import click

from prebill.reading import Unreadable
from prebill.reporters import REPORTERS, Options
from tests.reporters.sample import EXPIRED, ITEMS, at, clean_report, report

EXPECTED = """\
Claim C-1 · HOLD · $1,850.00 at risk · TODAY                           day one/claims.837:segment 25
  stop    ANE104 minutes-differ-from-record · line 2 · charge capture · $850.00 · CO-16
          Line 2: 61 minutes billed, 54 documented from 07:30 to 08:24. The payer recalculates or
          denies the line.
          Fix: Bill the 54 minutes of the record.
  review  AUT104 authorization-expired · line 1 · authorization · $1,000.00 · CO-197/M62 · CO-198
          =Authorization A7781 ended 2026-02-28.
          Also on claim C-3 line 1; claim C-4 line 1; claim C-5 line 1; claim C-6 line 1; claim C-7
          line 1; claim C-8 line 1; and 3 more claims.
          Fix: Ask for an extension that covers 2026-03-02.

Claim C-2 · RELEASE                                                    day one/claims.837:segment 60
  info    TFL105 filing-limit-near · whole claim · billing
          Ten days remain until the payer's filing limit.
          Fix: Bill this claim first.

Claim C-3 · REVIEW · a look saves $45.20                               day one/claims.837:segment 70
  review  AUT104 · line 1 · told under claim C-1

NOT CHECKED
  ANE104 minutes-differ-from-record
      1,200 × no edition of base-units covers 2026
          2 × no anesthesia record
          1 × the record has no end time

PROBLEMS OF THE INPUT
  day one/claims.837:segment 2 (and 1 more): ST02 and SE02 differ

COULD NOT BE READ
  day one/claims.837:segment 90 2400/DTP03: claim C-5: the date of service is not a date
  remits.835: refused (2 claims): an 835 is read by `prebill denials`

RULES AND PACKS THAT FAILED
  pack broken could not be loaded: ImportError: no module named 'numpy'
  ANE105 on claim C-4: KeyError at units line 12

CHANGED ON EARLIER CLAIMS
  claim C-0 whole claim: withdrawn: ANE104 Line 2: 61 minutes billed, 54 documented from 07:30 to
      08:24. The payer recalculates or denies the line.
  claim C-9 whole claim: new info: TFL105 Ten days remain until the payer's filing limit.

WORKLIST
  authorization                $1,000.00      1 finding  AUT104
  charge capture                 $850.00      1 finding  ANE104
  billing                          $0.00      1 finding  TFL105
  all, each line once          $1,850.00     3 findings

SUMMARY
  1,008 claims in the input = 1,003 released + 1 to review + 1 to hold + 1 unreadable + 2 refused.
  3 findings (1 stop, 1 review, 1 info), $1,850.00 at risk.
  The reviews are 4 minutes of work.
  1 finding waived, 1 known from the baseline.
  1,203 checks could not be made for want of data.
  2 verdicts changed on claims of earlier runs.
  INCOMPLETE: 1 claim could not be read, 1 input refused with 2 claims, a rule failed 1 time,
      without the packs that could not be loaded: broken.

"""


def text(**options: object) -> str:
    stream = io.StringIO()
    REPORTERS["text"](report(), stream, Options(**options))  # type: ignore[arg-type]
    return stream.getvalue()


def test_says_everything_within_its_columns() -> None:
    assert text() == EXPECTED
    assert all(len(line) <= 100 for line in text().splitlines())


def test_color_changes_nothing_but_color() -> None:
    colored = text(color=True)
    assert "\x1b[31m" in colored
    assert click.unstyle(colored) == EXPECTED


def test_fits_a_narrow_terminal() -> None:
    narrow = text(width=72).partition("WORKLIST")[0]
    assert max(map(len, narrow.splitlines())) <= 72


def test_verbose_names_each_claim_that_lacked_data() -> None:
    said = text(verbose=True)
    assert "Claim C-4 · RELEASE" in said
    assert "  -       ANE104 minutes-differ-from-record · line 1 · not checked\n          no anesthesia record" in said


def test_statistics_count_by_rule_instead() -> None:
    said = text(statistics=True)
    assert said.startswith(
        "FINDINGS BY RULE\n  AUT104 review      1 finding      1 claim       $1,000.00  authorization-expired"
    )
    assert "Claim C-1 ·" not in said
    assert "SUMMARY" in said


def test_a_clean_run_is_one_sentence() -> None:
    stream = io.StringIO()
    REPORTERS["text"](clean_report(), stream, Options())
    assert stream.getvalue() == ("SUMMARY\n  3 claims in the input = 3 released + 0 to review + 0 to hold.\n\n")


def test_no_input_commands_the_terminal() -> None:
    hostile = "\x1b[2J\x9b1m\x07"
    finding = attrs.evolve(EXPIRED, message=f"{hostile}message", claim_id=f"C{hostile}")
    verdict = attrs.evolve(ITEMS[1], claim_id=f"C{hostile}", findings=(finding,))  # type: ignore[misc]
    unreadable = Unreadable(place=at(1), reason="no", claim_id=f"C{hostile}")
    stream = io.StringIO()
    REPORTERS["text"](report((verdict, unreadable)), stream, Options())
    assert not set("\x1b\x9b\x07") & set(stream.getvalue())
