import itertools
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from prebill_anesthesia.spans import Span, clock, merged, minute_of, shared, span_of, total, without

spans = st.lists(st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(0, 20)))


def minutes(group):
    return {minute for span in group for minute in range(span.start, span.stop)}


@given(spans)
def test_merged_spans_hold_the_same_minutes(group):
    found = merged(group)
    assert minutes(found) == minutes(group)
    assert total(group) == len(minutes(group))
    assert all(one.stop < other.start for one, other in itertools.pairwise(found))


@given(spans, spans)
def test_without_and_shared_are_difference_and_intersection(one, other):
    assert minutes(without(one, other)) == minutes(one) - minutes(other)
    assert shared(one, other) == len(minutes(one) & minutes(other))


def test_seconds_are_dropped():
    assert span_of(datetime(2026, 3, 10, 7, 30, 59), datetime(2026, 3, 10, 7, 31, 1)).minutes == 1


def test_the_night_of_daylight_saving_has_true_minutes():
    winter, summer = timezone(timedelta(hours=-6)), timezone(timedelta(hours=-5))
    start = datetime(2026, 3, 8, 1, 30, tzinfo=winter)
    stop = datetime(2026, 3, 8, 3, 30, tzinfo=summer)
    assert span_of(start, stop).minutes == 60


def test_the_clock_on_the_wall():
    assert clock(minute_of(datetime(2026, 3, 10, 7, 5))) == "07:05"
    zone = timezone(timedelta(hours=-5))
    assert clock(minute_of(datetime(2026, 3, 10, 7, 5, tzinfo=zone)), -300) == "07:05"
