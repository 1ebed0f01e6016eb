# Holds adjacent frames against the source of the caller. In: JSON lines on stdin, each [caller's file, line, last line, column, last
# column, callee's file, callee's line, callee's name, how often]; lines and columns count from 1, 0 is unknown. Out: JSON, how often
# each verdict came, and examples of what can't be. "impossible": nothing at the caller's position can call. "contradiction": it
# calls a plain function of its own module by name, and the callee is another one. It knows no sampler and runs in the
# interpreter whose grammar the sources are of.
import ast
import collections
import functools
import json
import os
import sys

# Nodes whose evaluation can run a Python function: calls, operators, protocols of iteration, context and import.
CALLING = (
    ast.Call, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.With, ast.AsyncWith, ast.For,
    ast.AsyncFor, ast.Import, ast.ImportFrom, ast.Await, ast.Yield, ast.YieldFrom, ast.AugAssign, ast.ClassDef,
    ast.comprehension, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr, ast.FormattedValue,
    ast.Starred, ast.BoolOp, ast.If, ast.While, ast.IfExp, ast.Assert, ast.Raise, ast.Delete, ast.Dict, ast.Set, ast.Match,
)  # fmt: skip
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.GeneratorExp)
# Whose functions run wherever the last reference to something goes.
DROPPING = {"weakref.py", "_weakrefset.py"}
# How a class body reads and writes names where its metaclass prepared a mapping of its own.
MAPPING = {"__getitem__", "__setitem__", "__delitem__", "__missing__"}
# What is held to its header: its body has lines of its own.
BLOCKS = (*FUNCTIONS, ast.ClassDef, ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Try, ast.Match)
# Roles in which an expression is iterated, entered, tested or the like by what stands around it.
ITERATED = {"iterated", "entered", "unpacked", "awaited", "decorating"}


def position(node):
    return (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)


class Source:
    def __init__(self, path):
        with open(path, "rb") as file:
            text = file.read()
        self.tree = ast.parse(text)
        self.lines = text.split(b"\n")
        self.at = collections.defaultdict(list)
        self.on = collections.defaultdict(list)
        self.roles = collections.defaultdict(set)
        self.scopes = []
        self.in_classes = set()
        names = collections.Counter()
        for node in ast.walk(self.tree):
            names.update(bound(node))
            self.note_roles(node)
            if isinstance(node, SCOPES):
                self.scopes.append(node)
            if isinstance(node, ast.ClassDef):
                self.note_body(node)
            if not hasattr(node, "lineno"):
                continue
            self.at[position(node)].append(node)
            first, last = node.lineno, node.end_lineno
            if isinstance(node, BLOCKS):
                body = getattr(node, "body", None) or getattr(node, "cases", None)
                last = getattr(body[0], "lineno", node.lineno) if body else node.lineno
                first = min([first, *(one.lineno for one in getattr(node, "decorator_list", []))])
            for line in range(first, last + 1):
                self.on[line].append(node)
        # Functions of the module that their name stands for and nothing else ever does.
        self.plain = {
            node.name
            for node in self.tree.body
            if isinstance(node, FUNCTIONS) and not node.decorator_list and names[node.name] == 1
        }

    def note_body(self, node):
        """Note the names of a class body, and of no function in it."""
        left = list(node.body)
        # Its docstring is stored under the name __doc__.
        if isinstance(left[0], ast.Expr) and isinstance(left[0].value, ast.Constant):
            self.in_classes.add(position(left[0].value))
        while left:
            one = left.pop()
            if isinstance(one, (ast.Name, *FUNCTIONS, ast.ClassDef)):
                self.in_classes.add(position(one))
            if not isinstance(one, (*SCOPES, ast.ClassDef)):
                left.extend(ast.iter_child_nodes(one))

    def note_roles(self, node):
        def note(role, *parts):
            for part in parts:
                if hasattr(part, "lineno"):
                    self.roles[position(part)].add(role)

        match node:
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                note("iterated", node.iter)
            case ast.withitem():
                note("entered", node.context_expr)
            case ast.Starred():
                note("unpacked", node, node.value)
            case ast.keyword(arg=None):
                note("unpacked", node.value)
            case ast.Call() if any(isinstance(one, ast.Starred) for one in node.args):
                note("unpacked", node)
            case ast.Await() | ast.YieldFrom():
                note("awaited", node.value)
            case ast.BoolOp():
                note("tested", *node.values)
            case ast.UnaryOp(op=ast.Not()):
                note("tested", node.operand)
            case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=ast.Tuple()):
                # 3.11 and later: what such a tuple has is formatted one by one (optimize_format in Python/ast_opt.c).
                note("formatted", *node.right.elts)
            case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
                note("tested", node.test)
            case ast.Dict():
                note("unpacked", *(value for key, value in zip(node.keys, node.values) if key is None))
                note("hashed", *(key for key in node.keys if key is not None))
            case ast.Set():
                note("hashed", *node.elts)
            case ast.SetComp():
                note("hashed", node.elt)
            case ast.DictComp():
                note("hashed", node.key, node.value)
            case ast.Raise():
                note("raised", node.exc)
            case ast.match_case():
                note("matched", node.pattern)
            case ast.Tuple() | ast.List() if isinstance(node.ctx, ast.Store):
                note("unpacked", node)
            case ast.Tuple() | ast.List() if any(isinstance(one, ast.Starred) for one in node.elts):
                note("unpacked", node)
        if isinstance(node, ast.comprehension):
            note("tested", *node.ifs)
        note("decorating", *getattr(node, "decorator_list", []))

    def characters(self, line, column):
        """A column in bytes as one in characters: up to 3.10, nothing else is known of positions."""
        return len(self.lines[line - 1][:column].decode("utf-8", "replace")) if line <= len(self.lines) else 0

    def nodes(self, line, last, column, end):
        """Nodes at a position and their roles."""
        key = (line, last, column, end)
        found, roles = self.at.get(key, []), self.roles.get(key, set())
        if found or roles or not any(byte > 127 for byte in self.lines[line - 1]):
            return found, roles
        for other in set(self.at) | set(self.roles):
            if other[:2] != key[:2]:
                continue
            if (self.characters(line, other[2]), self.characters(last, other[3])) == (column, end):
                found, roles = found + self.at.get(other, []), roles | self.roles.get(other, set())
        return found, roles


