"""Conditions of steps: a small language, read once into a tree when a pipeline is saved, and decided where
the step would run.

This one file decides on this machine and in pods on Kubernetes, where it comes beside the launcher: it needs
nothing but Python 3.8. The language is described in docs/pipelines.md. Names are read before anything is
split, so that a step may be called `check-in`.

A tree is plain data, so that it can be sent as JSON:

    ["value", 5]                       a number, true, false, null, or text
    ["name", ["params", "rate"]]       a name, looked up before the run starts (`bind`)
    ["ref", "step", "output"]          an output that only the run will know
    ["text", [node, ...]]              quoted text with names in it
    ["list", [node, ...]]
    ["not", node], ["and", [node, ...]], ["or", [node, ...]]
    ["==", node, node]                 or != < <= > >= in "not in"
"""

import json
import math
import re

DEPTH = 32
"""Parentheses, lists and `not` inside each other."""
ORDERS = ("<=", ">=", "<", ">")
COMPARISONS = ("==", "!=", *ORDERS)
WORDS = {"true": True, "false": False, "null": None}
ROOTS = ("params", "run", "steps", "item")
"""What a name without braces begins with."""
LARGEST = 2**63 - 1
SHOWN = 60
"""Characters of a value in a sentence."""
OTHERS = {"=": "==", "&": "and", "|": "or", "!": "not"}
"""What other languages write, and what is written here."""

_NAME = re.compile(r"\{\{\s*([A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*\}\}")
_LITERAL = re.compile(r"\{\{\s*(\"(?:[^\"\\]|\\.)*\")\s*\}\}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![\w.])")
_WHOLE = re.compile(r"[-+]?0*[0-9]{1,20}")
"""Whole numbers that are read as such; longer ones are larger than any that is kept, and are compared as the
nearest that a float is."""
_WORD = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*")


def braced(text):
    """The text that a JSON string in braces stands for, or None when it is none: a wrong escape, half of a
    surrogate pair."""
    try:
        found = json.loads(text)
        found.encode()
    except ValueError:
        return None
    return found


class Unreadable(ValueError):
    """A text is no condition: the rule, and the place in it, counted from 1."""

    def __init__(self, rule, place):
        ValueError.__init__(self, "at character %d: %s" % (place + 1, rule))
        self.rule = rule
        self.place = place + 1


class Undecided(ValueError):
    """A condition has no answer for these values."""


# reading -----------------------------------------------------------------------------------------


def parse(text):
    """The tree of a condition. Raises Unreadable."""
    reader = _Reader(text)
    tree = reader.any_of(0)
    if reader.kind != "end":
        raise Unreadable(_stray(reader), reader.place)
    return tree


def _stray(reader):
    """What is wrong with something that follows a whole condition."""
    if reader.kind == "operator":
        return "a second comparison follows; join comparisons by and"
    if reader.kind == ")":
        return "a ) without its ("
    if reader.kind == "word":
        return "%s does not belong here; put text in quotes, and join comparisons by and, or" % reader.value
    return "something does not belong here; a condition is made of comparisons, joined by and, or"


