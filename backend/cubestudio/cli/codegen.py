"""Generate the Python client from the schema.

Of every type there are up to five shapes, each a GraphQL fragment and a TypedDict with exactly its fields, so
that what the type says is what the platform was asked for. A thing has an `id`; a value does not, and belongs
to the thing that has it.

| shape | its own fields | values in it   | things in it              | used for                      |
|-------|----------------|----------------|---------------------------|-------------------------------|
| FULL  | all            | as VALUE       | as ROW                    | what an operation returns     |
| VALUE | all            | as VALUE       | a single one as REF       | values in FULL                |
| ITEM  | all            | none           | a single one as REF       | the nodes of a connection     |
| ROW   | all            | none           | none                      | things in FULL                |
| REF   | id, name, number | none         | none                      | things in ITEM and in VALUE   |

Fields with arguments, and those in COSTLY, are left out: `Client.execute` requests them."""

import keyword
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
)

HOME = "backend/cubestudio/client/"
SCALARS = {
    "String": "str",
    "ID": "str",
    "Int": "int",
    "Float": "float",
    "Boolean": "bool",
    "Long": "int",
    "Bytes": "int",
    "DateTime": "str",
}
"""Python's types for scalars; Any for others."""
COSTLY = {"Pod.logIndex", "Pod.usage", "Pod.events", "Pod.manifest", "Cluster.components", "Step.invocation"}
"""Fields that read whole logs or call a cluster."""
CONNECTION = ("edges", "totalCount")
"""Fields of a connection that are left out: its nodes once more, and what is counted only when requested."""
PROBLEM = "Problem"
ROOTS = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}
GENERATED = "Generated from schema.graphql by `make generate`; do not edit."

CLIENT = """Every operation of the platform as a method, with the fields that `types` lists. `execute` runs
operations with other selections. Arguments that are not given are not sent. Methods raise Refused when the
platform refuses, Failed when a request fails."""


class Level(Enum):
    """How much of a type is selected; its value is the end of the shape's name."""

    FULL = ""
    VALUE = "Value"
    ITEM = "Item"
    ROW = "Row"
    REF = "Ref"


@dataclass
class Shape:
    """A selection of a type's fields: what is written in GraphQL, and the types in Python."""

    name: str
    type: Any
    selection: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


def snake(name: str) -> str:
    """Return a name as Python writes it."""
    found = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return f"{found}_" if keyword.iskeyword(found) else found


def is_list(type_: Any) -> bool:
    """Return whether a type is a list."""
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)


def annotated(type_: Any, name: str) -> str:
    """Return a GraphQL type in Python, in which its named type is called `name`."""
    if isinstance(type_, GraphQLNonNull):
        return annotated(type_.of_type, name).removesuffix(" | None")
    found = f"list[{annotated(type_.of_type, name)}]" if isinstance(type_, GraphQLList) else name
    return found if found == "Any" else f"{found} | None"


def text(description: str | None, indent: str) -> str:
    """Return a description as a docstring."""
    lines = (description or "").replace("\\", "\\\\").replace('"""', "'''").strip().splitlines()
    return f'{indent}"""' + f"\n{indent}".join(lines) + '"""\n' if lines else ""


