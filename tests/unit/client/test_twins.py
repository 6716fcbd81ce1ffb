"""The synchronous and the asynchronous client are one client: the same methods, word for word but for waiting."""

from __future__ import annotations

import ast
import inspect

from failsight.client import asynchronous, synchronous

SAME = {
    "asynchronous": "synchronous",
    "AsyncFailureAnalysisClient": "FailureAnalysisClient",
    "AsyncClient": "Client",
    "aclose": "close",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "asyncio": "time",
}


class Waiting(ast.NodeTransformer):
    """Takes everything away by which waiting in an event loop differs from waiting."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        plain = ast.FunctionDef(
            **{field: getattr(node, field) for field in ast.FunctionDef._fields if hasattr(node, field)}
        )
        plain.name = SAME.get(node.name, node.name)
        return self.generic_visit(plain)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = SAME.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = SAME.get(node.id, node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = SAME.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            node.value = " ".join(node.value.replace("an `async with`", "a `with`").replace("aclose", "close").split())
        return node


def methods(source: str) -> dict[str, str]:
    """Every method of the module's only class in plain form, by name."""
    tree = Waiting().visit(ast.parse(source))
    (found,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    named = {node.name: ast.unparse(ast.fix_missing_locations(node)) for node in found.body if hasattr(node, "name")}
    return named | {"": ast.get_docstring(found) or ""}


def test_both_clients_say_the_same() -> None:
    assert methods(inspect.getsource(asynchronous)) == methods(inspect.getsource(synchronous))
