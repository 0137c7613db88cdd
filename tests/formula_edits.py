"""True rules that rewrite a random formula into an equal one, and edits that break it.

A rule takes a node and a `Source` and returns an equal node, or None where it does not apply; an edit returns a node that is
in general different. `rewritten` and `broken` apply them at random places.
"""

# ruff: noqa: ARG001  (every rule and edit has one signature)
from __future__ import annotations

from fractions import Fraction

from formula_trees import SIZES, is_scalar, places, shape


def paths(tree, prefix=()):
    """Yield the path of every node."""
    yield prefix
    for i in places(tree):
        yield from paths(tree[i], (*prefix, i))


def at(tree, path):
    for i in path:
        tree = tree[i]
    return tree


def replaced(tree, path, new):
    if not path:
        return new
    return (*tree[: path[0]], replaced(tree[path[0]], path[1:], new), *tree[path[0] + 1 :])


def rewritten(tree, source, count):
    """Return the tree after `count` true rules at random places."""
    return _edited(tree, source, count, RULES)


def broken(tree, source):
    """Return the tree after one edit at a random place."""
    return _edited(tree, source, 1, EDITS)


def _edited(tree, source, count, table):
    done = 0
    for _ in range(60 * count):
        every = list(paths(tree))
        path = source.random.choice(every)
        new = source.random.choice(table)(at(tree, path), source)
        if new is not None:
            tree = replaced(tree, path, new)
            done += 1
            if done == count:
                break
    return tree


# rules of matrices


def distribute(node, source):
    if node[0] != "mul":
        return None
    sums = [i for i in places(node) if node[i][0] == "add"]
    if not sums:
        return None
    i = source.random.choice(sums)
    return ("add", *((*node[:i], term, *node[i + 1 :]) for term in node[i][1:]))


def transpose_inward(node, source):
    if node[0] != "T":
        return None
    inner = node[1]
    if inner[0] == "mul":
        return ("mul", *(("T", part) for part in reversed(inner[1:])))
    if inner[0] in ("add", "had", "kron"):
        return (inner[0], *(("T", part) for part in inner[1:]))
    if inner[0] == "scale":
        return ("scale", inner[1], ("T", inner[2]))
    if inner[0] in ("diag", "one") or (inner[0] == "letter" and inner[1].startswith("S_")):
        return inner
    return inner[1] if inner[0] == "T" else None


def transpose_twice(node, source):
    return None if is_scalar(node) else ("T", ("T", node))


def transpose_outward(node, source):
    if node[0] == "mul":
        return ("T", ("mul", *(("T", part) for part in reversed(node[1:]))))
    return ("T", (node[0], *(("T", part) for part in node[1:]))) if node[0] in ("add", "had", "kron") else None


def symmetric(node, source):
    return ("T", node) if node[0] == "letter" and node[1].startswith("S_") else None


def shuffle(node, source):
    if node[0] not in ("add", "had", "plus", "times"):
        return None
    parts = list(node[1:])
    source.random.shuffle(parts)
    return (node[0], *parts)


def associate(node, source):
    if node[0] not in ("mul", "add", "had", "plus", "times") or len(node) < 4:
        return None
    cut = source.random.randint(1, len(node) - 3)
    return (*node[:cut], (node[0], node[cut], node[cut + 1]), *node[cut + 2 :])


def flatten(node, source):
    if node[0] not in ("mul", "add", "had", "plus", "times"):
        return None
    inner = [i for i in places(node) if node[i][0] == node[0]]
    if not inner:
        return None
    i = source.random.choice(inner)
    return (*node[:i], *node[i][1:], *node[i + 1 :])


def insert_identity(node, source):
    if is_scalar(node) or len(shape(node)[0]) != 1:
        return None
    rows = shape(node)[0]
    name = rows[0]
    choices = [("one", rows)]
    if not name.isdigit():
        orthogonal, invertible = ("letter", f"O_{name}", rows, rows), ("letter", f"G_{name}", rows, rows)
        inverse = ("inverse", f"G_{name}", rows)
        choices += [("mul", orthogonal, ("T", orthogonal)), ("mul", ("T", orthogonal), orthogonal)]
        choices += [("mul", invertible, inverse), ("mul", inverse, invertible)]
    return ("mul", source.random.choice(choices), node)