class Shapes:
    """The shapes that the operations of a schema use."""

    def __init__(self, graph: GraphQLSchema):
        self.graph = graph
        self.made: dict[str, Shape] = {}
        self._within: list[tuple[str, Level]] = []
        unions = [each for each in graph.type_map.values() if isinstance(each, GraphQLUnionType)]
        self._problem = graph.type_map.get(PROBLEM)
        self._beside = [member for union in unions if self._problem in union.types for member in union.types]

    def leaf(self, type_: Any, prefix: str = "") -> str:
        """Return a scalar or enum in Python."""
        named = get_named_type(type_)
        return (
            f"{prefix}{named.name}" if isinstance(named, GraphQLEnumType) else SCALARS.get(named.name, "Any")
        )

    def result(self, type_: Any, level: Level = Level.FULL) -> tuple[str, str]:
        """Return the selection of a type, and its name in Python."""
        named = get_named_type(type_)
        if is_leaf_type(named):
            return "", self.leaf(named)
        if isinstance(named, GraphQLUnionType) and self._problem in named.types:
            things = [self.result(each, level) for each in named.types if each is not self._problem]
            parts = " ".join(selection for selection, _ in things)
            return f"__typename {parts} ...{self.problem()}", " | ".join(name for _, name in things)
        shape = self.shape(named, level)
        return f"...{shape.name}", shape.name

    def problem(self) -> str:
        """Return the name of the shape of problems. A field that another type of a union has with another
        type has another name in it, as GraphQL demands."""
        problem = self.shape(self._problem, Level.FULL)
        taken = {
            name
            for thing in self._beside
            for name, each in thing.fields.items()
            if thing is not self._problem
            and name in self._problem.fields  # ty: ignore
            and str(each.type) != str(self._problem.fields[name].type)  # ty: ignore
        }
        problem.selection = [
            f"problem_{each}: {each}" if each in taken else each for each in problem.selection
        ]
        return problem.name

    def shape(self, type_: Any, level: Level) -> Shape:
        """Return the shape of a type; one that was made already when it has the same fields."""
        if isinstance(type_, GraphQLUnionType):
            return self._keep(Shape(type_.name, type_, ["__typename"], {"__typename": "str"}))
        if isinstance(type_, GraphQLInterfaceType):
            level = Level.REF
        elif level is not Level.REF and self._flat(type_):
            level = Level.FULL
        shape = Shape(self._name(type_, level), type_)
        if isinstance(type_, GraphQLInterfaceType):
            shape.selection, shape.fields = ["__typename"], {"__typename": "str"}
        if shape.name in self.made:
            return self.made[shape.name]
        self._within.append((type_.name, level))
        for name, each in type_.fields.items():
            inner = self._inner(type_, name, each, level)
            if inner is None:
                continue
            selection, python = self.result(each.type, inner)
            shape.selection.append(f"{name} {{ {selection} }}" if selection else name)
            shape.fields[name] = annotated(each.type, python)
        self._within.pop()
        if not shape.selection:
            shape.selection, shape.fields = ["__typename"], {"__typename": "str"}
        return self._keep(shape)

    def _flat(self, type_: Any) -> bool:
        """Return whether a type has only fields of its own, so that all its shapes but REF are the same."""
        levels = (self._inner(type_, name, each, Level.FULL) for name, each in type_.fields.items())
        return all(level in (None, Level.FULL) for level in levels) and not connection(type_)

    def _name(self, type_: Any, level: Level) -> str:
        name = type_.name + level.value
        while self.graph.type_map.get(name, type_) is not type_:
            name += "_"
        return name

    def _keep(self, shape: Shape) -> Shape:
        return self.made.setdefault(shape.name, shape)

    def _inner(self, owner: Any, name: str, each: GraphQLField, level: Level) -> Level | None:
        """Return the level of a field's type in a shape of its owner; None: the field is left out."""
        named = get_named_type(each.type)
        if each.args or f"{owner.name}.{name}" in COSTLY:
            return None
        if connection(owner):
            return None if name in CONNECTION else Level.ITEM if name == "nodes" else Level.FULL
        if level is Level.REF:
            return level if name in ("id", "name", "number") and is_leaf_type(named) else None
        if is_leaf_type(named):
            return level
        if level is Level.ROW or connection(named) or (named.name, Level.VALUE) in self._within:
            return None
        if not thing(named):
            return None if level is Level.ITEM else Level.VALUE
        if level is Level.FULL:
            return Level.ROW
        return None if is_list(each.type) or not referable(named) else Level.REF


def connection(type_: Any) -> bool:
    """Return whether a type is a page of a list."""
    fields = getattr(type_, "fields", {})
    return "nodes" in fields and "pageInfo" in fields


def thing(type_: Any) -> bool:
    """Return whether a type is a thing, which has an id; other objects are values."""
    return "id" in getattr(type_, "fields", {})


def referable(type_: Any) -> bool:
    """Return whether a reference to a thing says more than its id."""
    return bool({"name", "number"} & set(type_.fields))


@dataclass(kw_only=True)
class Argument:
    """An argument of a method: the path of its value in the variables, and its type in Python."""

    path: tuple[str, ...]
    python: str
    required: bool
    description: str | None

    @property
    def name(self) -> str:
        return snake(self.path[-1])


