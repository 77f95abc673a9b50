"""What is not wrong in a course but could be better: each finding says where, why, and how to mend it.

`content.check` refuses what cannot be served; this only advises. Every rule is a pure function with a name.
"""

from __future__ import annotations

from content.linting.findings import RULES, LintFinding, Rule
from content.linting.linter import Limits, lint

__all__ = ["RULES", "Limits", "LintFinding", "Rule", "lint"]
