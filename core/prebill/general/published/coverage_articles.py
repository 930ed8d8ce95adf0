"""The billing and coding articles of Medicare's contractors, from the files of the Medicare Coverage Database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from prebill.errors import TableError
from prebill.general.published.editions import is_excerpt
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import code, in_order, iso_day, whole, wrong
from prebill.general.tables.coverage_policy import CoveragePolicy
from prebill.published import Heading, Importer, PublishedFile, Rejected

_VERSION = ("article_id", "article_version")
_CONTRACTOR = ("contractor_id", "contractor_type_id", "contractor_version")
_ARTICLE = "article.csv"
_PROCEDURES = "article_x_hcpc_code.csv"
_COVERED = "article_x_icd10_covered.csv"
_NONCOVERED = "article_x_icd10_noncovered.csv"
_CONTRACTORS = "article_x_contractor.csv"
_JURISDICTIONS = "contractor_jurisdiction.csv"
_STATES = "state_lookup.csv"
_PERIOD = "update_period.csv"
_SHEETS: Mapping[str, Sheet] = {
    _ARTICLE: Sheet((*_VERSION, "display_id", "article_eff_date", "article_end_date", "date_retired")),
    _PROCEDURES: Sheet((*_VERSION, "hcpc_code_id", "hcpc_code_group")),
    _COVERED: Sheet((*_VERSION, "icd10_code_id", "icd10_covered_group")),
    _NONCOVERED: Sheet((*_VERSION, "icd10_code_id", "icd10_noncovered_group")),
    _CONTRACTORS: Sheet((*_VERSION, *_CONTRACTOR)),
    _JURISDICTIONS: Sheet((*_CONTRACTOR, "state_id", "active_date", "term_date")),
    _STATES: Sheet(("state_id", "state_abbrev")),
    _PERIOD: Sheet(("start_date", "end_date")),
}
_PAYER = "medicare_ffs"
_DIAGNOSIS = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")
_ABBREVIATION = re.compile(r"[A-Z]{2}")
# Parts of a state that have a contractor of their own.
_PARTS_OF_STATES = {"DN": "NY", "QN": "NY", "UN": "NY", "EM": "MO", "WM": "MO", "NF": "CA", "SF": "CA"}

_Version = tuple[int, int]


@attrs.define
class _Article:
    """One version of an article, as it is put together from the files."""

    policy: str
    first: date | None
    last: date | None
    procedures: dict[str, None] = attrs.field(factory=dict)
    covered: dict[str, list[str]] = attrs.field(factory=lambda: defaultdict(list))
    noncovered: list[str] = attrs.field(factory=list)
    states: set[str] = attrs.field(factory=set)


def _recognises(file: PublishedFile) -> bool:
    return _kind_of(file) is not None


def _kind_of(file: PublishedFile) -> str | None:
    return next((kind for kind, sheet in _SHEETS.items() if sheet.recognises(file)), None)


def _by_kind(files: Sequence[PublishedFile]) -> Mapping[str, PublishedFile]:
    """Return the files by what they hold; raises `TableError` where one is missing, or given twice."""
    found: dict[str | None, list[PublishedFile]] = defaultdict(list)
    for file in files:
        found[_kind_of(file)].append(file)
    strange = [file.name for file in found.pop(None, [])]
    if strange:
        message = f"{', '.join(strange)}: none of {', '.join(_SHEETS)}"
        raise TableError(message)
    for kind in _SHEETS:
        if len(found[kind]) != 1:
            message = f"give {kind} of the export of current articles, once"
            raise TableError(message)
    return {kind: found[kind][0] for kind in _SHEETS}


def _heading(files: Sequence[PublishedFile]) -> Heading:
    period = _by_kind(files)[_PERIOD]
    days: list[date] = []
    for each in _SHEETS[_PERIOD].rows(period, lambda _, end: iso_day(end, "end_date")):
        if isinstance(each, Rejected):
            raise TableError(str(each))
        days.append(each)
    if not days:
        message = f"{period.name}: it does not tell the week of the export"
        raise TableError(message)
    return Heading(
        edition=f"MCD {max(days)}" + (" excerpt" if is_excerpt(files) else ""),
        source="CMS Medicare Coverage Database, current articles",
        # A procedure without an article may have a policy of another payer.
        complete=False,
        effective_to=None,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[CoveragePolicy | Rejected]:
    of_kind = _by_kind(files)
    articles: dict[_Version, _Article] = {}
    states: dict[str, str] = {}
    jurisdictions: dict[tuple[str, ...], set[str]] = defaultdict(set)

    def read(kind: str, take: Callable[..., None]) -> Iterator[Rejected]:
        for each in _SHEETS[kind].rows(of_kind[kind], take):
            if isinstance(each, Rejected):
                yield each

    def take_article(number: str, version: str, name: str, first: str, last: str, retired: str) -> None:
        key = _version(number, version)
        ends = [
            iso_day(each, column) for each, column in ((last, "article_end_date"), (retired, "date_retired")) if each
        ]
        begins = iso_day(first, "article_eff_date") if first else None
        in_order(begins, min(ends, default=None), "article_end_date")
        if key in articles:
            message = f"article_version: {version!r} of article {number} stands here twice"
            raise ValueError(message)
        articles[key] = _Article(name or f"A{number}", begins, min(ends, default=None))

    def take_state(number: str, abbreviation: str) -> None:
        if _ABBREVIATION.fullmatch(abbreviation):
            states[number] = _PARTS_OF_STATES.get(abbreviation, abbreviation)

    def take_jurisdiction(*cells: str) -> None:
        *contractor, state, _, ended = cells
        if not ended and state in states:
            jurisdictions[tuple(contractor)].add(states[state])

    def take(add: Callable[..., Any]) -> Callable[..., None]:
        def with_article(number: str, version: str, *cells: str) -> None:
            article = articles.get(_version(number, version))
            if article is not None:
                add(article, *cells)

        return with_article

    yield from read(_STATES, take_state)
    yield from read(_JURISDICTIONS, take_jurisdiction)
    yield from read(_ARTICLE, take_article)
    newest = dict(sorted(articles))
    articles = {key: article for key, article in articles.items() if newest[key[0]] == key[1]}
    yield from read(
        _PROCEDURES, take(lambda article, each, _: article.procedures.setdefault(code(each, "hcpc_code_id")))
    )
    yield from read(_COVERED, take(lambda article, each, group: article.covered[group].append(_diagnosis(each))))
    yield from read(_NONCOVERED, take(lambda article, each, _: article.noncovered.append(_diagnosis(each))))
    yield from read(_CONTRACTORS, take(lambda article, *contractor: article.states.update(jurisdictions[contractor])))
    for (_, number), article in sorted(articles.items()):
        yield from _policies(article, str(number))


def _policies(article: _Article, version: str) -> Iterator[CoveragePolicy]:
    if not article.states:
        return
    noncovered = " ".join(dict.fromkeys(article.noncovered))
    groups = article.covered or ({"1": []} if noncovered else {})
    for procedure in article.procedures:
        for group, covered in groups.items():
            yield CoveragePolicy(
                payer_id=_PAYER,
                procedure=procedure,
                policy=article.policy,
                version=version,
                group=group,
                covered=" ".join(dict.fromkeys(covered)),
                noncovered=noncovered,
                states=" ".join(sorted(article.states)),
                effective_from=article.first,
                effective_to=article.last,
            )


def _version(number: str, version: str) -> _Version:
    return whole(number, "article_id"), whole(version, "article_version")


def _diagnosis(text: str) -> str:
    if not _DIAGNOSIS.fullmatch(text):
        raise wrong(text, "icd10_code_id", "a code of ICD-10-CM")
    return text.replace(".", "")


ARTICLES = Importer(
    name="coverage-articles",
    publisher=f"CMS, Medicare Coverage Database, current articles as CSV, every week: {', '.join(_SHEETS)}",
    row_type=CoveragePolicy,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
    unique=("payer_id", "procedure", "policy", "group"),
)