def split(node, source):
    """x = q x + (1 - q) x."""
    part = Fraction(source.random.randint(-2, 4), source.random.choice((1, 2, 3)))
    first, second = ("number", part), ("number", 1 - part)
    if is_scalar(node):
        return ("plus", ("times", first, node), ("times", second, node))
    return ("add", ("scale", first, node), ("scale", second, node))


def add_nothing(node, source):
    """x = x + y - y."""
    if is_scalar(node):
        extra = source.scalar(2)
        return ("plus", node, extra, ("times", ("number", Fraction(-1)), extra))
    extra = source.matrix(*shape(node), 1)
    if source.chance(0.3):
        return ("add", node, ("zero", *shape(node)))
    return ("add", extra, node, ("scale", ("number", Fraction(-1)), extra))


def move_scalar(node, source):
    if node[0] in ("mul", "had", "kron"):
        scaled = [i for i in places(node) if node[i][0] == "scale"]
        if scaled:
            i = source.random.choice(scaled)
            return ("scale", node[i][1], (*node[:i], node[i][2], *node[i + 1 :]))
    if node[0] == "scale" and node[2][0] in ("mul", "had", "kron"):
        i = source.random.choice(places(node[2]))
        inner = node[2]
        return (*inner[:i], ("scale", node[1], inner[i]), *inner[i + 1 :])
    if node[0] == "scale" and node[2][0] == "add":
        return ("add", *(("scale", node[1], part) for part in node[2][1:]))
    return None


def diagonals(node, source):
    if node[0] == "mul" and len(node) == 3 and node[1][0] == "diag":
        if shape(node[2])[1] == ():
            return ("had", node[1][1], node[2])
        if node[2][0] == "diag":
            return ("diag", ("had", node[1][1], node[2][1]))
    if node[0] == "diag" and node[1][0] == "add":
        return ("add", *(("diag", part) for part in node[1][1:]))
    if node[0] == "diag":
        rows = shape(node)[0]
        return ("had", ("one", rows), ("mul", node[1], ("ones", (), rows)))
    if node[0] == "diagonal" and node[1][0] == "mul" and len(node[1]) == 3:
        left, right = node[1][1:]
        return ("mul", ("had", left, ("T", right)), ("ones", shape(left)[1], ()))
    if node[0] == "diagonal":
        rows = shape(node)[0]
        return ("mul", ("had", ("one", rows), node[1]), ("ones", rows, ()))
    return None


def kronecker(node, source):
    if node[0] == "mul" and len(node) == 3 and node[1][0] == node[2][0] == "kron":
        (_, a, b), (_, c, d) = node[1:]
        return ("kron", ("mul", a, c), ("mul", b, d))
    return None


# rules of scalars


def trace_rules(node, source):
    if node[0] != "trace":
        return None
    inner = node[1]
    choice = source.random.randrange(4)
    if choice == 0:
        return ("trace", ("T", inner))
    if inner[0] == "mul" and choice == 1:
        turn = source.random.randint(1, len(inner) - 2) if len(inner) > 2 else 0
        return ("trace", ("mul", *inner[1 + turn :], *inner[1 : 1 + turn]))
    if inner[0] == "add":
        return ("plus", *(("trace", part) for part in inner[1:]))
    if inner[0] == "scale":
        return ("times", inner[1], ("trace", inner[2]))
    if inner[0] == "kron":
        (p, q), (s, t) = shape(inner[1]), shape(inner[2])
        return ("times", ("trace", inner[1]), ("trace", inner[2])) if p == q and s == t else None
    if inner[0] == "mul" and len(inner) == 3 and choice == 2:
        rows, columns = shape(inner[1])
        entrywise = ("had", ("T", inner[1]), inner[2])
        return ("trace", ("mul", ("ones", (), columns), entrywise, ("ones", rows, ())))
    return None