class _Reader:
    """The tokens of a condition, one ahead: `kind` is the symbol itself, or value, text, name, word,
    operator, end."""

    def __init__(self, text):
        self.text = text
        self.end = 0
        self.kind, self.value, self.place = "", None, 0
        self.step()

    def step(self):
        """Go on to the next token."""
        self.place = place = len(self.text) - len(self.text[self.end :].lstrip())
        if place >= len(self.text):
            self.kind, self.value = "end", None
            return
        letter = self.text[place]
        if letter in "'\"":
            self._quoted(place, letter)
        elif self.text.startswith("{" * 2, place):
            self._braces(place)
        elif letter in "()[],":
            self.kind, self.value, self.end = letter, letter, place + 1
        elif self._operator(place):
            pass
        elif letter in "+-.0123456789":
            self._number(place)
        else:
            self._word(place)

    def _operator(self, place):
        for operator in COMPARISONS:
            if self.text.startswith(operator, place):
                self.kind, self.value, self.end = "operator", operator, place + len(operator)
                return True
        return False

    def _number(self, place):
        found = _NUMBER.match(self.text, place)
        if not found and self.text[place] in "+-":
            raise Unreadable(
                "%s is not part of a condition: it compares, and does not calculate" % self.text[place], place
            )
        if not found:
            raise Unreadable("this is no number; put text in quotes", place)
        value = _number(found.group())
        whole = found.group().lstrip("+-").isdigit()
        if math.isinf(value) or (whole and not -LARGEST - 1 <= value <= LARGEST):
            raise Unreadable("%s is too large; whole numbers have 64 bits" % found.group()[:SHOWN], place)
        self.kind, self.value, self.end = "value", value, found.end()

    def _word(self, place):
        found = _WORD.match(self.text, place)
        if not found and self.text[place] in OTHERS:
            raise Unreadable(
                "%s is not known; write %s" % (self.text[place], OTHERS[self.text[place]]), place
            )
        if not found:
            raise Unreadable(
                "%s is not part of a condition" % json.dumps(self.text[place], ensure_ascii=False), place
            )
        word = found.group()
        self.end = found.end()
        if word in WORDS:
            self.kind, self.value = "value", WORDS[word]
        elif word in ("in", "not", "and", "or"):
            self.kind, self.value = "word", word
        elif word.split(".")[0] in ROOTS:
            self.kind, self.value = "name", word.split(".")
        else:
            raise Unreadable(
                "%s is not known; put text in quotes: '%s'" % (word[:SHOWN], word[:SHOWN]), place
            )

    def _braces(self, place):
        found = _NAME.match(self.text, place)
        if not found:
            raise Unreadable("a name in braces is not closed, or is no name", place)
        self.kind, self.value, self.end = "name", found.group(1).split("."), found.end()

    def _quoted(self, place, quote):
        """Text in quotes; names in it are read first, so that they may contain anything that a name may."""
        pieces, at, letters = [], place + 1, []
        while at < len(self.text) and self.text[at] != quote:
            name, literal = _NAME.match(self.text, at), _LITERAL.match(self.text, at)
            if name:
                pieces += [["value", "".join(letters)], ["name", name.group(1).split(".")]]
                letters, at = [], name.end()
            elif literal and braced(literal.group(1)) is not None:
                letters.append(braced(literal.group(1)))
                at = literal.end()
            elif self.text[at] == "\\" and self.text[at + 1 : at + 2] in ("\\", "'", '"'):
                letters.append(self.text[at + 1])
                at += 2
            else:
                letters.append(self.text[at])
                at += 1
        if at >= len(self.text):
            raise Unreadable("the quote that begins here is not closed", place)
        self.end = at + 1
        if pieces:
            self.kind, self.value = "text", [*pieces, ["value", "".join(letters)]]
        else:
            self.kind, self.value = "value", "".join(letters)

    # the grammar

    def any_of(self, depth):
        return self._joined("or", self._all_of, depth)

    def _all_of(self, depth):
        return self._joined("and", self._negated, depth)

    def _joined(self, word, inner, depth):
        terms = [inner(depth)]
        while self.kind == "word" and self.value == word:
            self.step()
            terms.append(inner(depth))
        return terms[0] if len(terms) == 1 else [word, terms]

    def _negated(self, depth):
        if self.kind == "word" and self.value == "not":
            self._deeper(depth)
            self.step()
            return ["not", self._negated(depth + 1)]
        return self._compared(depth)

    def _compared(self, depth):
        begun = self.place
        left = self._operand(depth)
        place = self.place
        operator = self._comparison()
        if operator is None:
            if self.kind == ",":
                raise Unreadable("a list is written in square brackets, such as [1, 5]", begun)
            if left[0] == "list" or (
                left[0] == "value" and not isinstance(left[1], bool) and left[1] not in ("true", "false")
            ):
                raise Unreadable("a value alone is neither true nor false; compare it with something", begun)
            return left
        right = self._operand(depth)
        if operator in ("in", "not in") and right[0] == "value" and not isinstance(right[1], str):
            raise Unreadable("after in comes a list, text or a name", place)
        return [operator, left, right]

    def _comparison(self):
        if self.kind == "operator":
            operator = self.value
        elif self.kind == "word" and self.value == "in":
            operator = "in"
        elif self.kind == "word" and self.value == "not":
            self.step()
            if self.kind != "word" or self.value != "in":
                raise Unreadable("after a value, not is followed by in", self.place)
            operator = "not in"
        else:
            return None
        self.step()
        return operator

    def _operand(self, depth):
        kind, value, place = self.kind, self.value, self.place
        if kind in ("value", "text", "name"):
            self.step()
            return [kind, value]
        if kind == "(":
            self._deeper(depth)
            self.step()
            inner = self.any_of(depth + 1)
            self._closed(")", place)
            return inner
        if kind == "[":
            self._deeper(depth)
            self.step()
            return ["list", self._members(depth, place)]
        if kind == "end":
            raise Unreadable("a value is missing at the end", place)
        raise Unreadable("a value is expected here, not %s" % value, place)

    def _members(self, depth, place):
        members = []
        while self.kind != "]":
            members.append(self._operand(depth + 1))
            if self.kind != ",":
                break
            self.step()
        self._closed("]", place)
        return members

    def _closed(self, symbol, place):
        if self.kind != symbol:
            raise Unreadable("the %s that begins here is not closed" % {")": "(", "]": "["}[symbol], place)
        self.step()

    def _deeper(self, depth):
        if depth >= DEPTH:
            raise Unreadable("parentheses, lists and not are nested more than %d deep" % DEPTH, self.place)


