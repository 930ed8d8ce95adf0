"""What a practice decides: which rules run, how they are set for each payer, and what is held."""

from prebill.policy.config import Policy, RuleSettings, load_policy, policy_from
from prebill.policy.hold import Candidate, Decision, HoldPolicy, beyond_capacity, decide
from prebill.policy.schema import config_schema
from prebill.policy.selection import RuleSet
from prebill.policy.waivers import Waiver, expired, read_baseline, write_baseline

__all__ = [
    "Candidate",
    "Decision",
    "HoldPolicy",
    "Policy",
    "RuleSet",
    "RuleSettings",
    "Waiver",
    "beyond_capacity",
    "config_schema",
    "decide",
    "expired",
    "load_policy",
    "policy_from",
    "read_baseline",
    "write_baseline",
]
