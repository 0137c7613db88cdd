"""All benchmarks in one run: `python benchmarks` from a checkout whose Python has dlnproof installed."""

from __future__ import annotations

import command_line
import depths
import formulas
import gradients
import hessians

for benchmark in (gradients, hessians, depths, formulas, command_line):
    benchmark.run()