class Operation:
    """A root field as a document and as methods."""

    def __init__(self, shapes: Shapes, root: str, name: str, each: GraphQLField):
        self.root, self.name, self.field = root, name, each
        self._shapes = shapes
        selection, python = shapes.result(each.type)
        self.python = annotated(each.type, f"types.{python}" if selection and "|" not in python else python)
        if "|" in python and selection:
            self.python = " | ".join(f"types.{part}" for part in python.split(" | "))
        self.arguments = list(self._arguments())
        self.document = self._document(selection)

    def _arguments(self) -> Any:
        """Yield the arguments; the fields of a single argument `input` are arguments themselves."""
        others = {key for key in self.field.args if key != "input"}
        for key, arg in self.field.args.items():
            named = get_named_type(arg.type)
            if (
                key == "input"
                and isinstance(named, GraphQLInputObjectType)
                and not named.is_one_of
                and not others & set(named.fields)
            ):
                for inner, value in named.fields.items():
                    yield self._argument((key, inner), value, is_required_input_field(value))
            else:
                yield self._argument((key,), arg, is_required_argument(arg))

    def _argument(self, path: tuple[str, ...], given: Any, required: bool) -> Argument:
        return Argument(
            path=path,
            python=input_python(self._shapes, given.type, "types."),
            required=required,
            description=given.description,
        )

    def _document(self, selection: str) -> str:
        declared = ", ".join(f"${key}: {variable(arg)}" for key, arg in self.field.args.items())
        passed = ", ".join(f"{key}: ${key}" for key in self.field.args)
        head = f"{ROOTS[self.root]} {self.name}" + (f"({declared})" if declared else "")
        inner = self.name + (f"({passed})" if passed else "") + (f" {{ {selection} }}" if selection else "")
        return f"{head} {{ {inner} }}"

    def _head(self, prefix: str, name: str, returns: str, without: tuple[str, ...] = ()) -> str:
        """Return the signature and the docstring of a method."""
        kept = [each for each in self.arguments if each.path[-1] not in without]
        required = [f"{each.name}: {each.python}" for each in kept if each.required]
        optional = [f"{each.name}: {each.python} = UNSET" for each in kept if not each.required]
        parameters = ", ".join(["self", *required, *(["*", *optional] if optional else [])])
        described = [f"`{each.name}`: {each.description}" for each in kept if each.description]
        doc = "\n\n".join([self.field.description or f"Run `{self.name}`.", "\n".join(described)]).strip()
        return f"    {prefix}def {name}({parameters}) -> {returns}:\n" + text(doc, " " * 8)

    def _variables(self, without: tuple[str, ...] = ()) -> str:
        """Return the variables as an expression in Python."""
        found: dict[str, Any] = {}
        for each in self.arguments:
            if each.path[-1] not in without:
                target = found
                for key in each.path[:-1]:
                    target = target.setdefault(key, {})
                target[each.path[-1]] = each.name
        return _literal(found)

    def method(self, is_async: bool) -> str:
        """Return the operation as a method."""
        name = snake(self.name)
        prefix, wait = ("async ", "await ") if is_async else ("", "")
        call = f"({self.name!r}, {self._variables()}"
        if self.root != "Subscription":
            return self._head(prefix, name, self.python) + f"        return {wait}self._run{call})\n"
        payload = get_named_type(self.field.type)
        resumes = "since" in self.field.args and "cursor" in getattr(payload, "fields", {})
        lasting = resumes and get_named_type(self.field.args["since"].type).name != "String"
        more = (", resumes=True" if resumes else "") + (", lasting=True" if lasting else "")
        returns = f"{'AsyncIterator' if is_async else 'Iterator'}[{self.python}]"
        return self._head("", name, returns) + f"        return self._subscribe{call}{more})\n"

    def iteration(self, is_async: bool) -> str | None:
        """Return a method that yields all nodes of a connection; None when the operation is no such list."""
        page = get_named_type(self.field.type)
        if self.root != "Query" or not connection(page) or "after" not in self.field.args:
            return None
        without = ("first", "after")
        node = get_named_type(page.fields["nodes"].type)  # ty: ignore
        python = f"types.{self._shapes.shape(node, Level.ITEM).name}"
        returns = f"{'AsyncIterator' if is_async else 'Iterator'}[{python}]"
        call = f"        return self._each({self.name!r}, {self._variables(without)})\n"
        return self._head("", f"each_{snake(node.name)}", returns, without) + call


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(each)}" for key, each in value.items()) + "}"
    return value


def variable(arg: Any) -> str:
    """Return the type of a variable: it may be left out when the argument has a default."""
    return str(arg.type) if is_required_argument(arg) else str(arg.type).removesuffix("!")


