"""Tell which calls a program of shapes.py, or any program of plain functions, can make.

    python3 edges.py program.py

Prints JSON: "edges": {"caller:line": [callees]}, a call's callees being every name in it, since a callback comes as an
argument; "spans": {function: [first line, last line]}, the first decorator's line being the first; "roots": what a
thread's stack can begin with. Lines count from 1. It knows no qualified names: functions have names of their own.
"""

import ast
import json
import sys


class Calls(ast.NodeVisitor):
    def __init__(self):
        self.function = "<module>"
        self.edges, self.spans, self.roots = {}, {}, {"<module>"}

    def visit_FunctionDef(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        first = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
        self.spans[node.name] = (first, node.end_lineno)
        outer, self.function = self.function, node.name
        for statement in node.body:
            self.visit(statement)
        self.function = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Call(self, node):
        names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        for line in range(node.lineno, node.end_lineno + 1):
            self.edges.setdefault(f"{self.function}:{line}", set()).update(names)
        self.roots |= {keyword.value.id for keyword in node.keywords if keyword.arg == "target"}
        self.generic_visit(node)


with open(sys.argv[1]) as source:
    calls = Calls()
    calls.visit(ast.parse(source.read()))
edges = {place: sorted(names) for place, names in calls.edges.items()}
print(json.dumps({"edges": edges, "spans": calls.spans, "roots": sorted(calls.roots)}))
