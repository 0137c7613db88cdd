"""All benchmarks in one run: `python benchmarks` from a checkout whose Python has dlnproof installed."""

from __future__ import annotations

import classification
import command_line
import counts
import depths
import descent
import formulas
import gradients
import hessians
import landscape_examples
import landscape_krawczyk
import landscape_minima
import real_data
import theorems

for benchmark in (
    gradients,
    hessians,
    depths,
    formulas,
    classification,
    landscape_minima,
    landscape_krawczyk,
    landscape_examples,
    descent,
    theorems,
    counts,
    real_data,
    command_line,
):
    benchmark.run()
