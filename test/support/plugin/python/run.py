"""Runs a program as Pulumi's language host does: run.py PROGRAM ENGINE PROJECT STACK CONFIG"""

import asyncio
import json
import runpy
import sys

import pulumi
from pulumi.runtime import Settings, configure, run_in_stack
from pulumi.runtime.config import set_all_config

program, engine, project, stack, config = sys.argv[1:]
values = json.loads(config)
set_all_config(values, list(values))
configure(Settings(project, stack, engine, engine, 16, False, organization="organization"))
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(run_in_stack(lambda: runpy.run_path(program, run_name="__main__")))