def input_python(shapes: Shapes, type_: Any, prefix: str = "") -> str:
    """Return the type of an input in Python."""
    named = get_named_type(type_)
    name = (
        f"{prefix}{named.name}" if isinstance(named, GraphQLInputObjectType) else shapes.leaf(named, prefix)
    )
    return annotated(type_, name)


def record(name: str, description: str | None, fields: dict[str, str]) -> str:
    """Return a TypedDict; in the form of a call when a field is called like a keyword of Python."""
    if any(map(keyword.iskeyword, fields)):
        return f"{name} = TypedDict({name!r}, {fields!r})\n{text(description, '')}"
    body = "\n".join(f"    {key}: {python}" for key, python in fields.items())
    return f"\nclass {name}(TypedDict):\n{text(description, '    ')}\n{body}\n"


def typed(shapes: Shapes) -> str:
    """Return the module of types: enums, inputs and shapes."""
    lines = [
        f'"""The types of the client: what operations take and what they return. {GENERATED}"""\n',
        "from __future__ import annotations\n",
        "from typing import Any, Literal, NotRequired, TypedDict\n",
    ]
    for type_ in sorted(shapes.graph.type_map.values(), key=lambda each: each.name):
        if isinstance(type_, GraphQLEnumType) and not type_.name.startswith("__"):
            lines.append(f"{type_.name} = Literal[{', '.join(map(repr, type_.values))}]")
            lines.append(text(type_.description, ""))
        if isinstance(type_, GraphQLInputObjectType):
            fields = {
                name: python if is_required_input_field(each) else f"NotRequired[{python}]"
                for name, each in type_.fields.items()
                for python in [input_python(shapes, each.type)]
            }
            lines.append(record(type_.name, type_.description, fields))
    for shape in sorted(shapes.made.values(), key=lambda each: each.name):
        lines.append(record(shape.name, shape.type.description, shape.fields))
    return "\n".join(lines) + "\n"


def documented(shapes: Shapes, operations: list[Operation]) -> str:
    """Return the module of documents. Raises ValueError when one is not valid."""
    fragments = {
        shape.name: f"fragment {shape.name} on {shape.type.name} {{ {' '.join(shape.selection)} }}"
        for shape in sorted(shapes.made.values(), key=lambda each: each.name)
    }
    documents = {each.name: each.document for each in operations}
    whole = "\n".join([*documents.values(), *fragments.values()])
    if errors := validate(shapes.graph, parse(whole)):
        raise ValueError(f"A generated document is not valid: {errors[0]}")
    lines = [f'"""The documents of the client. {GENERATED}"""\n']
    for name, texts in (("FRAGMENTS", fragments), ("OPERATIONS", documents)):
        lines.append(f"{name}: dict[str, str] = {{")
        lines += [f"    {key!r}: {value!r}," for key, value in texts.items()]
        lines.append("}\n")
    return "\n".join(lines)


def client(operations: list[Operation], is_async: bool) -> str:
    """Return the module of a client."""
    a, iterator = ("Async", "AsyncIterator") if is_async else ("", "Iterator")
    kind = "asynchronous" if is_async else "synchronous"
    module = "async_transport" if is_async else "transport"
    lines = [
        f'"""The {kind} client. {GENERATED}"""\n',
        "from __future__ import annotations\n",
        f"from collections.abc import {iterator}\nfrom typing import Any\n",
        "from cubestudio.client import types",
        *sorted(
            (
                f"from cubestudio.client.{module} import {a}Transport",
                "from cubestudio.client.protocol import UNSET",
            )
        ),
        "\n",
        f"class {a}Client({a}Transport):",
        text(CLIENT, "    "),
    ]
    methods: dict[str, str] = {}
    for each in operations:
        for made in (each.method(is_async), each.iteration(is_async)):
            if made:
                name = made.partition("def ")[2].partition("(")[0]
                if name in methods:
                    raise ValueError(f"Two operations are the method {name}.")
                methods[name] = made
    return "\n".join([*lines, *methods.values()])


def generate(sdl: str) -> dict[str, str]:
    """Return the generated modules of the client, by path."""
    graph = build_schema(sdl)
    shapes = Shapes(graph)
    operations = [
        Operation(shapes, root, name, each)
        for root in ROOTS
        for name, each in graph.type_map[root].fields.items()  # ty: ignore
    ]
    return {
        f"{HOME}types.py": typed(shapes),
        f"{HOME}documents.py": documented(shapes, operations),
        f"{HOME}client.py": client(operations, is_async=False),
        f"{HOME}async_client.py": client(operations, is_async=True),
    }
