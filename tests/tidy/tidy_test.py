"""Keeps the tree as it was meant: which way includes point, how long things get, what they are
called. Run it alone with `python3 -m unittest discover -s tests/tidy -p '*_test.py'`.
"""

import os
import re
import shutil
import subprocess
import unittest

from functions import FINDERS
from homes import home_of, may_include
from tree import PRODUCT, ROOT, sources

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
VAGUE_WORDS = {"util", "utils", "common", "types", "manager", "managers", "helper", "helpers",
               "handler", "handlers", "context", "misc"}

# rules/ and daemon/desk/ are pure: the same calls give the same answers.
PURE = re.compile(r"^(rules|daemon/desk)/")
IMPURE_HEADERS = re.compile(
    r"^(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token"
    r"|atomic|iostream|ostream|fstream|filesystem|random|ctime"
    r"|boost/(asio|beast|thread|filesystem)/.*|spdlog/.*|(sys|netinet|arpa)/.*"
    r"|unistd\.h|poll\.h|fcntl\.h|time\.h|pthread\.h|signal\.h)$")
IMPURE_CALLS = re.compile(
    r"_clock::now\b|\bhigh_resolution_clock\b|\bgettimeofday\b|\bclock_gettime\b|\bgetenv\b"
    r"|\bstd::time\(|\btime\((nullptr|NULL|0)\)|\brandom_device\b|\bstd::rand\b|\bspdlog::"
    r"|\bstd::(cout|cerr|clog)\b|\bthis_thread\b|\bthread_local\b")

# Connectors know of rules only the vocabulary and `judge`.
ENGINE = re.compile(r"^rules/(.+/.+|correlator\.h|signal\.h|rule_reader\.h|rule_test\.h)$")


class Tidy(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.sources = sources()
        cls.cpp = [source for source in cls.sources if source.is_cpp]
        cls.product = [source for source in cls.cpp if source.layer in PRODUCT]

    def none(self, problems):
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def test_the_tree_is_looked_at(self):
        for layer in PRODUCT:
            self.assertTrue(any(source.layer == layer for source in self.cpp), layer)

    def test_includes_point_one_way(self):
        """config <- rules <- connectors <- daemon"""
        problems = []
        for source in self.product:
            for include in source.includes:
                if not include.ours:
                    continue
                layer = include.name.split("/", 1)[0]
                if layer not in PRODUCT:
                    problems.append(source.at(
                        include.line, f'"{include.name}" is no path from the root of the project'))
                elif PRODUCT.index(layer) > PRODUCT.index(source.layer):
                    problems.append(source.at(
                        include.line, f"{source.layer}/ must not know {include.name}"))
        self.none(problems)

    def test_the_desk_knows_rules_and_config_only(self):
        self.none([source.at(include.line, f"daemon/desk must not know {include.name}")
                   for source in self.product if source.folder == "daemon/desk"
                   for include in source.includes if include.ours
                   and not include.name.startswith(("config/", "rules/", "daemon/desk/"))])

    def test_connectors_see_of_rules_the_vocabulary_and_judge(self):
        self.none([source.at(include.line, f"connectors/ must not know {include.name}")
                   for source in self.product if source.layer == "connectors"
                   for include in source.includes if include.ours and ENGINE.match(include.name)])

    def test_rules_and_the_desk_are_pure(self):
        problems = []
        for source in self.product:
            if not PURE.match(source.path):
                continue
            problems += [source.at(include.line, f"a pure folder includes <{include.name}>")
                         for include in source.includes
                         if not include.ours and IMPURE_HEADERS.match(include.name)]
            for number, line in enumerate(source.lines, 1):
                call = IMPURE_CALLS.search(line.split("//")[0])
                if call:
                    problems.append(source.at(number, f"a pure folder uses {call[0]}"))
        self.none(problems)

    def test_libraries_of_others_have_one_home_each(self):
        problems = []
        for source in self.product:
            for include in source.includes:
                if include.ours or re.fullmatch(r"[a-z_]+", include.name):
                    continue
                folders = home_of(include.name)
                if folders is None:
                    problems.append(source.at(
                        include.line, f"<{include.name}> has no home yet: see tests/tidy/homes.py"))
                elif not may_include(source.folder, folders):
                    problems.append(source.at(
                        include.line, f"<{include.name}> is at home in {', '.join(folders)} only"))
        self.none(problems)

    def test_no_file_is_too_long(self):
        problems = []
        for source in self.sources:
            shipped_yaml = source.kind == "yaml" and source.layer == "config"
            if (shipped_yaml or source.kind in FINDERS) and len(source.lines) > FILE_LINES_MAX:
                problems.append(source.at(
                    FILE_LINES_MAX, f"{len(source.lines)} lines, {FILE_LINES_MAX} are enough"))
        self.none(problems)

    def test_no_function_is_too_long(self):
        problems = []
        for source in self.sources:
            if source.kind not in FINDERS:
                continue
            try:
                functions = FINDERS[source.kind](source.text)
            except (ValueError, SyntaxError) as error:
                problems.append(f"{source.path}: {error}")
                continue
            problems += [source.at(function.line, f"{function.name} has {function.length} lines, "
                                                  f"{FUNCTION_LINES_MAX} are enough")
                         for function in functions if function.length > FUNCTION_LINES_MAX]
        self.none(problems)

    def test_every_header_says_what_it_is_for(self):
        problems = []
        for source in self.cpp:
            if source.kind != "h":
                continue
            first = source.lines[:2] + ["", ""]
            if first[0] != "#pragma once":
                problems.append(source.at(1, "a header begins with #pragma once"))
            elif not re.match(r"//+ \S", first[1]):
                problems.append(source.at(2, "after #pragma once, a header says what it is for"))
        self.none(problems)

    def test_names_say_something(self):
        problems = []
        for source in self.sources:
            for part in source.path.split("/"):
                vague = VAGUE_WORDS & set(re.split(r"[_.\-]", part.lower()))
                if vague:
                    problems.append(f"{source.path}: '{vague.pop()}' could be anything")
        self.none(problems)

    def test_nothing_is_put_off_in_a_comment(self):
        put_off = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
        self.none([source.at(number, "an unfinished thought")
                   for source in self.sources if source.kind in FINDERS
                   for number, line in enumerate(source.lines, 1) if put_off.search(line)])

    def test_clang_format_has_nothing_to_change(self):
        program = shutil.which("clang-format-19")
        if program is None:
            self.skipTest("clang-format-19 is not installed")
        paths = [os.path.join(ROOT, source.path) for source in self.cpp]
        done = subprocess.run([program, "--dry-run", "-Werror", *paths], capture_output=True,
                              text=True, check=False)
        wrong = sorted({line for line in done.stderr.splitlines() if "error:" in line})
        self.assertEqual(done.returncode, 0, "\n" + "\n".join(wrong[:50] or [done.stderr[:2000]]))


if __name__ == "__main__":
    unittest.main()
