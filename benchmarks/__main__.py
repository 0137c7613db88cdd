"""All benchmarks in one run: `python benchmarks` from a checkout whose Python has dlnproof installed."""

from __future__ import annotations

import command_line
import formulas
import gradients
import hessians
import theorems

for benchmark in (gradients, hessians, formulas, theorems, command_line):
    benchmark.run()
