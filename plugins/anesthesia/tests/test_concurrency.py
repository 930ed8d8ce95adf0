import itertools
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebill import Claim, Cohort, Coverage, Encounter, Entry, Patient, Provider, ServiceLine
from prebill_anesthesia.concurrency import Peak, profile, stretched
from prebill_anesthesia.records import AnesthesiaRecord, Interval
from prebill_anesthesia.rules.concurrency import concurrency_contradicts_role
from prebill_anesthesia.spans import Span
from prebill_anesthesia.timeline import Row, draw

DOCTOR = "1043000005"
MIDNIGHT = datetime(2026, 3, 10)

span = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 180), st.integers(1, 90))
cases_of_spans = st.lists(st.lists(span, min_size=1, max_size=3), max_size=12)


def count_by_minute(cases, minute):
    return sum(any(each.start <= minute < each.stop for each in spans) for spans in cases)


@given(cases_of_spans)
def test_profile_equals_a_count_minute_by_minute(cases):
    counted = profile(cases)
    for minute in range(-1, 300):
        assert counted.at(minute) == count_by_minute(cases, minute)


@given(cases_of_spans, st.lists(span, max_size=3))
def test_peak_is_the_highest_count_and_its_first_minute(cases, within):
    by_minute = {minute: count_by_minute(cases, minute) for each in within for minute in range(each.start, each.stop)}
    best = max(by_minute.values(), default=0)
    first = min((minute for minute, count in by_minute.items() if count == best), default=None)
    assert profile(cases).peak(within) == Peak(best, first if best else None)


@given(cases_of_spans)
def test_levels_are_in_order_apart_and_never_empty(cases):
    levels = profile(cases).levels
    assert all(level.start < level.stop and level.count > 0 for level in levels)
    assert all(
        one.stop < other.start or (one.stop == other.start and one.count != other.count)
        for one, other in itertools.pairwise(levels)
    )


@given(st.lists(span, min_size=2, max_size=2), st.integers(0, 10))
def test_a_grace_ignores_exactly_the_overlaps_that_do_not_exceed_it(pair, grace):
    one, other = pair
    at_once = profile(stretched([each], -grace) for each in pair).peak(stretched([one], -grace)).count == 2
    assert at_once == (min(one.stop, other.stop, max(one.stop, one.start)) - max(one.start, other.start) > grace) or (
        min(one.minutes, other.minutes) <= grace
    )


def test_touching_cases_are_at_once_when_stretched_by_a_minute():
    pair = [Span(0, 60), Span(60, 120)]
    assert profile([each] for each in pair).peak([pair[0]]).count == 1
    assert profile(stretched([each], 1) for each in pair).peak(stretched([pair[0]], 1)).count == 2


@attrs.frozen
class Staffed:
    """A case of the physician: who was directed, the role billed, and when."""

    kind: str
    role: str
    spans: tuple[Span, ...]
    payer: str = "ACM01"


def at(minute):
    return MIDNIGHT + timedelta(minutes=minute)


def encounter(number, case):
    record = AnesthesiaRecord(
        anes_case_id=f"C-{number}",
        intervals=tuple(Interval(start=at(each.start), stop=at(each.stop)) for each in case.spans),
        directing_npi=DOCTOR,
        anesthetist_kind=case.kind,
    )
    line = ServiceLine(
        number=1,
        procedure="00790",
        modifiers=(case.role,),
        from_date=date(2026, 3, 10),
        unit_type="MJ",
        units=Decimal(60),
    )
    claim = Claim(
        control_number=f"C-{number}",
        lines=(line,),
        patient=Patient(record_number=str(number)),
        coverage=Coverage(payer_id=case.payer),
        rendering=Provider(npi=DOCTOR),
    )
    return Entry(encounter=Encounter(claim=claim), line=line, record=record)


def judge(entries, *, complete=True, **settings):
    cohort = Cohort(key=(DOCTOR,), entries=tuple(entries), as_of=date(2026, 3, 11), complete=complete)
    return list(concurrency_contradicts_role.function(cohort, **settings))


def said(answers):
    """Return what each claim is told: the role expected, or why it was not checked."""
    return {
        (
            answer.targets[0].claim.control_number,
            answer.evidence["expected"] if hasattr(answer, "message") else "?",
        )
        for answer in answers
    }


staffed = st.builds(
    Staffed,
    kind=st.sampled_from(["crna", "caa", "srna", "resident", "none"]),
    role=st.sampled_from(["AA", "QK", "QY", "AD"]),
    spans=st.lists(span, min_size=1, max_size=2).map(tuple),
    payer=st.sampled_from(["ACM01", "MCR01", "MCD01"]),
)
days = st.lists(staffed, min_size=1, max_size=9)


