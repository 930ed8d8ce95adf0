"""Row types of the reference tables that the general rules look things up in, one module a table."""

from prebill.general.tables.auth_requirement import AuthRequirement

__all__ = ["AuthRequirement"]
