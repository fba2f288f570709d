"""Every small defect that the operators can plant in a source file, one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
IGNORED = (ast.JoinedStr, ast.Raise)
"""What an error says is read by other tests; whether it is raised is a mutant of its own."""


@dataclass(frozen=True)
class Mutant:
    """A file's source with one defect; ``before`` and ``after`` are the statement's first line."""

    line: int
    before: str
    after: str
    source: str

    @property
    def text(self) -> str:
        """What is changed, wherever it stands in the file."""
        return f"{self.before}  ->  {self.after}"

    def __str__(self) -> str:
        return f"{self.line}: {self.text}"


def mutants(source: str, constants: Collection[str] = ()) -> Iterator[Mutant]:
    """All mutants of a file, in its order; comments and layout are lost.

    The values of ``constants``, what functions of these names return and comparisons with constants
    are left as they are.
    """
    tree = ast.parse(source)
    for statement in _statements(tree, constants):
        for node in _nodes(statement):
            if _compares_with(node, constants):
                continue
            for change in _changes(node):
                yield _planted(tree, statement, node, change)
        if _is_removable(statement):
            yield _planted(tree, statement, statement, ast.Pass())


def defined(source: str) -> set[str]:
    """The names that a file assigns, or gives to a function or a method, at its top level or in a
    class there.
    """
    return {name for statement in _bodies(ast.parse(source)) for name in _names(statement)}


def plain(source: str) -> str:
    """The source as mutants are written, without a defect."""
    return ast.unparse(ast.parse(source))


def _statements(tree: ast.AST, constants: Collection[str]) -> Iterator[ast.stmt]:
    """Those that run, for a Protocol is for the type checker, but for the constants of a module."""
    for node in ast.iter_child_nodes(tree):
        if _is_protocol(node):
            continue
        if isinstance(tree, (ast.Module, ast.ClassDef)) and not _names(node).isdisjoint(constants):
            continue
        if isinstance(node, ast.stmt) and not _is_text(node):
            yield node
        yield from _statements(node, constants)


def _bodies(tree: ast.Module) -> Iterator[ast.stmt]:
    for statement in tree.body:
        yield statement
        if isinstance(statement, ast.ClassDef):
            yield from statement.body


def _names(statement: ast.AST) -> set[str]:
    """What an assignment or the definition of a function binds; nothing for another statement."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _compares_with(node: ast.AST, constants: Collection[str]) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    operands = (node.left, *node.comparators)
    return any(isinstance(each, ast.Name) and each.id in constants for each in operands)


def _is_protocol(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases)


def _is_text(node: ast.stmt) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, (ast.Import, ast.ImportFrom))


def _is_removable(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Expr, ast.Raise, ast.AugAssign))


def _nodes(statement: ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    """The statement and its expressions; neither annotations nor the statements inside it."""
    yield statement
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, IGNORED):
            continue
        for field, child in ast.iter_fields(node):
            if field in ("annotation", "returns", "type_params"):
                continue
            if isinstance(node, ast.keyword) and node.arg == "copy":  # changes no value
                continue
            for part in child if isinstance(child, list) else [child]:
                if isinstance(part, ast.AST) and not isinstance(part, ast.stmt):
                    pending.append(part)
                    if isinstance(part, ast.expr):
                        yield part


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Other nodes to put in its place."""
    changed = copy.copy(node)
    if isinstance(node, ast.Compare):
        changed.ops = [COMPARISONS[type(node.ops[0])](), *node.ops[1:]]
        yield changed
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        changed.op = ARITHMETIC[type(node.op)]()
        yield changed
    elif isinstance(node, ast.BoolOp):
        changed.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield changed
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)


def _planted(tree: ast.Module, statement: ast.stmt, node: ast.AST, change: ast.AST) -> Mutant:
    memo = {id(node): change}
    mutated = ast.fix_missing_locations(copy.deepcopy(tree, memo))
    after = change if node is statement else memo[id(statement)]
    before, after = (ast.unparse(part).splitlines() for part in (statement, after))
    differing = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    first = differing[0] if differing else (before[0], after[0])
    line = getattr(node, "lineno", statement.lineno)
    return Mutant(line, first[0].strip(), first[1].strip(), ast.unparse(mutated))