def expected_by_hand(cases):
    """Say what every case calls for, counting minute by minute and by nothing else."""

    def there(case):
        return {minute for each in case.spans for minute in range(each.start, each.stop)}

    for number, case in enumerate(cases):
        own = there(case)
        most = max(sum(minute in there(other) for other in cases) for minute in own)
        personal = any(other.kind == "none" and own & there(other) for other in cases if other is not case)
        if case.kind == "none":
            role = "AA"
        elif most > 4:
            role = "AD"
        elif case.kind == "resident":
            role = "AA" if most <= 2 else "QK"
        elif personal:
            role = "AD"
        else:
            role = "QK" if most > 1 else "AA" if case.kind == "srna" else "QY"
        doubtful = case.kind == "resident" and personal and case.role == role == "AA"
        yield f"C-{number}", role, case.role != role or doubtful


@given(days)
def test_the_rule_agrees_with_a_count_by_hand(cases):
    found = said(judge([encounter(number, case) for number, case in enumerate(cases)]))
    assert found == {(name, role) for name, role, fires in expected_by_hand(cases) if fires}


@given(days, st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_order_or_payers(cases, random):
    entries = [encounter(number, case) for number, case in enumerate(cases)]
    before = said(judge(entries))
    random.shuffle(entries)
    others = [
        attrs.evolve(
            each,
            encounter=attrs.evolve(
                each.encounter, claim=attrs.evolve(each.claim, coverage=Coverage(payer_id=random.choice("XYZ")))
            ),
        )
        for each in entries
    ]
    assert said(judge(others)) == before


@given(days, st.data())
def test_what_a_partial_batch_says_stays_true(cases, data):
    """Whatever further cases come to light, a line that was stopped is still billed wrongly."""
    entries = [encounter(number, case) for number, case in enumerate(cases)]
    seen = data.draw(st.lists(st.sampled_from(entries), unique_by=id, min_size=1))
    early = [answer for answer in judge(seen, complete=False) if hasattr(answer, "message")]
    final = {name for name, _ in said(judge(entries))}
    assert {answer.targets[0].claim.control_number for answer in early if answer.severity == "stop"} <= final


@given(days, st.data())
def test_a_partial_batch_passes_nothing_that_further_cases_could_change(cases, data):
    entries = [encounter(number, case) for number, case in enumerate(cases)]
    seen = data.draw(st.lists(st.sampled_from(entries), unique_by=id, min_size=1))
    spoken = {name for name, _ in said(judge(seen, complete=False))}
    passed = {each.claim.control_number for each in seen} - spoken
    assert not passed & {name for name, _ in said(judge(entries))}


def test_four_hundred_overlapping_cases_are_judged_in_well_under_a_second():
    cases = [Staffed("crna", "QK", (Span(number, number + 500),)) for number in range(400)]
    entries = [encounter(number, case) for number, case in enumerate(cases)]
    start = time.process_time()
    answers = judge(entries)
    assert time.process_time() - start < 1
    assert len(answers) == 400


def test_the_sweep_grows_no_faster_than_n_log_n():
    random = Random(1)

    def seconds(n):
        cases = [[Span(start, start + 90)] for start in (random.randrange(n * 20) for _ in range(n))]
        start = time.process_time()
        counted = profile(cases)
        for spans in cases:
            counted.peak(spans)
        return time.process_time() - start

    seconds(1000)
    small, large = min(seconds(4_000) for _ in range(3)), min(seconds(32_000) for _ in range(3))
    assert large < 8 * small * 4


def test_the_evidence_draws_the_day():
    cases = [
        Staffed("crna", "QK", (Span(start, stop),))
        for start, stop in [(450, 540), (460, 530), (465, 570), (480, 600), (525, 630)]
    ]
    first = judge([encounter(number, case) for number, case in enumerate(cases)])[0]
    assert first.evidence["cases"] == ("C-0", "C-1", "C-2", "C-3", "C-4")
    assert first.evidence["minute"] == "08:45"
    assert first.evidence["timeline"] == (
        "                07:30   08:00   08:30   09:00   09:30   10:00",
        "C-0  QK        |========================........................| 07:30-09:00",
        "C-1  QK        |..====================..........................| 07:40-08:50",
        "C-2  QK        |....============================................| 07:45-09:30",
        "C-3  QK        |........================================........| 08:00-10:00",
        "C-4  QK        |....................============================| 08:45-10:30",
        "at once        |112233334444444444445544333333332222222211111111| 5 at 08:45",
        "                                    ^",
    )


@given(cases_of_spans, st.integers(10, 60))
@settings(max_examples=50)
def test_any_day_can_be_drawn(cases, width):
    rows = [Row(f"case {number}", "QK", tuple(spans)) for number, spans in enumerate(cases)]
    lines = draw(rows, width=width)
    assert bool(lines) == bool(rows)
    assert all(len(line.split("|")[1]) == width for line in lines if line.count("|") == 2)


@pytest.mark.parametrize("most", [3, 12])
def test_a_crowded_day_says_how_many_cases_it_leaves_out(most):
    rows = [Row(f"C-{number}", "QK", (Span(number, number + 60),)) for number in range(20)]
    assert f"... and {20 - most} more" in draw(rows, most=most)
