"""The description of a rule as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from prebill.cli.describe import Description, SettingText
from prebill.cli.plain import example_text, short_example, value_text

_EXAMPLES = ("Fails", "Passes")


def as_text(rule: Description, width: int, *, every: bool = False, cases: int | None = None) -> Iterator[str]:
    """Yield the lines of a description for a terminal.

    Args:
        rule: What there is to say.
        width: The columns to write.
        every: Whether examples are written in full.
        cases: How many worked cases the rule has, where that is known.
    """
    yield f"{rule.code} {rule.name}{' (preview)' if rule.preview else ''}"
    yield from wrap(rule.summary, width)
    yield ""
    for label, value in facts(rule):
        yield from wrap(value, width, initial_indent=f"  {label:<12}", subsequent_indent=" " * 14)
    for paragraph in rule.explanation.split("\n\n"):
        yield ""
        yield from wrap(paragraph, width)
    short = {
        title: ["\n".join(short_example(each, width - 4)) for each in examples]
        for title, examples in zip(_EXAMPLES, (rule.fails, rule.passes), strict=True)
    }
    for title, entries in lists(rule):
        yield f"\n{title}"
        for entry in entries if every else short.get(title, entries):
            texts = entry.splitlines() if title in _EXAMPLES else wrap(entry, width - 4)
            yield from (f"  {'  ' if number else '- '}{text}" for number, text in enumerate(texts))
    if cases is not None:
        yield f"\n{cases} worked cases; run them with: prebill test {rule.code}"


def as_markdown(rule: Description) -> Iterator[str]:
    """Yield the lines of a description for the rule reference."""
    yield f"## {rule.code} {rule.name}{' (preview)' if rule.preview else ''}"
    yield f"\n{rule.summary}\n"
    for label, value in facts(rule):
        yield f"- **{label}**: {value}"
    yield f"\n{rule.explanation}"
    for title, entries in lists(rule):
        yield f"\n### {title}\n"
        for entry in entries:
            yield f"```yaml\n{entry}\n```" if title in _EXAMPLES else f"- {entry}"


def facts(rule: Description) -> Iterator[tuple[str, str]]:
    """Yield the label and the text of each fact that the rule states."""
    every = {
        "severity": rule.severity,
        "owner": rule.owner.replace("_", " "),
        "prevents": ", ".join(rule.prevents),
        "pack": rule.pack,
        "judges": "; ".join(_judged(rule)),
        "looks back": "" if not rule.windows else f"{max(rule.windows)} days",
        "applies to": "; ".join(f"{name} {value}" for name, value in rule.triggers.items()),
        "needs": ", ".join(rule.needs),
        "silences": ", ".join(rule.supersedes),
        "configured": "; ".join(f"{where} {value_text(value)}" for where, value in rule.configured.items()),
    }
    return ((label, value) for label, value in every.items() if value)


def _judged(rule: Description) -> Iterator[str]:
    if rule.scope != "cohort":
        yield f"each {rule.scope}"
    for key in rule.keys:
        yield f"lines that share {', '.join(name.replace('_', ' ') for name in key)}"


def lists(rule: Description) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the title and the entries of each list that the rule has."""
    every = {
        "Settings": tuple(_setting_text(setting) for setting in rule.settings),
        "Sources": rule.sources,
        "Fails": tuple(map(example_text, rule.fails)),
        "Passes": tuple(map(example_text, rule.passes)),
    }
    return ((title, entries) for title, entries in every.items() if entries)


def _setting_text(setting: SettingText) -> str:
    configured = "".join(f"; {where} {value_text(value)}" for where, value in setting.configured.items())
    return f"{setting.name} ({setting.type}): default {value_text(setting.default)}{configured}"
