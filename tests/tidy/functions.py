"""Finds functions and their lengths, in C++ as clang-format leaves it, in Python and in shell.

For C++ this is no parser. It relies on what clang-format does to braces: the brace of a body has a
space or a line's begin before it, the brace of an initialiser stands close to what it belongs to.
"""

import ast
import re
from dataclasses import dataclass

# What may stand before a body that is no function's.
NO_FUNCTION = re.compile(
    r"^(?:(?:static|inline|template\s*<.*>)\s+)*"
    r"(?:namespace|class|struct|union|enum|concept|if|else|for|while|do|switch|try|catch)\b")
TOKENS = re.compile(
    r'R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'   # raw string
    r'|"(?:\\.|[^"\\\n])*"'                           # string
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"           # character, but no digit separator
    r"|//[^\n]*|/\*.*?\*/"                            # comment
    r"|^[ \t]*\#(?:\\\n|[^\n])*",                     # preprocessor, with its continuations
    re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Function:
    name: str
    line: int
    length: int  # lines, from its head to its closing brace


def blank(text):
    """`text` with strings, comments and directives blanked out; every line keeps its number."""
    def spaces(match):
        found = match[0]
        fill = "0" if found[0] in "R\"'" else " "
        return re.sub(r"[^\n]", fill, found)
    return TOKENS.sub(spaces, text)


@dataclass
class Block:
    is_function: bool
    is_initialiser: bool
    name: str
    line: int


def name_of(head):
    """What stands before the parameters."""
    words = head.split("(")[0].split()
    return words[-1] if words else "a function"


def is_initialiser(head):
    """Whether a brace after `head` opens an initialiser."""
    return bool(head) and (not head[-1].isspace() or head.rstrip().endswith(("=", "return", ",")))


def cpp_functions(text):
    """The outermost functions of C++ source text; lambdas inside of them are part of them."""
    text = blank(text)
    found, blocks = [], []
    head, head_line, line = "", 1, 1
    for character in text:
        if character == "{":
            stripped = head.strip()
            inner = is_initialiser(head)
            inside = any(block.is_function for block in blocks)
            named = "(" in stripped and not NO_FUNCTION.match(stripped)
            blocks.append(Block(named and not inner and not inside, inner,
                                name_of(stripped), head_line))
            if not inner:
                head, head_line = "", line
        elif character == "}":
            if not blocks:
                raise ValueError(f"line {line}: a closing brace too many")
            block = blocks.pop()
            if block.is_function:
                found.append(Function(block.name, block.line, line - block.line + 1))
            if not block.is_initialiser:
                head, head_line = "", line
        elif any(block.is_initialiser for block in blocks[-1:]):
            pass
        elif character == ";" and head.count("(") == head.count(")"):
            head, head_line = "", line
        elif character == ":" and head.strip() in ("public", "protected", "private"):
            head, head_line = "", line
        else:
            if not head.strip():
                head_line = line
            head += character
        if character == "\n":
            line += 1
    if blocks:
        raise ValueError(f"line {blocks[-1].line}: a brace is never closed")
    return found


def python_functions(text):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [Function(node.name, node.lineno, node.end_lineno - node.lineno + 1)
            for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]


def shell_functions(text):
    found, start, name = [], 0, ""
    for line, content in enumerate(text.splitlines(), 1):
        match = re.match(r"(?:function\s+)?([\w-]+)\s*\(\)\s*[{(]\s*$", content)
        if match:
            start, name = line, match[1]
        elif start and content.rstrip() in ("}", ")"):
            found.append(Function(name, start, line - start + 1))
            start = 0
    return found


FINDERS = {"cc": cpp_functions, "h": cpp_functions, "py": python_functions, "sh": shell_functions}