def names(tree):
    """The path of every name in a tree, such as ["params", "rate"]."""
    if tree[0] == "name":
        yield tree[1]
    for inner in _inner(tree):
        yield from names(inner)


def _inner(tree):
    """The trees inside a tree."""
    if tree[0] in ("and", "or", "list", "text"):
        return tree[1]
    return () if tree[0] in ("value", "name", "ref") else tree[1:]


def bind(tree, lookup):
    """A tree with each name replaced by the node that `lookup` gives for its path."""
    kind = tree[0]
    if kind == "name":
        return lookup(tree[1])
    if kind in ("value", "ref"):
        return tree
    if kind in ("and", "or", "list", "text"):
        return [kind, [bind(inner, lookup) for inner in tree[1]]]
    return [kind, *(bind(inner, lookup) for inner in tree[1:])]


# deciding ----------------------------------------------------------------------------------------


def holds(tree, lookup):
    """Whether a bound condition holds; `lookup(step, output)` gives the value of a reference. What is not
    needed for the answer is not looked up. Raises Undecided, and what `lookup` raises."""
    return _truth(_found(tree, lookup))


def _found(tree, lookup):
    """The value of a tree."""
    kind = tree[0]
    if kind == "value":
        return tree[1]
    if kind == "ref":
        return lookup(tree[1], tree[2])
    if kind == "text":
        return "".join(written(_found(piece, lookup)) for piece in tree[1])
    if kind == "list":
        return [_found(member, lookup) for member in tree[1]]
    if kind == "not":
        return not holds(tree[1], lookup)
    if kind == "and":
        return all(holds(term, lookup) for term in tree[1])
    if kind == "or":
        return any(holds(term, lookup) for term in tree[1])
    return _compare(kind, _found(tree[1], lookup), _found(tree[2], lookup))


def _truth(value):
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise Undecided("%s is neither true nor false; compare it with something" % shown(value))


def _compare(operator, left, right):
    try:
        if operator in ("==", "!="):
            return same(left, right) == (operator == "==")
        if operator in ("in", "not in"):
            return _contains(right, left) == (operator == "in")
        return _ordered(left, operator, right)
    except RecursionError:
        raise Undecided("the values are nested too deep to be compared")


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(text):
    """The number that a text is, or None."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    return int(text) if _WHOLE.fullmatch(text) else float(text)


def same(left, right):
    """Whether two values are equal: numbers by their value, text against a number or true and false by what
    it is written as, lists and objects by their members, anything else only with its own kind."""
    if isinstance(left, str) and not isinstance(right, str):
        left, right = right, left
    if isinstance(right, str) and _is_number(left):
        return left == _number(right)
    if isinstance(right, str) and isinstance(left, bool):
        return right == ("true" if left else "false")
    if _is_number(left) and _is_number(right):
        return left == right
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def _ordered(left, operator, right):
    a = _number(left) if isinstance(left, str) and _is_number(right) else left
    b = _number(right) if isinstance(right, str) and _is_number(left) else right
    if not (_is_number(a) and _is_number(b)) and not (isinstance(a, str) and isinstance(b, str)):
        raise Undecided(
            "%s and %s have no order: two numbers have one, or two texts" % (shown(left), shown(right))
        )
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def _contains(whole, value):
    if isinstance(whole, (list, tuple)):
        return any(same(member, value) for member in whole)
    if isinstance(whole, str) and isinstance(value, str):
        return value in whole
    if isinstance(whole, dict) and isinstance(value, str):
        return value in whole
    raise Undecided(
        "%s cannot be in %s: in looks for a value in a list, for text in text, or for a key in an object"
        % (shown(value), shown(whole))
    )


def written(value):
    """A value as text: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shown(value):
    """A value in a sentence."""
    text = "'%s'" % value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def said(tree, lookup):
    """A bound condition with the values that it had, for a person; what has no value is named."""
    kind = tree[0]
    if kind in ("value", "ref", "text", "list"):
        try:
            return shown(_found(tree, lookup))
        except Exception:  # whatever a lookup raises: the sentence is told all the same
            return "steps.%s.outputs.%s" % (tree[1], tree[2]) if kind == "ref" else "?"
    if kind == "not":
        return "not " + _grouped(tree[1], lookup)
    if kind in ("and", "or"):
        return (" %s " % kind).join(_grouped(term, lookup) for term in tree[1])
    return "%s %s %s" % (said(tree[1], lookup), kind, said(tree[2], lookup))


def _grouped(tree, lookup):
    text = said(tree, lookup)
    return "(%s)" % text if tree[0] in ("and", "or") else text
