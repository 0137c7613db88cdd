"""The command line with the stand-in engine of tests/running/planted.py: a claim's label says what its check does."""

from __future__ import annotations

import sys
import types
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "running"))

from planted import by_label

from dlnproof.cli.main import run

plan = types.ModuleType("dlnproof.checks.plan")
plan.run_checks = by_label
sys.modules["dlnproof.checks.plan"] = plan

run()
