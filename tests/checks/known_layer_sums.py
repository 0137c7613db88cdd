"""Known identities about sums over layers, each with what it is called and twins that are broken on purpose."""

from __future__ import annotations

import sympy
from sympy import Identity, MatrixSymbol, Rational, Trace, symbols

import dlnproof as dp

H, i, j, k = symbols("H i j k", integer=True, positive=True)
W = dp.Chain("W", H)
V, D = dp.Chain("V", H, widths=W), dp.Chain("D", H, widths=W)
d = symbols("d", integer=True, positive=True)
U = dp.Chain("U", H, widths=d)
X = MatrixSymbol("X", d, d)
R = MatrixSymbol("R", W.width(0), W.width(0))
Phi = MatrixSymbol("Phi", W.width(H), W.width(0))
gamma = dp.layer_scalar("gamma", positive=True)
S = dp.layer_sum
one = Identity(W.width(0))


def square(matrix):
    return Trace(matrix.T * matrix)


def share(k, outer=W, inner=W, middle=D):
    return outer.product(H, k + 1) * middle[k] * inner.product(k - 1, 1)


def pair(m, k):
    return Trace(share(m).T * share(k))


E = W.product(H, 1) - Phi
step = V.product(H, i + 1) * (V[i] - W[i]) * W.product(i - 1, 1)
bent = E.T * W.product(H, j + 1) * D[j] * W.product(j - 1, i + 1) * D[i] * W.product(i - 1, 1)
norms = S(square(W[i]), (i, 1, H))
variation = S(share(i), (i, 1, H))
# name, left side, right side, broken right sides
KNOWN = [
    ("the name of the index", variation, S(share(j), (j, 1, H)), [S(share(j), (j, 1, H - 1)), S(share(j), (j, 2, H))]),
    ("a shifted index", variation, S(share(j + 1), (j, 0, H - 1)), [S(share(j + 1), (j, 1, H - 1)), 2 * variation]),
    ("a reversed index", S(gamma[i] * square(W[i]), (i, 1, H)), S(gamma[H + 1 - i] * square(W[H + 1 - i]), (i, 1, H)),
     [S(gamma[i] * square(W[H + 1 - i]), (i, 1, H)), S(gamma[H - i] * square(W[H + 1 - i]), (i, 1, H))]),
    ("the first term apart", norms, square(W[1]) + S(square(W[i]), (i, 2, H)),
     [square(W[1]) + S(square(W[i]), (i, 1, H)), S(square(W[i]), (i, 2, H)), square(W[1]) + S(square(W[i]), (i, 3, H))]),
    ("the last term apart", variation, share(H) + S(share(i), (i, 1, H - 1)),
     [share(1) + S(share(i), (i, 1, H - 1)), share(H) + S(share(i), (i, 1, H - 2))]),
    ("telescoping", V.product(H, 1) - W.product(H, 1), S(step, (i, 1, H)),
     [S(step, (i, 1, H - 1)), S(step, (i, 2, H)), -S(step, (i, 1, H)),
      S(W.product(H, i + 1) * (V[i] - W[i]) * W.product(i - 1, 1), (i, 1, H))]),
    ("the square of a sum", norms**2,
     S(square(W[i]) ** 2, (i, 1, H)) + 2 * S(square(W[i]) * square(W[j]), (i, 1, H), (j, i + 1, H)),
     [S(square(W[i]) ** 2, (i, 1, H)) + S(square(W[i]) * square(W[j]), (i, 1, H), (j, i + 1, H)),
      S(square(W[i]) ** 2, (i, 1, H)) + 2 * S(square(W[i]) * square(W[j]), (i, 1, H), (j, i, H)),
      2 * S(square(W[i]) * square(W[j]), (i, 1, H), (j, i + 1, H))]),
    ("all pairs from ordered pairs", S(pair(i, j), (i, 1, H), (j, 1, H)),
     S(square(share(i)), (i, 1, H)) + 2 * S(pair(i, j), (i, 1, H), (j, i + 1, H)),
     [S(square(share(i)), (i, 1, H)) + 2 * S(pair(i, j), (i, 1, H), (j, i + 2, H))]),
    ("the order of summation", S(square(W[i]) * gamma[j], (i, 1, H), (j, i + 1, H)),
     S(square(W[i]) * gamma[j], (j, 1, H), (i, 1, j - 1)),
     [S(square(W[i]) * gamma[j], (j, 1, H), (i, 1, j)), S(square(W[j]) * gamma[i], (j, 1, H), (i, 1, j - 1))]),
    ("a summand without its index", S(Trace(Phi.T * W.product(H, i + 1) * W[i] * W.product(i - 1, 1)), (i, 1, H)),
     H * Trace(Phi.T * W.product(H, 1)),
     [(H - 1) * Trace(Phi.T * W.product(H, 1)), Trace(Phi.T * W.product(H, 1)), H * Trace(W.product(H, 1).T * W.product(H, 1))]),
    ("powers of the index", S(i**2, (i, 1, H)), H * (H + 1) * (2 * H + 1) / 6, [H**3 / 3, S(i, (i, 1, H)) ** 2]),
    ("the mean over layers", S(square(W[i]) / H, (i, 1, H)) * H, norms, [norms / H, H * norms]),
    ("pairs of pairs", S(gamma[i] * gamma[j], (i, 1, H), (j, 1, H)), S(gamma[i], (i, 1, H)) ** 2,
     [S(gamma[i] ** 2, (i, 1, H)), 2 * S(gamma[i] * gamma[j], (i, 1, H), (j, i + 1, H))]),
    ("a reciprocal", S(gamma[i] / gamma[j], (i, 1, H), (j, 1, H)),
     H + S(gamma[i] / gamma[j] + gamma[j] / gamma[i], (i, 1, H), (j, i + 1, H)),
     [S(gamma[i] / gamma[j] + gamma[j] / gamma[i], (i, 1, H), (j, i + 1, H)),
      H + 2 * S(gamma[i] / gamma[j], (i, 1, H), (j, i + 1, H))]),
    ("layers that meet", S(U[i] * U[j], (i, 1, H), (j, 1, H)),
     S(U[i] * U[j] + U[j] * U[i], (i, 1, H), (j, i + 1, H)) + S(U[i] ** 2, (i, 1, H)),
     [2 * S(U[i] * U[j], (i, 1, H), (j, i + 1, H)) + S(U[i] ** 2, (i, 1, H)), S(U[i], (i, 1, H)) * S(U[j], (j, 2, H))]),
    ("a trace turned", S(Trace(U[i] * X), (i, 1, H)), S(Trace(X * U[i]), (i, 1, H)),
     [S(Trace(X * U[i].T), (i, 1, H)), S(Trace(X * U[i]), (i, 1, H)) + Trace(X)]),
    ("powers that meet", S(R**i * R ** (H - i), (i, 1, H)), H * R**H, [H * R ** (H + 1), R**H, H * R ** (H - 1)]),
    ("a geometric sum", S(R ** (i - 1), (i, 1, H)) * (R - one), R**H - one, [R ** (H + 1) - one, R**H, R ** (H - 1) - one]),
    ("the first variation", dp.differential(square(E) / 2, {W: D}), S(Trace(E.T * share(i)), (i, 1, H)),
     [S(Trace(E.T * share(i)), (i, 1, H - 1)), 2 * S(Trace(E.T * share(i)), (i, 1, H))]),
    ("the second variation", dp.hessian_form(square(E) / 2, {W: D}),
     square(variation) + 2 * S(Trace(bent), (i, 1, H), (j, i + 1, H)),
     [square(variation), square(variation) + S(Trace(bent), (i, 1, H), (j, i + 1, H)),
      S(square(share(i)), (i, 1, H)) + 2 * S(Trace(bent), (i, 1, H), (j, i + 1, H))]),
    ("the product rule", dp.differential(W.product(H, 1), {W: D}), variation,
     [S(W.product(H, i + 1) * D[i] * D.product(i - 1, 1), (i, 1, H)), variation - share(1)]),
    ("decay", dp.differential(S(gamma[i] * square(W[i]), (i, 1, H)), {W: D}), 2 * S(gamma[i] * Trace(W[i].T * D[i]), (i, 1, H)),
     [S(gamma[i] * Trace(W[i].T * D[i]), (i, 1, H)), 2 * S(gamma[i] * square(D[i]), (i, 1, H))]),
    ("a decay gradient", dp.gradient(square(E) / 2 + S(gamma[i] * square(W[i]), (i, 1, H)), W[k]),
     W.product(H, k + 1).T * E * W.product(k - 1, 1).T + 2 * gamma[k] * W[k],
     [W.product(H, k + 1).T * E * W.product(k - 1, 1).T + gamma[k] * W[k],
      W.product(H, k + 1).T * Phi * W.product(k - 1, 1).T + 2 * gamma[k] * W[k]]),
    ("half a sum", norms * Rational(1, 2), S(square(W[i]) / 2, (i, 1, H)), [norms, S(square(W[i]), (i, 1, H)) / 3]),
]  # fmt: skip
TRUE = [(name, left, right) for name, left, right, _ in KNOWN]
BROKEN = [
    (f"{name} {number}", left, wrong) for name, left, _, wrongs in KNOWN for number, wrong in enumerate(wrongs, 1)
]
ONLY_AT_DEPTH_1 = sympy.Eq(S(gamma[i] * gamma[j], (i, 1, H), (j, i + 1, H)), 0, evaluate=False)
