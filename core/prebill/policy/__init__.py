"""What a practice decides: which rules run, how they are set for each payer, and what is held."""

from prebill.policy.config import Policy, RuleSettings, load_policy, policy_from
from prebill.policy.hold import disposition
from prebill.policy.schema import config_schema
from prebill.policy.selection import RuleSet

__all__ = [
    "Policy",
    "RuleSet",
    "RuleSettings",
    "config_schema",
    "disposition",
    "load_policy",
    "policy_from",
]
