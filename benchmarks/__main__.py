"""All benchmarks in one run: `python benchmarks` from a checkout whose Python has dlnproof installed."""

from __future__ import annotations

import command_line
import formulas
import gradients
import hessians
import landscape_examples
import landscape_krawczyk
import landscape_minima

for benchmark in (
    gradients,
    hessians,
    formulas,
    command_line,
    landscape_minima,
    landscape_krawczyk,
    landscape_examples,
):
    benchmark.run()
