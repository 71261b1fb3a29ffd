# Sourced by daemon/start.sh and tests/run.sh: what this machine lacks, and what it can take.

# The packages of the files in the arguments that are not installed, one a line.
missing_packages() {
  local package
  while read -r package; do
    case "$package" in '' | '#'*) continue ;; esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      echo "$package"
  done < <(cat "$@")
}

# Runs a command as root: as it is, or by sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    echo "This needs root, and there is no sudo. As root, run:" >&2
    echo "  $*" >&2
    return 1
  fi
}

# Installs what the lists in the arguments name and this machine lacks; quick when that is nothing.
# Services that come with a package are neither started nor enabled.
install_packages() {
  local missing=()
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} = 0 ]; then
    say "Packages: all there"
    return
  fi
  if ! command -v apt-get >/dev/null; then
    echo "deskd promises Debian 12. Here there is no apt-get; it needs: ${missing[*]}" >&2
    return 1
  fi
  say "Packages: installing ${#missing[@]} (${missing[*]})"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get -q update || echo "apt-get update failed; trying with the lists at hand" >&2
  without_services as_root apt-get -q -y --no-install-recommends install "${missing[@]}"
  disable_services "${missing[@]}"
}

# Runs a command while Debian's policy-rc.d forbids to start services. One that exists already is
# somebody's decision and stays.
without_services() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  "$@"
)

# The units that newly installed packages brought must not start with the next boot either.
disable_services() {
  command -v systemctl >/dev/null || return 0
  local package unit
  for package in "$@"; do
    case "$package" in prometheus | prometheus-alertmanager) ;; *) continue ;; esac
    for unit in $(dpkg-query -L "$package" | sed -n 's|^.*/systemd/system/\([^/]*\.service\)$|\1|p'); do
      as_root systemctl --quiet disable "$unit" 2>/dev/null || true
    done
  done
}

# A line that stands out among what the tools print.
say() { printf '\n== %s\n' "$*"; }

# How many compilers this machine can take: one a processor, but 1.5 GB of memory for each.
build_jobs() {
  local memory_kb processors jobs
  processors=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  jobs=$((memory_kb / 1500000))
  [ "$jobs" -ge 1 ] || jobs=1
  [ "$jobs" -le "$processors" ] || jobs=$processors
  echo "$jobs"
}

# ccache keeps its results at home, which not every robot has.
[ -n "${HOME:-}" ] || export CCACHE_DIR=$PWD/build/ccache
