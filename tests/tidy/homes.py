"""Where the headers of others may be included: each library has one home.

A folder stands for itself, with `/*` for its sub-folders too. A header that is in no row is a
mistake: give it a row, and so a home, on purpose.
"""

EVERYWHERE = ("*",)

HOMES = {
    # vocabulary: no I/O, no threads, nothing that spreads
    "fmt/": EVERYWHERE,
    "boost/unordered/": EVERYWHERE,
    "boost/container/": EVERYWHERE,
    "xxhash.h": EVERYWHERE,
    # what reads and decides
    "yaml-cpp/": ("config",),
    "openssl/": ("config", "connectors/snmp/usm", "daemon/api/*"),  # secrets, certificates; USM; what speaks TLS
    "re2/": ("rules/*", "daemon/api/*"),  # Alertmanager's matchers are regular expressions too
    # what speaks to the world
    "simdjson.h": ("connectors/format",),
    "zlib.h": ("connectors/webhook",),
    "librdkafka/": ("connectors/kafka",),
    "net-snmp/": ("connectors/snmp/mibs/reading",),  # parses MIB modules, in a process of its own
    "syslog.h": ("connectors/kafka",),  # the levels of librdkafka's log lines
    "boost/asio/": ("daemon/api/*",),
    "boost/beast/": ("daemon/api/*",),
    "boost/json": ("connectors/webhook", "daemon", "daemon/api/*", "daemon/ctl/*", "daemon/explanation"),  # output
    "curl/": ("daemon/ctl/*",),
    # what keeps and shows
    "sqlite3.h": ("daemon/ledger",),
    "zstd.h": ("daemon/ledger",),
    "absl/container/": ("daemon/desk",),  # ordered sets with small nodes
    "prometheus/": ("daemon/metrics",),
    "spdlog/": ("daemon",),
    "CLI/": ("daemon", "daemon/ctl/*"),
    # the operating system
    "arpa/": ("connectors/snmp/receiver", "daemon", "daemon/api/*", "daemon/setup"),
    "linux/": ("connectors/snmp/receiver",),  # what a socket had no room for
    "netinet/": ("connectors/snmp/receiver", "daemon", "daemon/api/*", "daemon/setup"),
    "sys/": ("config", "connectors/snmp/mibs/*", "connectors/snmp/receiver", "daemon", "daemon/api/*", "daemon/ctl/*", "daemon/ledger"),
    "fcntl.h": ("config", "connectors/snmp/mibs/*", "daemon", "daemon/ctl/*", "daemon/ledger"),
    "unistd.h": ("config", "connectors/snmp/mibs/*", "connectors/snmp/receiver", "daemon", "daemon/ctl/*", "daemon/ledger"),
    "poll.h": ("connectors/snmp/mibs", "connectors/snmp/receiver", "daemon", "daemon/ctl/top"),
    "pwd.h": ("daemon/ctl/*",),
    "pthread.h": ("config",),  # names of threads
    "signal.h": ("connectors/snmp/mibs", "daemon",),
    "spawn.h": ("connectors/snmp/mibs",),
    "termios.h": ("daemon/ctl/top",),
    "time.h": ("daemon", "daemon/ctl/*"),
}


def home_of(header):
    """The folders of the row that fits `header`, or nothing."""
    for prefix, folders in HOMES.items():
        if header == prefix or header.startswith(prefix) and (
                prefix.endswith("/") or not header[len(prefix)].isalnum()):
            return folders
    return None


def may_include(folder, folders):
    for home in folders:
        if home in ("*", folder):
            return True
        if home.endswith("/*") and (folder == home[:-2] or folder.startswith(home[:-1])):
            return True
    return False
