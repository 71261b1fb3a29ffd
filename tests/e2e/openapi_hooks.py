"""Loaded by schemathesis, not by pytest. The description says "one of desk.yaml" and "a cursor
that a list gave"; here it learns which those are, so that a request that keeps to it must be
accepted. And an answer may hold nothing that the description doesn't know."""

import itertools
import json
import os

import schemathesis


METHODS = ("get", "post", "delete")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    forget_actor(raw_schema)
    for name, words in json.loads(os.environ["DESK_WORDS"]).items():
        raw_schema["components"]["schemas"][name] = {"type": "string", "enum": words}
    close_answers(raw_schema)


def forget_actor(description):
    """Where there are tokens, nobody looks at X-Desk-Actor."""
    actor = {"$ref": "#/components/parameters/Actor"}
    for path in description["paths"].values():
        for part in (path, *(path[method] for method in METHODS if method in path)):
            part["parameters"] = [one for one in part.get("parameters", []) if one != actor]


A_TIME = "2026-11-22T08:00:00Z"
OPEN = ("open", "new", "assigned", "in_progress", "pending")
keys = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    """What a right request keeps to beyond what a schema can say."""
    if len(case.headers.get("Idempotency-Key", "")) in range(1, 257):
        case.headers["Idempotency-Key"] = f"{os.getpid()}-{next(keys)}"
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    case.headers.pop("Content-Encoding", None)
    case.headers.pop("If-Match", None)
    name_what_there_is(case)
    keep_promises(case.query)
    for name, example in (("filter", ['severity!="minor"']), ("receiver", "s.*")):
        if name in case.query:
            case.query[name] = example
    if isinstance(case.body, dict) and isinstance(case.body.get("filter"), dict):
        keep_promises(case.body["filter"])
        case.body["filter"] |= {"limit": 3}
        if case.path.startswith("/api/v1/incidents"):
            case.body["filter"]["state"] = "open"
    if isinstance(case.body, list):
        for alert in case.body:
            if isinstance(alert, dict):
                alert.update((name, A_TIME) for name in ("startsAt", "endsAt") if name in alert)


# openapi_test.py has made a hundred of each.
numbers = {state: itertools.cycle(range(first, first + 100))
           for state, first in (("new", 1), ("assigned", 101), ("resolved", 201))}
WANTED = {"release": "assigned", "pend": "assigned", "close": "resolved", "reopen": "resolved"}


def name_what_there_is(case):
    """What is done to an incident or alarm is done to one whose state allows it."""
    _, _, action = case.path.rpartition("/{id}/")
    ids = numbers[WANTED.get(action, "new")]
    if "id" in case.path_parameters and case.meta.phase.name != "stateful":
        case.path_parameters["id"] = f"0-{next(ids)}"
    if isinstance(case.body, dict) and "ids" in case.body:
        case.body["ids"] = [f"0-{next(ids)}"]


def keep_promises(search):
    """A cursor is one that a list gave; by priority only open incidents are listed; there are not
    too many parameters; and so on."""
    search.pop("cursor", None)
    for name, value in search.items():
        if isinstance(value, list):
            search[name] = value[:6]
    if "opened_since" in search:
        search["opened_since"] = A_TIME
    for number in ("limit", "partition"):
        if number in search:
            search[number] = int(search[number])
    if str(search.get("sort", "")).endswith("priority") and "state" in search:
        search["state"] = [state for state in search["state"] if state in OPEN] or "open"


def close_answers(description):
    """What is composed of other schemas is closed as a whole: the ones named …Head are its
    parts."""
    schemas = description["components"]["schemas"]
    for name in reached_by_answers(description):
        schema = schemas[name]
        is_object = "properties" in schema or "allOf" in schema
        if is_object and not name.endswith("Head") and "additionalProperties" not in schema:
            schema["unevaluatedProperties"] = False


def reached_by_answers(description):
    """The names of all schemas that an answer uses."""
    answers = [operation["responses"] for path in description["paths"].values()
               for method, operation in path.items() if method in METHODS]
    found, waiting = set(), answers + [description["components"]["responses"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            section, _, name = node.get("$ref", "").removeprefix("#/components/").partition("/")
            if section == "schemas" and name not in found:
                found.add(name)
                waiting.append(description["components"]["schemas"][name])
    return found
