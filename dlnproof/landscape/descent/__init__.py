"""Gradient descent and gradient flow that never confuse rounding with mathematics: exact rationals, or balls around them."""
