"""For authors of packs: worked cases as tests, and the contract that every pack keeps."""

from prebill.testing.cases import Case, CaseResult, cases_of, cases_of_rule, run_case, run_cases
from prebill.testing.contract import breaches
from prebill.testing.shorthand import line_from

__all__ = ["Case", "CaseResult", "breaches", "cases_of", "cases_of_rule", "line_from", "run_case", "run_cases"]
