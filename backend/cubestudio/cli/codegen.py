"""Writes the typed client from the schema: `python -m cubestudio.cli.codegen` prints it."""

import re
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from cubestudio.schema import schema

PYTHON = {
    "String": "str",
    "ID": "str",
    "Int": "int",
    "Float": "float",
    "Boolean": "bool",
    "Long": "int",
    "DateTime": "str",
    "JSON": "Any",
}
DEPTH = 2
COSTLY = {"Pod.logIndex", "Pod.usage", "Pod.events", "Pod.manifest", "Cluster.components", "Step.invocation"}
"""Fields that read whole logs or ask a cluster: a method does not ask for them; `Client.execute` does."""


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def python(type_: object, optional: bool = True) -> str:
    """A GraphQL type as a Python annotation."""
    if isinstance(type_, GraphQLNonNull):
        return python(type_.of_type, optional=False)
    text = f"list[{python(type_.of_type)}]" if isinstance(type_, GraphQLList) else _named(type_)
    return f"{text} | None" if optional else text


def _named(type_: object) -> str:
    if isinstance(type_, GraphQLUnionType):
        return next(member.name for member in type_.types if member.name != "Problem")
    name = getattr(type_, "name", "")
    return (
        f"Literal[{', '.join(repr(value) for value in type_.values)}]"
        if isinstance(type_, GraphQLEnumType)
        else PYTHON.get(name, name)
    )


def free(field: GraphQLField) -> bool:
    """Whether a field can be asked for without arguments."""
    return not any(
        isinstance(argument.type, GraphQLNonNull) and argument.default_value is None
        for argument in field.args.values()
    )


def selection(type_: Any, depth: int = DEPTH) -> str:
    """What the client asks for of a type: its leaves, and objects down to a depth; no lists of lists."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLUnionType):
        thing = next(member for member in named.types if member.name != "Problem")
        problem = "... on Problem { code message field hint faults { code message field hint } }"
        return f" {{ __typename ... on {thing.name}{selection(thing, depth)} {problem} }}"
    if not isinstance(named, GraphQLObjectType):
        return ""
    parts = [
        name + selection(field.type, depth - 1)
        for name, field in named.fields.items()
        if asked(named.name, name, field, depth)
    ]
    return f" {{ {' '.join(parts)} }}"


def asked(owner: str, name: str, field: GraphQLField, depth: int) -> bool:
    named = get_named_type(field.type)
    if field.args or f"{owner}.{name}" in COSTLY:
        return False
    return not isinstance(named, GraphQLObjectType | GraphQLUnionType) or depth > 1


def method(root: str, name: str, field: GraphQLField) -> str:
    """One operation as a method."""
    kind = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}[root]
    required = [
        (key, arg)
        for key, arg in field.args.items()
        if isinstance(arg.type, GraphQLNonNull)
        and not arg.out_name
        and arg.ast_node
        and arg.ast_node.default_value is None
    ]
    optional = [(key, arg) for key, arg in field.args.items() if (key, arg) not in required]
    parameters = [f"{snake(key)}: {python(arg.type)}" for key, arg in required]
    star = ["*"] if optional else []
    parameters += star + [
        (
            f"{snake(key)}: "
            f"{python(arg.type, True)}{'' if python(arg.type, True).endswith('None') else ' | None'} = "
            "None"
        )
        for key, arg in optional
    ]
    names = [key for key, _ in optional]
    declared = [
        f"${key}: {str(arg.type).removesuffix('!') if key in names else arg.type}"
        for key, arg in field.args.items()
    ]
    head = f"{kind}({', '.join(declared)})" if declared else kind
    inner = f"({', '.join(f'{key}: ${key}' for key in field.args)})" if field.args else ""
    document = f"{head} {{ {name}{inner}{selection(field.type)} }}"
    variables = "{" + ", ".join(f"{key!r}: {snake(key)}" for key in field.args) + "}"
    result = python(field.type)
    call = "_subscribe" if root == "Subscription" else "_ask"
    returns = f"Iterator[{result}]" if root == "Subscription" else result
    doc = (field.description or name).replace('"""', "'''")
    return (
        f"    def {snake(name)}(self, {', '.join(parameters)}) -> {returns}:\n".replace("self, )", "self)")
        + f'        """{doc}"""\n'
        + f"        return self.{call}({document!r}, {variables}, {name!r})\n"
    )


def generate() -> str:
    """The module's text."""
    graph = build_schema(schema.as_str())
    lines = [
        '"""The typed client. Generated from schema.graphql by `make generate`; do not edit."""\n',
        "from collections.abc import Iterator\nfrom typing import Any, Literal, NotRequired, TypedDict\n",
        "from cubestudio.client.transport import Failed, Refused, Transport\n",
        '__all__ = ["Client", "Failed", "Refused"]\n',
    ]
    for type_ in graph.type_map.values():
        if (
            isinstance(type_, GraphQLObjectType)
            and not type_.name.startswith("__")
            and type_.name not in ("Query", "Mutation", "Subscription")
        ):
            lines.append(f"\nclass {type_.name}(TypedDict):")
            if type_.description:
                lines.append(f'    """{type_.description}"""\n')
            for name, field in type_.fields.items():
                lines.append(
                    f"    {name}: NotRequired[{python(field.type)!r}]"
                    if not asked(type_.name, name, field, 1)
                    else f"    {name}: {python(field.type)!r}"
                )
            lines.append("")
        elif isinstance(type_, GraphQLInputObjectType):
            lines.append(f"\nclass {type_.name}(TypedDict):")
            lines.append(f'    """{type_.description}"""\n')
            for name, given in type_.fields.items():
                told = python(given.type)
                lines.append(
                    f"    {name}: {told!r}"
                    if isinstance(given.type, GraphQLNonNull)
                    else f"    {name}: NotRequired[{told!r}]"
                )
            lines.append("")
    lines.append("\nclass Client(Transport):")
    lines.append(
        '    """Every operation of the platform as a method; what it asks for is each type\'s plain '
        "fields and one level below."
    )
    lines.append(
        "    For other selections use `execute(query, variables)`. Refusals raise Refused, errors "
        'Failed."""\n'
    )
    lines.append("    def _ask(self, document: str, variables: dict[str, Any], name: str) -> Any:")
    lines.append(
        "        answer = self.execute(document, {key: value for key, value in variables.items() if "
        "value is not None})[name]"
    )
    lines.append('        if isinstance(answer, dict) and answer.get("__typename") == "Problem":')
    lines.append("            raise Refused(answer)")
    lines.append("        return answer\n")
    lines.append(
        "    def _subscribe(self, document: str, variables: dict[str, Any], name: str) -> Iterator[Any]:"
    )
    lines.append(
        "        for data in self.subscribe(document, {key: value for key, value in "
        "variables.items() if value is not None}):"
    )
    lines.append("            yield data[name]\n")
    for root in ("Query", "Mutation", "Subscription"):
        for name, field in graph.type_map[root].fields.items():  # ty: ignore
            lines.append(method(root, name, field))
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(generate(), end="")
