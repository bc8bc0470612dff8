"""Reads template.yaml into plain data: `!Ref x` becomes `{"Ref": "x"}`, as CloudFormation itself reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the one in C, where it was built
    """YAML with CloudFormation's short forms."""


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(None, None, f"!{name} has no value", node.start_mark)
    if name in ("Ref", "Condition"):
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def load(path: Path) -> Template:
    """Read the template; raises yaml.YAMLError where it is no YAML."""
    template: Template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    return template


def resources(template: Template, *types: str) -> dict[str, dict[str, Any]]:
    """Give the properties of all resources of these types, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] in types
    }


def function_events(template: Template, *types: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Give the properties of the functions' events of these types, by function and event name."""
    return {
        (function, name): event.get("Properties", {})
        for function, properties in resources(template, "AWS::Serverless::Function").items()
        for name, event in properties.get("Events", {}).items()
        if event["Type"] in types
    }
