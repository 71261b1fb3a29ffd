#pragma once
// How deskctl ends; scripts may rely on these numbers.

namespace deskd::ctl {

enum class ExitCode : int {
  ok = 0,
  fault = 1,              // deskd has a fault, or answered what deskctl doesn't understand
  usage = 2,              // the command line is wrong
  not_found = 3,          // no such incident, alarm, source …
  refused = 4,            // deskd understood and said no: state, version, rights, contents
  unreachable = 5,        // nobody answers at the URL, or not in time
  bad_configuration = 78  // EX_CONFIG of sysexits.h; the mistakes stand on stderr
};

}  // namespace deskd::ctl
