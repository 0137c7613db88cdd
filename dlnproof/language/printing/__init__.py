"""Diagram polynomials and SymPy expressions as a person writes them: SymPy, plain text, LaTeX and NumPy code."""
