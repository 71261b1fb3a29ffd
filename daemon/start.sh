#!/usr/bin/env bash
# Installs what deskd needs, builds it and starts it. Safe to run again: what is done is not done
# twice. Debian 12, as root or with sudo.
set -euo pipefail
cd "$(dirname "$0")/.."
. daemon/machine.sh

build=build/release
pid_file=build/deskd.pid
log_file=build/deskd.log
config=config/deskd.yaml

usage() {
  cat <<END
usage: daemon/start.sh [--config FILE] [--foreground | --build-only | --stop | --status]

Installs the packages of daemon/packages.txt that are missing, builds deskd and deskctl, and
starts deskd with FILE (default: $config) in the background.

  --foreground   start it in this terminal instead; Ctrl-C stops it
  --build-only   install and build, but don't start
  --stop         stop the deskd that this script started; nothing accepted is lost
  --status       say whether it runs
END
}

# The address that the configuration names, as deskctl wants it.
url() {
  local listen
  listen=$(sed -n 's/^ *listen: *"\{0,1\}\([^" #]*\).*/\1/p' "$config" | head -n 1)
  echo "http://${listen:-127.0.0.1:9480}"
}

# The id of the running deskd that this script started; nothing when there is none.
running() {
  local pid
  [ -s "$pid_file" ] && pid=$(cat "$pid_file") || return 1
  [ "$(readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//')" = "$PWD/$build/daemon/deskd" ] &&
    echo "$pid"
}

ready() { curl -fsS -o /dev/null --noproxy '*' --max-time 2 "$(url)/readyz" 2>/dev/null; }

build_deskd() {
  say "Building deskd (the first time takes some minutes)"
  cmake --preset release >build/configure.log 2>&1 || {
    cat build/configure.log
    return 1
  }
  cmake --build --preset release --parallel "$(build_jobs)" --target deskd deskctl
  ln -sfn release/daemon/deskd build/deskd
  ln -sfn release/daemon/ctl/deskctl build/deskctl
}

start_detached() {
  say "Starting deskd with $config"
  setsid nohup "$build/daemon/deskd" --config "$config" >"$log_file" 2>&1 </dev/null &
  local pid=$! tries=0
  echo "$pid" >"$pid_file"
  until ready; do
    tries=$((tries + 1))
    if ! kill -0 "$pid" 2>/dev/null || [ "$tries" -gt 300 ]; then
      echo "deskd did not start. Its log ($log_file) says:" >&2
      tail -n 30 "$log_file" >&2
      rm -f "$pid_file"
      return 1
    fi
    sleep 0.2
  done
}

stop() {
  local pid
  if ! pid=$(running); then
    echo "No deskd runs that this script started."
    return
  fi
  kill -TERM "$pid"
  while running >/dev/null; do sleep 0.1; done
  rm -f "$pid_file"
  echo "deskd has stopped."
}

hints() {
  cat <<END

deskd runs at $(url) (process $(running); log: $log_file).

Send a first alert:
  build/deskctl send --resource edge-7 --type linkDown --severity critical
See the incident that it opened, and why it came into its queue:
  build/deskctl incidents
Change a rule in $(dirname "$config")/rules.d/, check it, and have it take over:
  build/deskctl rules check --config $config
  build/deskctl reload
Stop it:
  daemon/start.sh --stop
END
}

mode=background
while [ $# -gt 0 ]; do
  case "$1" in
    --config)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      config=$2
      shift
      ;;
    --foreground | --build-only | --stop | --status) mode=${1#--} ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
[ -r "$config" ] || { echo "$config can't be read" >&2; exit 2; }

case "$mode" in
  stop) stop; exit ;;
  status)
    if running >/dev/null; then hints; exit 0; fi
    echo "No deskd runs that this script started."
    exit 3
    ;;
esac

if [ "$mode" = background ] && running >/dev/null; then
  echo "deskd runs already. (To run a newer build of it: daemon/start.sh --stop, then start again.)"
  hints
  exit 0
fi
install_packages daemon/packages.txt
mkdir -p build
build_deskd
case "$mode" in
  build-only) say "Built: build/deskd and build/deskctl" ;;
  foreground) exec "$build/daemon/deskd" --config "$config" ;;
  background)
    if ready; then
      echo "Another deskd answers at $(url) already; nothing was started."
      exit 0
    fi
    start_detached
    hints
    ;;
esac
