"""How `cargo xtask test --only api` asks: as someone of the demo, mostly about things that exist.

Made-up ids alone would only ever meet 404, so every id that an answer names is asked for again. Everything goes in
turn, never by chance: a run can be repeated.

COUNTERSIGN_TOKENS is the file that `countersign demo --tokens-json` wrote, COUNTERSIGN_ROLE whom to be of it.
"""

import atexit
import json
import os
import re
from collections import defaultdict

import schemathesis

ID = re.compile(r"\b([a-z]{3,4})_(?:[0-9]{12}_[0-9a-z_]+|[0-9a-f]{32})\b")
# Which kind of id a field of this name holds.
KINDS = {"account": "acc", "endpoint": "hook", "import": "imp", "link": "lnk", "org": "org", "shop": "org"} | {
    "ticket": "tkt", "user": "usr", "violation": "vio", "delivery": "evt", "message": "mail"}  # fmt: skip
# A run must not end the tokens that it and the next one go by, whatever ids it finds.
NOBODYS = "tok_" + "0" * 32

with open(os.environ["COUNTERSIGN_TOKENS"], encoding="utf-8") as file:
    ME = json.load(file)[os.environ["COUNTERSIGN_ROLE"]]

known = defaultdict(list)
turns = defaultdict(int)
answers = defaultdict(set)


@schemathesis.auth()
class Token:
    def get(self, case, context):
        return ME["token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Only what this role may use: that nobody else may is another test's promise."""
    for path, methods in list(raw_schema["paths"].items()):
        for method, operation in list(methods.items()):
            may = operation["x-may"]
            if not may.startswith("any") and ME["role"] not in may.split():
                del methods[method]
        if not methods:
            del raw_schema["paths"][path]


@schemathesis.hook
def before_call(context, case, kwargs):
    is_meant_well = case.meta is None or case.meta.generation.mode.is_positive
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict) and (is_meant_well or place is case.path_parameters):
            for name, value in place.items():
                place[name] = instead(name, value, is_meant_well)


def instead(name, value, is_meant_well):
    """Three of four times something that exists. A part of a path that is no id is meant to be refused and stays."""
    kind = KINDS.get(name)
    if name == "token" and isinstance(value, str):
        return NOBODYS
    if not kind or not isinstance(value, str) or not (is_meant_well or ID.fullmatch(value)):
        return value
    turns[name] += 1
    if turns[name] % 4 == 0:
        return value
    if name == "org":
        return ME["org"]
    return known[kind][turns[name] % len(known[kind])] if known[kind] else value


@schemathesis.hook
def after_call(context, case, response):
    answers[case.operation.label].add(response.status_code)
    if response.status_code < 300:
        for found in ID.finditer(response.text or ""):
            if found[0] not in known[found[1]]:
                known[found[1]].append(found[0])


@atexit.register
def report():
    """How far the run came: what never succeeded was tried at its edges only."""
    never = sorted(label for label, statuses in answers.items() if min(statuses) >= 300)
    print(f"{len(answers) - len(never)} of {len(answers)} operations succeeded at least once; never:", *(never or ["none"]), sep="\n  ")
