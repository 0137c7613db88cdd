"""All benchmarks in one run: `python benchmarks` from a checkout whose Python has dlnproof installed."""

from __future__ import annotations

import classification
import command_line
import counts
import formulas
import gradients
import hessians

for benchmark in (gradients, hessians, formulas, classification, counts, command_line):
    benchmark.run()
