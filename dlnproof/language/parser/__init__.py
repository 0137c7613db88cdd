"""Formulas as people type them, plain text or LaTeX, into SymPy expressions: a grammar, inferred sizes, and no `eval`."""
