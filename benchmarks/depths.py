"""The full second differential of the square loss of a net in all its weights, by depth: seconds and the fitted exponent.

The formula has about 2 H^2 terms with up to 2 H factors each, so nothing can grow slower than depth cubed. Measured: the
canonical form alone (reading and differentiating diagrams twice), and `hessian_form`, which also writes the formula and compares
it with the canonical form.
"""

from __future__ import annotations

from functools import partial
from math import log

import dlnproof as dp
from clock import least_seconds
from dlnproof.algebra import calculus
from dlnproof.language.from_sympy import Reader
from nets import Net, make_net

DEPTHS = {4: 5, 8: 5, 16: 4, 32: 2}  # depth: repetitions


def canonical_form(net: Net) -> None:
    """Differentiate the diagrams of the loss twice in all weights."""
    reader = Reader()
    letters = {reader.letter(w): reader.letter(d) for w, d in zip(net.weights, net.directions, strict=True)}
    assert calculus.differential(calculus.differential(reader.read(net.loss), letters), letters)


def formula(net: Net) -> None:
    """Write the second differential as a formula and confirm it."""
    assert dp.hessian_form(net.loss, dict(zip(net.weights, net.directions, strict=True)))


def run() -> None:
    """Print the times and the exponents."""
    print(f"the full second differential of a net of depth {', '.join(map(str, DEPTHS))}")
    for name, work in (("canonical form", canonical_form), ("formula, confirmed", formula)):
        times = {depth: least_seconds(partial(make_net, depth), work, count) for depth, count in DEPTHS.items()}
        shown = "  ".join(f"{seconds * 1e3:.0f} ms" for seconds in times.values())
        print(f"  {name:<20} {shown}   grows as depth to the power {_exponent(times):.1f}", flush=True)


def _exponent(times: dict[int, float]) -> float:
    """Return the slope of the least squares line through the points (log depth, log seconds)."""
    points = [(log(depth), log(seconds)) for depth, seconds in times.items()]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


if __name__ == "__main__":
    run()