def bound(node):
    """Names that the node binds."""
    match node:
        case ast.Name() if not isinstance(node.ctx, ast.Load):
            return [node.id]
        case ast.arg():
            return [node.arg]
        case ast.alias():
            return [(node.asname or node.name).split(".")[0]]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
    return []


@functools.lru_cache(None)
def source(path):
    try:
        return Source(path)
    except (OSError, SyntaxError, ValueError):
        return None


@functools.lru_cache(None)
def is_generator(path, line):
    """Whether the innermost function at a line can be closed or driven by whoever holds it."""
    known = source(path)
    around = [node for node in known.scopes if node.lineno <= line <= node.end_lineno] if known and line else []
    if not around:
        return False
    function = max(around, key=lambda node: node.lineno)
    if isinstance(function, (ast.GeneratorExp, ast.AsyncFunctionDef)):
        return True
    left = list(ast.iter_child_nodes(function))
    while left:
        node = left.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            left.extend(ast.iter_child_nodes(node))
    return False


def called_name(call):
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def verdict(file, line, last, column, end, callee_file, callee_line, callee):
    known = source(file)
    if known is None or line == 0 or line > len(known.lines):
        return "no source"
    name = callee.split(".")[-1]
    if name == "__del__" or os.path.basename(callee_file) in DROPPING:
        return "possible"
    if column:
        nodes, roles = known.nodes(line, last or line, column - 1, (end or 1) - 1)
        if nodes or roles:
            return at_position(known, nodes, roles, name, is_generator(callee_file, callee_line))
    nodes = known.on.get(line, [])
    if any(isinstance(node, ast.Call) and called_name(node) == name for node in nodes):
        return "named on the line"
    return "possible on the line" if any(isinstance(node, CALLING) for node in nodes) else "impossible"


def at_position(known, nodes, roles, name, generator):
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        called = called_name(node)
        if called == name:
            return "named"
        # A generator may be closed anywhere: by whoever drops it.
        if isinstance(node.func, ast.Name) and called in known.plain and not roles & ITERATED and not generator:
            return "contradiction"
    if name in MAPPING and any(position(node) in known.in_classes for node in nodes):
        return "possible"
    if roles or any(isinstance(node, CALLING) or getattr(node, "decorator_list", None) for node in nodes):
        return "possible"
    return "closes a generator" if generator else "impossible"


counts = collections.Counter()
examples = []
for text in sys.stdin:
    *pair, count = json.loads(text)
    found = verdict(*pair)
    counts[found] += count
    if found in ("impossible", "contradiction"):
        known = source(pair[0])
        examples.append([count, f"{found}: {pair[0]}:{pair[1]}:{pair[3]} calls {pair[7]} ({pair[5]}): {known.lines[pair[1] - 1].decode('utf-8', 'replace').strip()[:100]}"])
examples.sort(reverse=True)
print(json.dumps({"verdicts": counts, "examples": [text for _, text in examples[:5]]}))
