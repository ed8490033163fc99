"""The classes that Pulumi's SDK generator makes of the schema, as far as a program sees them."""

import enum
import json
import os
import re

import pulumi

with open(os.environ["PLAYLAKE_SCHEMA"], encoding="utf-8") as file:
    _schema = json.load(file)


def _snake(names):
    return {re.sub(r"([A-Z])", r"_\1", name).lower(): name for name in names}


def _component(token, spec):
    arguments = _snake(spec["inputProperties"])
    outputs = _snake(spec["properties"])

    class Component(pulumi.ComponentResource):
        def __init__(self, resource_name, opts=None, **given):
            for argument in given:
                if argument not in arguments:
                    raise TypeError(f"{token} has no argument {argument}")
            props = {output: None for output in spec["properties"]}
            props.update((arguments[argument], value) for argument, value in given.items())
            for required in spec["requiredInputs"]:
                if props.get(required) is None:
                    raise TypeError(f"{token}: missing required property {required}")
            for name, value in props.items():
                if spec["inputProperties"].get(name, {}).get("secret"):
                    props[name] = pulumi.Output.secret(value)
            super().__init__(token, resource_name, props, opts, remote=True)

        def __getattr__(self, name):
            if name not in outputs:
                raise AttributeError(name)
            return self.__dict__[outputs[name]]

    return Component


for _token, _spec in _schema["resources"].items():
    globals()[_token.split(":")[2]] = _component(_token, _spec)

for _token, _spec in _schema["types"].items():
    if "enum" in _spec:
        _values = [one["value"] for one in _spec["enum"]]
        _name = _token.split(":")[2]
        globals()[_name] = enum.Enum(_name, {value.upper(): value for value in _values}, type=str)
