#!/usr/bin/env bash
# Installs what the tests need, builds deskd three times and runs all tests: everything in release,
# all but the end-to-end tests under address and undefined-behaviour sanitizers, those with threads
# under the thread sanitizer. Safe to run again. Debian 12, as root or with sudo.
set -euo pipefail
cd "$(dirname "$0")/.."
. daemon/machine.sh

usage() {
  cat <<END
usage: tests/run.sh [--quick] [--only PATTERN]

  --quick          the release build only
  --only PATTERN   only the tests whose name matches PATTERN (ctest -R), in each build

Ends with a line "N passed, N failed"; exit code 1 when a test failed or a build broke.
END
}

presets=(release asan tsan)
only=()
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) presets=(release) ;;
    --only)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      only=(-R "$2")
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

# The tests that a build is for. Sanitizers slow the end-to-end tests' peers for nothing.
selection() {
  case "$1" in
    release) ;;
    asan) echo "-LE e2e" ;;
    tsan) echo "-L threads" ;;
  esac
}

# What a build needs for them.
targets() {
  case "$1" in
    tsan) echo threaded_tests ;;
    *) echo all ;;
  esac
}

# What the end-to-end tests need from PyPI, in an environment of its own in build/python; anew when the
# list has changed. When that fails the run goes on: the test that needs it fails and says why.
install_from_pypi() {
  local list=tests/e2e/requirements.txt home=build/python log=build/python-install.log
  if cmp -s "$list" "$home/installed.txt"; then
    say "PyPI: all there"
    return
  fi
  say "PyPI: installing what $list names"
  rm -rf "$home"
  if { /usr/bin/python3 -m venv "$home" &&
    "$home/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"; } >"$log" 2>&1; then
    cp "$list" "$home/installed.txt"
  else
    rm -rf "$home"
    echo "That failed, so openapi_test.py will fail too. The end of $log:"
    tail -n 5 "$log"
  fi
}

build_times=()

build() {
  local preset=$1 kind=incremental start=$SECONDS hits misses what
  read -ra what <<<"$(targets "$preset")"
  [ -e "build/$preset/build.ninja" ] || kind="full, clean"
  say "Building $preset ($kind)"
  read -r hits misses < <(cache_counts)
  cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || {
    cat "build/configure-$preset.log"
    return 1
  }
  cmake --build --preset "$preset" --parallel "$(build_jobs)" "${what[@]}" || return 1
  build_times+=("$preset: $kind build in $((SECONDS - start)) s, $(cached "$hits" "$misses") of it from ccache")
}

# "HITS MISSES" of ccache so far.
cache_counts() {
  ccache --print-stats | awk '
    $1 == "direct_cache_hit" || $1 == "preprocessed_cache_hit" {hits += $2}
    $1 == "cache_miss" {misses += $2}
    END {print hits + 0, misses + 0}'
}

# The share of compilations that ccache has answered since the counts in the arguments.
cached() {
  cache_counts | awk -v hits="$1" -v misses="$2" '{
    hits = $1 - hits; misses = $2 - misses
    if (hits + misses) printf "%d %%", 100 * hits / (hits + misses); else print "nothing"}'
}

# Never fails by itself: what failed stands in the report.
run_tests() {
  local preset=$1 options
  read -ra options <<<"$(selection "$preset")"
  say "Testing $preset"
  rm -f "build/$preset/results.xml"
  ctest --preset "$preset" --output-on-failure --parallel "$(nproc)" \
    --test-output-size-passed 1048576 --test-output-size-failed 4194304 \
    --test-output-truncation head --output-junit results.xml "${options[@]}" "${only[@]}" || true
}

say "deskd's tests: ${presets[*]}"
install_packages daemon/packages.txt tests/packages.txt
mkdir -p build
install_from_pypi
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

reports=()
broken=()
for preset in "${presets[@]}"; do
  if build "$preset"; then
    run_tests "$preset"
    reports+=("build/$preset/results.xml")
  else
    broken+=("$preset")
  fi
done

say "Results"
for line in "${build_times[@]}"; do echo "$line"; done
echo "all of it: $((SECONDS / 60)) min $((SECONDS % 60)) s"
result=0
python3=/usr/bin/python3
for preset in "${broken[@]}"; do echo "$preset: THE BUILD BROKE"; done
"$python3" tests/count_results.py --broken "${#broken[@]}" "${reports[@]}" || result=1
exit $result