def sizes(node, source):
    if node[0] != "size":
        return None
    rows = (node[1],)
    choices = [("trace", ("one", rows)), ("trace", ("mul", ("ones", (), rows), ("ones", rows, ())))]
    orthogonal = ("letter", f"O_{node[1]}", rows, rows)
    return source.random.choice([*choices, ("trace", ("mul", orthogonal, ("T", orthogonal)))])


def numbers(node, source):
    if node[0] == "power":
        return ("times", ("power", node[1], node[2] - Fraction(1, 2)), ("power", node[1], Fraction(1, 2)))
    if node[0] == "surd":
        return ("times", ("number", Fraction(node[1])), ("over", ("surd", node[1]), ("number", Fraction(0))))
    if node[0] == "symbol" and node[1] in "gh":
        return ("times", ("power", node[1], Fraction(1, 2)), ("power", node[1], Fraction(1, 2)))
    return None


def expand(node, source):
    if node[0] != "times":
        return None
    sums = [i for i in places(node) if node[i][0] == "plus"]
    if not sums:
        return None
    i = source.random.choice(sums)
    return ("plus", *((*node[:i], term, *node[i + 1 :]) for term in node[i][1:]))


def over_itself(node, source):
    """x = x (g + k) / (g + k)."""
    if not is_scalar(node) or not source.chance(0.2):
        return None
    parts = ("symbol", source.random.choice("gh")), ("number", Fraction(source.random.randint(1, 3)))
    return ("times", node, ("plus", *parts), ("over", *parts))


RULES = (
    distribute, distribute, transpose_inward, transpose_inward, transpose_twice, transpose_outward, symmetric, shuffle,
    associate, flatten, insert_identity, split, add_nothing, move_scalar, move_scalar, diagonals, diagonals, kronecker,
    trace_rules, trace_rules, trace_rules, sizes, numbers, expand, over_itself,
)  # fmt: skip


# edits that break


def factor(node, source):
    by = ("number", Fraction(source.random.choice((2, 3, Fraction(1, 2)))))
    return ("times", by, node) if is_scalar(node) else ("scale", by, node)


def sign(node, source):
    by = ("number", Fraction(-1))
    return ("times", by, node) if is_scalar(node) else ("scale", by, node)


def drop(node, source):
    if node[0] not in ("add", "plus"):
        return None
    i = source.random.choice(places(node))
    rest = (*node[:i], *node[i + 1 :])
    return rest[1] if len(rest) == 2 else rest


def lose_transpose(node, source):
    if is_scalar(node) or shape(node)[0] != shape(node)[1]:
        return None
    return node[1] if node[0] == "T" else ("T", node)


def swap(node, source):
    if node[0] not in ("mul", "kron"):
        return None
    fits = []
    for i in range(1, len(node) - 1):
        (p, q), (s, t) = shape(node[i]), shape(node[i + 1])
        if (node[0] == "mul" and p == s == q == t) or (node[0] == "kron" and (p, q) == (s, t)):
            fits.append(i)
    if not fits:
        return None
    i = source.random.choice(fits)
    return (*node[:i], node[i + 1], node[i], *node[i + 2 :])


def other_letter(node, source):
    if node[0] != "letter":
        return None
    new = source.letter(*node[2:])
    return new if new != node else None


def other_scalar(node, source):
    if node[0] == "size":
        return ("size", source.random.choice([name for name in SIZES if name != node[1]]))
    if node[0] == "number":
        return ("number", node[1] + 1)
    if node[0] == "power":
        return ("power", node[1], node[2] + Fraction(1, 2))
    if node[0] == "symbol":
        return ("symbol", source.random.choice([name for name in "ghab" if name != node[1]]))
    return ("surd", 5 - node[1]) if node[0] == "surd" else None


def other_product(node, source):
    """A B in the place of the entrywise product, or the other way round."""
    if node[0] not in ("mul", "had") or len(node) != 3 or len({*shape(node[1]), *shape(node[2])}) != 1:
        return None
    return ("had" if node[0] == "mul" else "mul", *node[1:])


EDITS = (
    factor, sign, drop, drop, lose_transpose, lose_transpose, swap, swap, other_letter, other_letter, other_scalar,
    other_product,
)  # fmt: skip
