"""Identities about entrywise products, diagonals, vectors of ones, Kronecker products and noise, each with false twins.

Sources: Horn and Johnson, Topics in Matrix Analysis (1991), chapter 5; Magnus and Neudecker, Matrix Differential Calculus
(3rd ed.), chapters 2 and 3; Styan, Linear Algebra and its Applications 6 (1973), 217-240. The expectations are over vectors of
independent entries with mean 1 and variance sigma^2.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A true equation `left = right`, right sides that are false, what it assumes, the shapes of its letters."""

    left: str
    right: str
    false: tuple[str, ...]
    assuming: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()


ENTRYWISE = [
    Entry("A .* B", "B .* A", ("A .* B'", "2*(B .* A)", "A*B", "A .* A")),
    Entry("(A + B) .* C", "A .* C + B .* C", ("A .* C + B", "A .* C - B .* C", "A + B .* C")),
    Entry("(A .* B)'", "A' .* B'", ("A' .* B", "B .* A", "(A*B)'"), shapes=("A=n,n", "B=n,n")),
    Entry("(A .* B) .* C", "A .* (B .* C)", ("A .* B + C", "A .* B .* C .* C")),
    Entry("(g*A) .* (h*B)", "g*h*(A .* B)", ("g*(A .* B)", "(g + h)*(A .* B)", "g^2*h*(A .* B)")),
    Entry("A .* ones(p, q)", "A", ("ones(p, q)", "A .* A", "q*A"), shapes=("A=p,q",)),
    Entry("I .* A", "diag(diagonal(A))", ("diagonal(A)*ones(n)'", "A", "2*diag(diagonal(A))"), shapes=("A=n,n",)),
    Entry("I .* I", "I_n", ("2*I_n", "ones(n, n)")),
    Entry(
        "(u*v') .* (x*y')",
        "(u .* x)*(v .* y)'",
        ("(u .* y)*(v .* x)'", "(u .* x)*(v .* x)'", "u*v'*x*y'"),
        shapes=("u=n", "v=n", "x=n", "y=n"),
    ),
    Entry(
        "A .* (u*v')",
        "diag(u)*A*diag(v)",
        ("diag(v)*A*diag(u)", "diag(u)*A", "A*diag(u)*diag(v)"),
        shapes=("A=n,n", "u=n", "v=n"),
    ),
    Entry("A .* (u*ones(q)')", "diag(u)*A", ("diag(u)*A*2",), shapes=("A=p,q", "u=p")),
    Entry("A .* (ones(p)*v')", "A*diag(v)", ("A*diag(v)*diag(v)",), shapes=("A=p,q", "v=q")),
    Entry(
        "diag(u)*(A .* B)",
        "(diag(u)*A) .* B",
        ("(diag(u)*A) .* (diag(u)*B)", "(A*diag(u)) .* B"),
        shapes=("A=n,n", "B=n,n", "u=n"),
    ),
    Entry(
        "diag(u)*(A .* B)*diag(v)",
        "A .* (diag(u)*B*diag(v))",
        ("A .* (diag(v)*B*diag(u))", "(diag(u)*A*diag(v)) .* (diag(u)*B*diag(v))"),
        shapes=("A=n,n", "B=n,n", "u=n", "v=n"),
    ),
    Entry(
        "(diag(u)*A) .* (B*diag(v))",
        "diag(u)*(A .* B)*diag(v)",
        ("(A*diag(u)) .* (diag(v)*B)", "diag(v)*(A .* B)*diag(u)"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry(
        "x'*(A .* B)*y",
        "tr(diag(x)*A*diag(y)*B')",
        (
            "tr(diag(x)*A*diag(y)*B)",
            "tr(diag(y)*A*diag(x)*B')",
            "tr(diag(x)*A)*tr(diag(y)*B')",
            "2*tr(diag(x)*A*diag(y)*B')",
        ),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry("x'*(A .* B)*x", "tr(diag(x)*A*diag(x)*B')", ("tr(diag(x)*A*B')", "x'*A*B*x"), shapes=("A=n,n", "B=n,n")),
    Entry("ones(p)'*(A .* B)*ones(q)", "tr(A'*B)", ("p*tr(A'*B)",), shapes=("A=p,q", "B=p,q")),
    Entry("ones(p)'*(A .* A)*ones(q)", "|A|^2", ("|A|^4", "p*|A|^2", "q*|A|^2", "2*|A|^2"), shapes=("A=p,q",)),
    Entry(
        "tr((A .* B)*C')",
        "tr((A .* C)*B')",
        ("tr((A .* C')*B)", "tr((A' .* C)*B')", "tr(A*B*C)"),
        shapes=("A=n,n", "B=n,n", "C=n,n"),
    ),
    Entry(
        "tr(A'*(B .* C))", "tr(C'*(A .* B))", ("tr(C*(A .* B))", "tr(C'*(A' .* B))"), shapes=("A=n,n", "B=n,n", "C=n,n")
    ),
    Entry(
        "diagonal(A*B')",
        "(A .* B)*ones(q)",
        ("(A .* B')*ones(q)", "2*(A .* B)*ones(q)", "(A .* A)*ones(q)"),
        shapes=("A=q,q", "B=q,q"),
    ),
    Entry("diagonal(A*B)", "(A .* B')*ones(n)", ("(A .* B)*ones(n)", "(A' .* B)*ones(n)"), shapes=("A=n,n", "B=n,n")),
    Entry("diagonal(A'*B)", "(A .* B)'*ones(p)", ("(A .* B)*ones(p)", "A'*B*ones(p)"), shapes=("A=p,p", "B=p,p")),
    Entry(
        "diagonal(A*diag(v)*B')",
        "(A .* B)*v",
        ("(A .* B)*ones(n)", "(A .* B')*v", "diag(v)*(A .* B)*ones(n)"),
        shapes=("A=n,n", "B=n,n", "v=n"),
    ),
    Entry("diagonal(A*diag(v)*A')", "(A .* A)*v", ("(A .* A)'*v", "(A*A)*v"), shapes=("A=n,n",)),
    Entry("tr(A*diag(v)*A')", "ones(n)'*(A .* A)*v", ("ones(n)'*A*v", "v'*(A .* A)*ones(n)"), shapes=("A=n,n", "v=n")),
    Entry(
        "|A .* B|^2",
        "ones(p)'*(A .* A .* B .* B)*ones(q)",
        ("ones(p)'*(A .* B)*ones(q)", "|A|^2*|B|^2"),
        shapes=("A=p,q", "B=p,q"),
    ),
    Entry(
        "|A .* B|^2",
        "tr((A .* A)'*(B .* B))",
        ("tr((A .* A)*(B .* B))", "tr((A*A)'*(B*B))", "2*tr((A .* A)'*(B .* B))"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry(
        "(A .* B)*(C .* D)",
        "(A .* B)*(D .* C)",
        ("(A*C) .* (B*D)", "(C .* D)*(A .* B)", "(A .* C)*(B .* D)"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "D=n,n"),
    ),
    Entry(
        "(A - B).^2",
        "A.^2 - 2*(A .* B) + B.^2",
        ("A.^2 - A .* B + B.^2", "A.^2 - 2*A*B + B.^2", "A.^2 - B.^2"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry(
        "(A + B) .* (A - B)",
        "A .* A - B .* B",
        ("A*A - B*B", "A .* A + B .* B", "A .* A - 2*(A .* B) - B .* B"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry("A .* A .* A", "A.^3", ("A.^2", "A^3", "3*A"), shapes=("A=n,n",)),
    Entry("(x .* y)", "diag(x)*y", ("diag(x)*x", "x*y'*y", "2*diag(y)*x"), shapes=("x=n", "y=n")),
    Entry("x .* y", "diagonal(x*y')", ("diagonal(x*x')", "x*y'*ones(n)"), shapes=("x=n", "y=n")),
    Entry(
        "(x .* y)'*z", "x'*(y .* z)", ("x'*y*ones(n)'*z", "x'*(z .* z)", "x'*y + x'*z"), shapes=("x=n", "y=n", "z=n")
    ),
    Entry("|x .* y|^2", "(x .* x)'*(y .* y)", ("|x|^2*|y|^2", "(x'*y)^2", "x'*(y .* y)"), shapes=("x=n", "y=n")),
    Entry(
        "diag(x)*diag(y)", "diag(x .* y)", ("diag(x)*x*y'", "diag(x .* x)", "diag(x)+diag(y)"), shapes=("x=n", "y=n")
    ),
    Entry("diag(x)*diag(y)", "diag(y)*diag(x)", ("diag(x)^2", "-diag(y)*diag(x)"), shapes=("x=n", "y=n")),
    Entry("diag(x)'", "diag(x)", ("-diag(x)", "x*x'"), shapes=("x=n",)),
    Entry("diag(x)*ones(n)", "x", ("n*x", "ones(n)"), shapes=("x=n",)),
    Entry("diagonal(diag(x))", "x", ("2*x", "x .* x"), shapes=("x=n",)),
    Entry("tr(diag(x))", "ones(n)'*x", ("x'*x", "n*ones(n)'*x"), shapes=("x=n",)),
    Entry("tr(diag(x)*A)", "x'*diagonal(A)", ("x'*A*x", "x'*A*ones(n)", "2*x'*diagonal(A)"), shapes=("x=n", "A=n,n")),
    Entry("|diag(x)|^2", "x'*x", ("(ones(n)'*x)^2", "n*x'*x"), shapes=("x=n",)),
    Entry("diag(x)^2", "diag(x .* x)", ("diag(x)", "x*x'", "diag(x .* x .* x)"), shapes=("x=n",)),
    Entry("diag(x)^3*A", "diag(x .* x .* x)*A", ("diag(x .* x)*A", "A*diag(x .* x .* x)"), shapes=("x=n", "A=n,n")),
    Entry(
        "diagonal(A + B)",
        "diagonal(A) + diagonal(B)",
        ("diagonal(A) - diagonal(B)", "diagonal(A*B)"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry("diagonal(A')", "diagonal(A)", ("-diagonal(A)", "A*ones(n)"), shapes=("A=n,n",)),
    Entry("diagonal(A)'*ones(n)", "tr(A)", ("tr(A)^2", "n*tr(A)", "tr(A*A)"), shapes=("A=n,n",)),
    Entry("diagonal(A*B)'*ones(n)", "tr(B*A)", ("tr(B'*A)", "tr(A)*tr(B)"), shapes=("A=n,n", "B=n,n")),
    Entry("diag(diagonal(A))*x", "diagonal(A) .* x", ("A*x", "diagonal(A) .* x .* x"), shapes=("x=n", "A=n,n")),
    Entry("diagonal(diag(x)*A)", "x .* diagonal(A)", ("A*x", "x .* x .* diagonal(A)"), shapes=("x=n", "A=n,n")),
    Entry(
        "diagonal(diag(x)*A*diag(y))",
        "x .* y .* diagonal(A)",
        ("x .* diagonal(A)", "x .* y"),
        shapes=("x=n", "y=n", "A=n,n"),
    ),
    Entry(
        "diagonal(x*y'*A)",
        "x .* (A'*y)",
        ("x .* (A*y)", "y .* (A'*x)", "(x'*y)*diagonal(A)"),
        shapes=("x=n", "y=n", "A=n,n"),
    ),
    Entry("tr(diag(x)*A*diag(y)*B)", "x'*(A .* B')*y", ("x'*(A .* B)*y", "y'*(A .* B')*x"), shapes=("A=n,n", "B=n,n")),
    Entry("tr(diag(x)*A*diag(y)*A')", "x'*(A .* A)*y", ("x'*(A .* A')*y", "x'*A*A'*y"), shapes=("A=n,n",)),
    Entry("A*diag(x)*B", "A*diag(x)*B", ("B*diag(x)*A", "diag(x)*A*B"), shapes=("A=n,n", "B=n,n", "x=n")),
    Entry(
        "tr(A*diag(x)*B)",
        "x'*diagonal(B*A)",
        ("x'*diagonal(A*B)", "x'*diagonal(B'*A)"),
        shapes=("A=n,n", "B=n,n", "x=n"),
    ),
    Entry(
        "|diag(x)*A|^2", "(x .* x)'*(A .* A)*ones(q)", ("x'*(A .* A)*ones(q)", "|x|^2*|A|^2"), shapes=("A=p,q", "x=p")
    ),
    Entry("diag(A*x)", "I .* (A*x*ones(n)')", ("A*diag(x)", "diag(x)*A", "I .* (x*ones(n)')"), shapes=("A=n,n", "x=n")),
    Entry(
        "diag(A*x)*B",
        "(A*x*ones(n)') .* B",
        ("A*diag(x)*B", "(A*x*ones(n)')*B", "B*diag(A*x)"),
        shapes=("A=n,n", "B=n,n", "x=n"),
    ),
    Entry("ones(n)'*ones(n)", "n", ("n^2", "1", "2*n")),
    Entry("ones(n)*ones(n)'", "ones(n, n)", ("n*ones(n, n)", "I_n", "ones(n, n)/n")),
    Entry("ones(n, n)*ones(n, n)", "n*ones(n, n)", ("ones(n, n)", "n^2*ones(n, n)", "n*I_n")),
    Entry("ones(p, q)*ones(q, r)", "q*ones(p, r)", ("p*ones(p, r)", "r*ones(p, r)", "ones(p, r)")),
    Entry("tr(ones(n, n))", "n", ("n^2", "1")),
    Entry("ones(p)'*A*ones(q)", "tr(ones(q, p)*A)", ("tr(A'*A)", "p*tr(ones(q, p)*A)"), shapes=("A=p,q",)),
    Entry("|ones(p, q)|^2", "p*q", ("p + q", "p^2*q", "p")),
    Entry("(I_n - ones(n, n)/n)^2", "I_n - ones(n, n)/n", ("I_n - 2*ones(n, n)/n", "I_n + ones(n, n)/n", "I_n")),
    Entry("(I_n - ones(n, n)/n)*ones(n)", "0*ones(n)", ("ones(n)", "ones(n)/n")),
    Entry("tr(I_n - ones(n, n)/n)", "n - 1", ("n", "n - 2", "1")),
    Entry(
        "|X*(I_n - ones(n, n)/n)|^2",
        "|X|^2 - |X*ones(n)|^2/n",
        ("|X|^2 - |X*ones(n)|^2", "|X|^2 + |X*ones(n)|^2/n", "|X|^2 - |X*ones(n)|^2/n^2", "|X|^2 - 2*|X*ones(n)|^2/n"),
        shapes=("X=d,n",),
    ),
    Entry(
        "(X - X*ones(n, n)/n)*(X - X*ones(n, n)/n)'",
        "X*X' - X*ones(n, n)*X'/n",
        ("X*X' - 2*X*ones(n, n)*X'/n", "X*X' - X*ones(n, n)*X'", "X*X'"),
        shapes=("X=d,n",),
    ),
    Entry(
        "(a*I_n + b*ones(n, n))*(c*I_n + e*ones(n, n))",
        "a*c*I_n + (a*e + b*c + n*b*e)*ones(n, n)",
        (
            "a*c*I_n + (a*e + b*c + b*e)*ones(n, n)",
            "a*c*I_n + (a*e + b*c)*ones(n, n)",
            "a*c*I_n + (a*e + b*c + n*b*e)*I_n",
        ),
    ),
    Entry("tr((X .* ones(n, n))*Y)", "tr(X*Y)", ("tr(X*Y')", "tr(X)*tr(Y)"), shapes=("X=n,n", "Y=n,n")),
    Entry("(A*ones(q)) .* (A*ones(q))", "(A*ones(q)).^2", ("A.^2*ones(q)", "A*ones(q)"), shapes=("A=p,q",)),
    Entry(
        "ones(n)'*diag(A*ones(n))*ones(n)", "ones(n)'*A*ones(n)", ("tr(A)", "n*ones(n)'*A*ones(n)"), shapes=("A=n,n",)
    ),
    Entry(
        "diag(A*ones(n)) - A + (A - A)",
        "diag(A*ones(n)) - A",
        ("diag(A*ones(n)) + A", "diag(ones(n)) - A"),
        shapes=("A=n,n",),
    ),
    Entry("(diag(A*ones(n)) - A)*ones(n)", "0*ones(n)", ("ones(n)", "A*ones(n)"), shapes=("A=n,n",)),
    Entry(
        "x'*(diag(A*ones(n)) - A)*x",
        "(x .* x)'*A*ones(n) - x'*A*x",
        ("x'*A*ones(n) - x'*A*x", "(x .* x)'*A*ones(n) - 2*x'*A*x", "(x .* x)'*A*ones(n)"),
        shapes=("A=n,n",),
    ),
    Entry(
        "(u*ones(n)' + ones(m)*v') .* A",
        "diag(u)*A + A*diag(v)",
        ("diag(u)*A - A*diag(v)", "diag(u)*A*diag(v)"),
        shapes=("u=m", "v=n", "A=m,n"),
    ),
    Entry(
        "(x*ones(n)' - ones(n)*x') .* (x*ones(n)' - ones(n)*x')",
        "(x .* x)*ones(n)' + ones(n)*(x .* x)' - 2*x*x'",
        ("(x .* x)*ones(n)' + ones(n)*(x .* x)' - x*x'", "(x .* x)*ones(n)' - ones(n)*(x .* x)'"),
        shapes=("x=n",),
    ),
    Entry(
        "|x*ones(n)' - ones(n)*x'|^2",
        "2*n*|x|^2 - 2*(ones(n)'*x)^2",
        ("n*|x|^2 - (ones(n)'*x)^2", "2*n*|x|^2 - (ones(n)'*x)^2", "2*|x|^2 - 2*(ones(n)'*x)^2"),
        shapes=("x=n",),
    ),
    Entry(
        "|x - ones(n)*(ones(n)'*x)/n|^2",
        "|x|^2 - (ones(n)'*x)^2/n",
        ("|x|^2 - (ones(n)'*x)^2", "|x|^2 - (ones(n)'*x)^2/n^2", "|x|^2"),
        shapes=("x=n",),
    ),
    Entry("ones(n)'*(x .* y .* z)", "x'*diag(y)*z", ("x'*y*ones(n)'*z", "x'*diag(y)*y"), shapes=("x=n", "y=n", "z=n")),
    Entry(
        "(A*x) .* (B*y)",
        "diagonal(A*x*y'*B')",
        ("diagonal(A*x*y'*B)", "diagonal(A*y*x'*B')", "A*(x .* y)"),
        shapes=("A=n,n", "B=n,n", "x=n", "y=n"),
    ),
    Entry(
        "ones(n)'*((A*x) .* (B*y) .* (C*z))",
        "(A*x)'*diag(B*y)*C*z",
        ("(A*x)'*B*y*ones(n)'*C*z", "(A*x)'*diag(B*y)*B*z", "(A*x)'*diag(B*x)*C*z"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "x=n", "y=n", "z=n"),
    ),
    Entry(
        "diagonal(A*B*C)",
        "((A*B) .* C')*ones(n)",
        ("((A*B) .* C)*ones(n)", "((B*A) .* C')*ones(n)"),
        shapes=("A=n,n", "B=n,n", "C=n,n"),
    ),
    Entry(
        "diagonal(A) .* diagonal(B)",
        "diagonal(diag(diagonal(A))*B)",
        ("diagonal(A*B)", "diagonal(A .* B)*2"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry(
        "diagonal(A .* B)",
        "diagonal(A) .* diagonal(B)",
        ("diagonal(A*B)", "diagonal(A)*1 + diagonal(B)"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry("tr(A .* B)", "diagonal(A)'*diagonal(B)", ("tr(A*B)", "tr(A)*tr(B)", "tr(A'*B)"), shapes=("A=n,n", "B=n,n")),
    Entry(
        "(A .* B)*diag(v)*ones(n)",
        "diagonal(A*diag(v)*B')",
        ("diagonal(A*diag(v)*B)", "diagonal(diag(v)*A*B')"),
        shapes=("A=n,n", "B=n,n", "v=n"),
    ),
    Entry(
        "(A*diag(x)*B) .* C",
        "(A*diag(x)*B) .* C",
        ("A*diag(x)*(B .* C)", "(A .* C)*diag(x)*B"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "x=n"),
    ),
    Entry(
        "tr((A*B) .* C)",
        "diagonal(A*B)'*diagonal(C)",
        ("diagonal(B*A)'*diagonal(C)", "tr(A*B*C)"),
        shapes=("A=n,n", "B=n,n", "C=n,n"),
    ),
    Entry(
        "(diag(x)*A*diag(y)) .* B",
        "diag(x)*(A .* B)*diag(y)",
        ("diag(y)*(A .* B)*diag(x)", "diag(x)*A*B*diag(y)"),
        shapes=("A=n,n", "B=n,n", "x=n", "y=n"),
    ),
    Entry("(x*x') .* (x*x')", "(x .* x)*(x .* x)'", ("x*x'", "(x'*x)*x*x'"), shapes=("x=n",)),
    Entry(
        "((u*v') .* A)*((x*y') .* B)",
        "diag(u)*A*diag(v .* x)*B*diag(y)",
        ("diag(u)*A*B*diag(y)", "diag(u)*A*diag(v)*B*diag(y)", "diag(u .* x)*A*B*diag(v .* y)"),
        shapes=("A=n,n", "B=n,n", "u=n", "v=n", "x=n", "y=n"),
    ),
    Entry(
        "kron(A, B)*kron(C, D)",
        "kron(A*C, B*D)",
        ("kron(C*A, D*B)", "kron(A*D, B*C)", "kron(A*B, C*D)"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "D=n,n"),
    ),
    Entry("kron(A, B)'", "kron(A', B')", ("kron(B', A')", "kron(A', B)"), shapes=("A=n,n", "B=n,n")),
    Entry("tr(kron(A, B))", "tr(A)*tr(B)", ("tr(A) + tr(B)",), shapes=("A=p,p", "B=q,q")),
    Entry("|kron(A, B)|^2", "|A|^2*|B|^2", ("|A|^2 + |B|^2", "|A*B|^2", "|A .* B|^2"), shapes=("A=n,n", "B=n,n")),
    Entry(
        "kron(A, B) .* kron(C, D)",
        "kron(A .* C, B .* D)",
        ("kron(A .* D, B .* C)", "kron(A*C, B*D)", "kron(A .* B, C .* D)"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "D=n,n"),
    ),
    Entry(
        "kron(A + B, C)",
        "kron(A, C) + kron(B, C)",
        ("kron(A, C) + kron(C, B)", "kron(A, C) - kron(B, C)"),
        shapes=("A=n,n", "B=n,n", "C=n,n"),
    ),
    Entry(
        "kron(kron(A, B), C)",
        "kron(A, kron(B, C))",
        ("kron(A, kron(C, B))", "kron(kron(B, A), C)"),
        shapes=("A=n,n", "B=n,n", "C=n,n"),
    ),
    Entry(
        "vec(A*X*B)",
        "kron(B', A)*vec(X)",
        ("kron(A, B')*vec(X)", "kron(B, A)*vec(X)", "kron(B', A')*vec(X)"),
        shapes=("A=n,n", "B=n,n", "X=n,n"),
    ),
    Entry("vec(A .* B)", "vec(A) .* vec(B)", ("vec(A) .* vec(A)", "vec(A') .* vec(B)"), shapes=("A=n,n", "B=n,n")),
    Entry("diag(vec(A))*vec(B)", "vec(A .* B)", ("vec(A*B)", "vec(A .* A)"), shapes=("A=n,n", "B=n,n")),
    Entry("vec(A)'*vec(B)", "tr(A'*B)", ("tr(A*B)", "tr(A)*tr(B)"), shapes=("A=n,n", "B=n,n")),
    Entry("vec(u*v')", "kron(v, u)", ("kron(u, v)", "2*kron(v, u)"), shapes=("u=n", "v=n")),
    Entry(
        "vec(A*B)", "kron(I_n, A)*vec(B)", ("kron(A, I_n)*vec(B)", "kron(B', I_n)*vec(B)"), shapes=("A=n,n", "B=n,n")
    ),
    Entry(
        "vec(A*diag(x)*B)",
        "kron(B', A)*vec(diag(x))",
        ("kron(B, A)*vec(diag(x))", "kron(A, B')*vec(diag(x))"),
        shapes=("A=n,n", "B=n,n", "x=n"),
    ),
    Entry(
        "vec(A)'*kron(B, C)*vec(D)",
        "tr(A'*C*D*B')",
        ("tr(A'*B*D*C')", "tr(A'*C*D*B)"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "D=n,n"),
    ),
    Entry(
        "kron(x, y)'*kron(A, B)*kron(x, y)",
        "(x'*A*x)*(y'*B*y)",
        ("(x'*B*x)*(y'*A*y)", "(x'*A*y)*(y'*B*x)"),
        shapes=("A=n,n", "B=n,n", "x=n", "y=n"),
    ),
    Entry(
        "kron(diag(x), diag(y))", "diag(kron(x, y))", ("diag(kron(y, x))", "diag(kron(x, x))"), shapes=("x=n", "y=n")
    ),
    Entry(
        "diagonal(kron(A, B))",
        "kron(diagonal(A), diagonal(B))",
        ("kron(diagonal(B), diagonal(A))", "kron(diagonal(A), B*ones(n))"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry("kron(A, ones(n)')*kron(B, ones(n))", "n*(A*B)", ("A*B", "n*(B*A)"), shapes=("A=p,p", "B=p,p")),
    Entry("kron(ones(p), I_n)*x", "kron(ones(p), x)", ("kron(x, ones(p))", "p*kron(ones(p), x)"), shapes=("x=n",)),
    Entry(
        "kron(A, B)*kron(x, y)",
        "kron(A*x, B*y)",
        ("kron(B*x, A*y)", "kron(A*y, B*x)"),
        shapes=("A=n,n", "B=n,n", "x=n", "y=n"),
    ),
    Entry(
        "kron(A .* B, C)",
        "kron(A, C) .* kron(B, ones(n, n))",
        ("kron(A, C) .* kron(B, I_n)", "kron(A, C) .* kron(B, C)"),
        shapes=("A=n,n", "B=n,n", "C=n,n"),
    ),
    Entry(
        "kron(I_p, A)*kron(B, I_n)",
        "kron(B, I_n)*kron(I_p, A)",
        ("kron(B, I_n)*kron(I_p, A')", "2*kron(B, A)"),
        shapes=("A=n,n", "B=p,p"),
    ),
    Entry(
        "tr(kron(A, B)*kron(C, D))",
        "tr(A*C)*tr(B*D)",
        ("tr(A*D)*tr(B*C)", "tr(A*B*C*D)"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "D=n,n"),
    ),
    Entry("|vec(A*X*B)|^2", "|A*X*B|^2", ("|A|^2*|X|^2*|B|^2", "|B*X*A|^2"), shapes=("A=n,n", "B=n,n", "X=n,n")),
    Entry(
        "tr(S*(A .* A'))",
        "tr((A .* A')*S)",
        ("tr(S*A*A')", "2*tr(S*(A .* A'))"),
        assuming=("symmetric(S)",),
        shapes=("A=n,n", "S=n,n"),
    ),
    Entry("(S .* T)'", "S .* T", ("-(S .* T)", "S*T"), assuming=("symmetric(S)", "symmetric(T)")),
    Entry("ones(n)'*(Q .* Q)*ones(n)", "n", ("n^2", "1", "2*n"), assuming=("orthogonal(Q)",), shapes=("Q=n,n",)),
    Entry("(Q .* Q)*ones(n)", "ones(n)", ("n*ones(n)", "Q*ones(n)"), assuming=("orthogonal(Q)",), shapes=("Q=n,n",)),
    Entry(
        "ones(n)'*(Q .* Q)", "ones(n)'", ("n*ones(n)'", "ones(n)'*Q"), assuming=("orthogonal(Q)",), shapes=("Q=n,n",)
    ),
    Entry(
        "diagonal(Q*diag(v)*Q')",
        "(Q .* Q)*v",
        ("(Q .* Q)'*v", "v"),
        assuming=("orthogonal(Q)",),
        shapes=("Q=n,n", "v=n"),
    ),
    Entry("tr(Q*diag(v)*Q')", "ones(n)'*v", ("v'*v", "n"), assuming=("orthogonal(Q)",), shapes=("Q=n,n", "v=n")),
    Entry(
        "(A .* inv(A)')*ones(n)",
        "ones(n)",
        ("(A .* inv(A))*ones(n)", "n*ones(n)"),
        assuming=("invertible(A)",),
        shapes=("A=n,n",),
    ),
    Entry(
        "ones(n)'*(A .* inv(A)')",
        "ones(n)'",
        ("2*ones(n)'", "ones(n)'*A"),
        assuming=("invertible(A)",),
        shapes=("A=n,n",),
    ),
    Entry("inv(diag(x))*diag(x)", "I_n", ("2*I_n", "diag(x)"), shapes=("x=n",)),
    Entry("diag(x)*A*inv(diag(x))*diag(x)", "diag(x)*A", ("A*diag(x)", "A"), shapes=("x=n", "A=n,n")),
    Entry("u'*diag(x)*u", "ones(n)'*x", ("u'*x", "n"), assuming=("u .* u = ones(n)",), shapes=("u=n", "x=n")),
    Entry("|diag(s)*A|^2", "|A|^2", ("2*|A|^2", "|A|^4"), assuming=("s .* s = ones(n)",), shapes=("s=n", "A=n,k")),
    Entry("(M .* M) .* A", "M .* A", ("M", "A"), assuming=("M .* M = M",), shapes=("M=n,n", "A=n,n")),
    Entry("diag(s)*diag(s)", "I_n", ("diag(s)", "n*I_n"), assuming=("s .* s = ones(n)",), shapes=("s=n",)),
    Entry("|P*ones(n)|^2", "n", ("n^2", "1"), assuming=("orthogonal(P)",), shapes=("P=n,n",)),
    Entry("ones(n)'*A*A*ones(n)", "n", ("n^2", "2*n", "tr(A)"), assuming=("A*ones(n) = ones(n)",), shapes=("A=n,n",)),
    Entry("|X*ones(n)|^2", "0", ("n", "|X|^2"), assuming=("X*ones(n) = 0*ones(d)",), shapes=("X=d,n",)),
    Entry("|X - X*ones(n, n)/n|^2", "|X|^2", ("2*|X|^2", "0"), assuming=("X*ones(n) = 0*ones(d)",), shapes=("X=d,n",)),
]

NOISE = [
    Entry("E_e[diag(e)*A]", "A", ("2*A", "sigma^2*A", "(1 + sigma^2)*A"), shapes=("A=n,p",)),
    Entry("E_e[e'*x]", "ones(n)'*x", ("sigma^2*ones(n)'*x", "x'*x"), shapes=("e=n", "x=n")),
    Entry(
        "E_e[e*e']",
        "ones(n, n) + sigma^2*I_n",
        (
            "ones(n, n) + sigma^2*ones(n, n)",
            "(1 + sigma^2)*I_n",
            "ones(n, n) - sigma^2*I_n",
            "ones(n, n)",
            "ones(n, n) + sigma*I_n",
        ),
        shapes=("e=n",),
    ),
    Entry(
        "E_e[(e'*x)^2]",
        "(ones(n)'*x)^2 + sigma^2*|x|^2",
        ("(1 + sigma^2)*(ones(n)'*x)^2", "(1 + sigma^2)*|x|^2", "(ones(n)'*x)^2 + sigma^4*|x|^2"),
        shapes=("e=n", "x=n"),
    ),
    Entry(
        "E_e[|diag(e)*W*x|^2]",
        "(1 + sigma^2)*|W*x|^2",
        ("sigma^2*|W*x|^2", "|W*x|^2", "(1 + sigma^4)*|W*x|^2", "(1 - sigma^2)*|W*x|^2"),
    ),
    Entry(
        "E_e[(u'*diag(e)*W*x)^2]",
        "(u'*W*x)^2 + sigma^2*|u .* (W*x)|^2",
        (
            "(1 + sigma^2)*(u'*W*x)^2",
            "(u'*W*x)^2 + sigma^2*|u|^2*|W*x|^2",
            "(u'*W*x)^2 - sigma^2*|u .* (W*x)|^2",
            "(u'*W*x)^2 + 2*sigma^2*|u .* (W*x)|^2",
        ),
    ),
    Entry(
        "E_e[|U*diag(e)*W*X - Y|^2]",
        "|U*W*X - Y|^2 + sigma^2*tr(diag(diagonal(U'*U))*W*X*X'*W')",
        (
            "|U*W*X - Y|^2",
            "|U*W*X - Y|^2 + sigma^2*|U*W*X|^2",
            "|U*W*X - Y|^2 + sigma^2*tr(U'*U*W*X*X'*W')",
            "|U*W*X - Y|^2 - sigma^2*tr(diag(diagonal(U'*U))*W*X*X'*W')",
            "|U*W*X - Y|^2 + sigma*tr(diag(diagonal(U'*U))*W*X*X'*W')",
        ),
    ),
    Entry(
        "E_e[diag(e)*S*diag(e)]",
        "S + sigma^2*(I .* S)",
        ("S + sigma^2*S", "(1 + sigma^2)*(I .* S)", "S", "S + sigma^4*(I .* S)"),
        shapes=("S=n,n",),
    ),
    Entry(
        "E_e[diag(e)*A*diag(e)]",
        "A .* (ones(n, n) + sigma^2*I_n)",
        ("A .* (ones(n, n) - sigma^2*I_n)", "A*(ones(n, n) + sigma^2*I_n)"),
        shapes=("A=n,n",),
    ),
    Entry("E_e[diag(e)*diag(e)]", "(1 + sigma^2)*I_n", ("I_n", "sigma^2*I_n", "(1 + 2*sigma^2)*I_n"), shapes=("e=n",)),
    Entry(
        "E_e[(e - ones(n))*(e - ones(n))']", "sigma^2*I_n", ("sigma^2*ones(n, n)", "(1 + sigma^2)*I_n"), shapes=("e=n",)
    ),
    Entry("E_e[x'*(e - ones(n))]", "0", ("sigma^2", "ones(n)'*x"), shapes=("e=n", "x=n")),
    Entry("E_e[|e|^2]", "n*(1 + sigma^2)", ("n", "n*sigma^2", "1 + sigma^2", "n^2*(1 + sigma^2)"), shapes=("e=n",)),
    Entry("E_e[(ones(n)'*e)^2]", "n^2 + n*sigma^2", ("n^2 + n^2*sigma^2", "n*(1 + sigma^2)"), shapes=("e=n",)),
    Entry(
        "E_e[A*diag(e)*B*C*diag(e)*D]",
        "A*B*C*D + sigma^2*A*(I .* (B*C))*D",
        ("A*B*C*D", "(1 + sigma^2)*A*B*C*D", "A*B*C*D + sigma^2*A*(B .* C)*D"),
        shapes=("A=n,n", "B=n,n", "C=n,n", "D=n,n"),
    ),
    Entry(
        "E_{epsilon,eta}[u'*diag(epsilon)*A*diag(eta)*x]",
        "u'*A*x",
        ("(1 + sigma_epsilon^2)*u'*A*x", "0", "sigma_epsilon^2*u'*A*x"),
    ),
    Entry(
        "E_{epsilon,eta}[|diag(epsilon)*A*diag(eta)|^2]",
        "(1 + sigma_epsilon^2)*(1 + sigma_eta^2)*|A|^2",
        (
            "(1 + sigma_epsilon^2 + sigma_eta^2)*|A|^2",
            "(1 + sigma_epsilon^2)*|A|^2",
            "(1 + sigma_epsilon^2*sigma_eta^2)*|A|^2",
            "(1 + sigma_epsilon^2)^2*|A|^2",
        ),
        shapes=("A=n,n",),
    ),
    Entry(
        "E_{epsilon,eta}[(epsilon'*x)*(eta'*y)]",
        "(ones(n)'*x)*(ones(n)'*y)",
        ("(ones(n)'*x)*(ones(n)'*y) + sigma_epsilon^2*x'*y", "x'*y"),
        shapes=("epsilon=n", "eta=n", "x=n", "y=n"),
    ),
    Entry(
        "E_{epsilon,eta}[(epsilon'*A*eta)^2]",
        "(ones(n)'*A*ones(n))^2 + sigma_epsilon^2*|A*ones(n)|^2 + sigma_eta^2*|A'*ones(n)|^2 + sigma_epsilon^2*sigma_eta^2*|A|^2",
        (
            "(ones(n)'*A*ones(n))^2 + sigma_epsilon^2*|A*ones(n)|^2 + sigma_eta^2*|A'*ones(n)|^2",
            "(ones(n)'*A*ones(n))^2 + sigma_eta^2*|A*ones(n)|^2 + sigma_epsilon^2*|A'*ones(n)|^2"
            " + sigma_epsilon^2*sigma_eta^2*|A|^2",
            "(ones(n)'*A*ones(n))^2 + sigma_epsilon^2*|A|^2 + sigma_eta^2*|A|^2 + sigma_epsilon^2*sigma_eta^2*|A|^2",
        ),
        shapes=("epsilon=n", "eta=n", "A=n,n"),
    ),
    Entry(
        "E_{epsilon,eta}[|diag(epsilon)*W2*diag(eta)*W1*x|^2]",
        "(1 + sigma_epsilon^2)*(|W2*W1*x|^2 + sigma_eta^2*ones(p)'*(W2 .* W2)*((W1*x) .* (W1*x)))",
        (
            "(1 + sigma_epsilon^2)*(|W2*W1*x|^2 + sigma_eta^2*|W1*x|^2)",
            "(1 + sigma_epsilon^2)*(1 + sigma_eta^2)*|W2*W1*x|^2",
            "(1 + sigma_eta^2)*(|W2*W1*x|^2 + sigma_epsilon^2*ones(p)'*(W2 .* W2)*((W1*x) .* (W1*x)))",
        ),
        shapes=("W2=p,n", "W1=n,k"),
    ),
    Entry("tr(E_e[diag(e)*A*diag(e)])", "(1 + sigma^2)*tr(A)", ("tr(A)", "sigma^2*tr(A)"), shapes=("A=n,n",)),
    Entry(
        "B*E_e[diag(e)*A*diag(e)]*B'",
        "B*A*B' + sigma^2*B*(I .* A)*B'",
        ("B*A*B' + sigma^2*(I .* (B*A*B'))", "(1 + sigma^2)*B*A*B'"),
        shapes=("A=n,n", "B=p,n"),
    ),
    Entry(
        "E_e[|A*e - y|^2]",
        "|A*ones(n) - y|^2 + sigma^2*|A|^2",
        ("|A*ones(n) - y|^2 + sigma^2*|A*ones(n)|^2", "|A*ones(n) - y|^2", "|A*ones(n) - y|^2 + n*sigma^2*|A|^2"),
        shapes=("A=p,n", "e=n", "y=p"),
    ),
    Entry(
        "|x|^2*E_e[(u'*diag(e)*v)^2]",
        "|x|^2*(u'*v)^2 + sigma^2*|x|^2*|u .* v|^2",
        ("|x|^2*(u'*v)^2 + sigma^2*|u .* v|^2", "|x|^2*(u'*v)^2"),
        shapes=("u=n", "v=n", "x=k"),
    ),
    Entry(
        "E_e[e'*A*e]",
        "ones(n)'*A*ones(n) + sigma^2*tr(A)",
        ("ones(n)'*A*ones(n) + sigma^2*|A|^2", "(1 + sigma^2)*tr(A)", "ones(n)'*A*ones(n) + tr(A)"),
        shapes=("e=n", "A=n,n"),
    ),
    Entry("E_e[|X*diag(e)|^2]", "(1 + sigma^2)*|X|^2", ("|X|^2", "(1 + sigma)*|X|^2"), shapes=("X=d,n",)),
    Entry("E_e[X*diag(e)*diag(e)*X']", "(1 + sigma^2)*X*X'", ("X*X'", "(1 + sigma^2)^2*X*X'"), shapes=("X=d,n",)),
    Entry(
        "E_e[tr(X*diag(e)*X')^2]",
        "|X|^4 + sigma^2*|diagonal(X'*X)|^2",
        ("(1 + sigma^2)*|X|^4", "|X|^4 + sigma^2*|X'*X|^2", "|X|^4"),
        shapes=("X=d,n",),
    ),
    Entry(
        "E_e[(diag(e)*A) .* (diag(e)*B)]",
        "(1 + sigma^2)*(A .* B)",
        ("A .* B", "(1 + sigma^2)*A*B"),
        shapes=("A=n,n", "B=n,n"),
    ),
    Entry(
        "E_e[kron(e, e)]",
        "kron(ones(n), ones(n)) + sigma^2*vec(I_n)",
        ("kron(ones(n), ones(n))", "(1 + sigma^2)*kron(ones(n), ones(n))"),
        shapes=("e=n",),
    ),
]
