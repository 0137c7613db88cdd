"""The derivation file of `dlnproof doctor`: what must be proved, and planted falsehoods that must be refuted."""

from sympy import MatrixSymbol, Trace, symbols

from dlnproof.claims.paper import Paper

paper = Paper("doctor", title="Self-test", authors=["dlnproof"], year=2026)

n, m = symbols("n m", integer=True, positive=True)
A, B = MatrixSymbol("A", n, m), MatrixSymbol("B", n, m)
square = Trace((A - B).T * (A - B))
sides = Trace(A.T * A) + Trace(B.T * B)

paper.identity("true", square, sides - 2 * Trace(A.T * B), "a true identity is proved")
paper.identity("false", square, sides - Trace(A.T * B), "a planted falsehood is refuted", expect="refuted")
paper.identity("transposed", A * B.T, B * A.T, "a missing transpose is refuted", expect="refuted")
