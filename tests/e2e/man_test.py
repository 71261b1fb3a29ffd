"""The man pages say what the programs and the schemas say: nothing is missing, nothing is broken."""

import json
import os
import re
import subprocess

import pytest
from desk import DESKCTL, DESKD, ROOT

MAN = ROOT / "daemon" / "man"
PAGES = ["deskctl.1", "deskd.8", "deskd.yaml.5", "desk.yaml.5", "deskd-rules.5"]


def rendered(program, page):
    """The page as people read it, words joined by single spaces."""
    done = subprocess.run([program("mandoc"), "-Tutf8", "-Owidth=200", str(MAN / page)],
                          capture_output=True, text=True, check=True,
                          env=os.environ | {"LC_ALL": "C.UTF-8"})
    text = re.sub(r".\x08", "", done.stdout)
    return " ".join(text.split())


def has_word(text, word):
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def help_of(program, *command):
    return subprocess.run([str(program), *command, "--help"], capture_output=True, text=True,
                          check=True).stdout


def options_in(help):
    """Long options where the help lists them, not where examples use them."""
    options = set()
    for line in help.splitlines():
        listed = re.match(r"  ((?:-\w,)?--[\w-]+|-\w)\b", line)
        if listed:
            options.add(listed[1].split(",")[-1])
    return options


def commands_in(help):
    """Names of subcommands, as CLI11 lists them."""
    _, _, listed = help.partition("Subcommands:\n")
    names = []
    for line in listed.splitlines():
        named = re.match(r"  ([a-z][\w-]*)", line)
        if not named:
            if not line.strip():
                break
            continue
        names.append(named[1])
    return names


def all_commands(prefix=()):
    """Every command that --help leads to, as a tuple of words."""
    for name in commands_in(help_of(DESKCTL, *prefix)):
        yield (*prefix, name)
        yield from all_commands((*prefix, name))


@pytest.mark.parametrize("page", PAGES)
def test_mandoc_has_nothing_to_say(page, program):
    done = subprocess.run([program("mandoc"), "-Tlint", "-W", "warning", str(MAN / page)],
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done


def test_every_page_is_there():
    assert sorted(path.name for path in MAN.iterdir() if path.suffix != ".md") == sorted(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_pages_refer_to_each_other(page, program):
    text = rendered(program, page)
    for other in PAGES:
        name, section = other.rsplit(".", 1)
        if other != page:
            assert f"{name}({section})" in text, f"{page} does not mention {name}({section})"


def test_deskctl_has_every_command_and_option(program):
    text = rendered(program, "deskctl.1")
    commands = list(all_commands())
    assert ("incident", "ack") in commands and ("rules", "check") in commands, commands
    missing = []
    for command in [(), *commands]:
        if command and not has_word(text, command[-1]):
            missing.append(" ".join(command))
        missing += [f"{' '.join(command)} {option}" for option in
                    sorted(options_in(help_of(DESKCTL, *command))) if not has_word(text, option)]
    assert not missing


def test_deskctl_has_no_option_that_is_gone(program):
    known = set()
    for command in [(), *all_commands()]:
        known |= set(re.findall(r"--[a-z][\w-]*", help_of(DESKCTL, *command)))
    written = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", rendered(program, "deskctl.1")))
    assert written - known == set()


def test_deskctl_has_every_exit_code_and_variable(program):
    text = rendered(program, "deskctl.1")
    _, _, status = text.partition("EXIT STATUS")
    header = (ROOT / "daemon" / "ctl" / "exit_code.h").read_text()
    for code in re.findall(r"^\s+\w+ = (\d+)", header, re.M):
        assert re.search(rf" {code} [A-Zd]", status), code
    for variable in set(re.findall(r"DESKCTL_\w+|DESKD_\w+", help_of(DESKCTL) + "".join(
            help_of(DESKCTL, *command) for command in all_commands()))):
        assert has_word(text, variable), variable


def test_deskd_has_every_option_and_exit_code(program):
    text = rendered(program, "deskd.8")
    help = help_of(DESKD)
    assert [option for option in options_in(help) if not has_word(text, option)] == []
    _, _, status = text.partition("EXIT STATUS")
    for code in (0, 1, 2, 78):
        assert re.search(rf" {code} A|{code} S", status), code
        assert re.search(rf"\b{code} ", help), code


def keys_of(schema):
    """Names of all properties anywhere in a JSON Schema, patterns like labels\\..+ left out."""
    if isinstance(schema, list):
        for element in schema:
            yield from keys_of(element)
    elif isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for pattern in schema.get("patternProperties", {}):
            yield from re.findall(r"[a-z_]+(?=[|)])", pattern)
        for word, value in schema.items():
            # A property may be called `properties` itself: what stands under it is a schema.
            is_named = word == "properties" and isinstance(value, dict)
            yield from keys_of(list(value.values()) if is_named else value)


@pytest.mark.parametrize("page, schema", [
    ("deskd.yaml.5", "deskd.schema.json"), ("desk.yaml.5", "desk.schema.json"),
    ("deskd-rules.5", "rules.schema.json")])
def test_files_have_every_key(page, schema, program):
    text = rendered(program, page)
    keys = set(keys_of(json.loads((ROOT / "config" / "schema" / schema).read_text())))
    assert len(keys) > 5
    assert [key for key in sorted(keys) if not has_word(text, key)] == []
