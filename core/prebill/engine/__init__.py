"""Runs rules over encounters: an index, a first pass over each claim, a second over lines that share a key."""

from prebill.engine.checker import Checker
from prebill.report import ClaimVerdict, Report, Summary

__all__ = ["Checker", "ClaimVerdict", "Report", "Summary"]
