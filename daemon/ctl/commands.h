#pragma once
// The commands of deskctl, by subject: each function adds its commands to the command line.

#include <CLI/CLI.hpp>

#include "daemon/ctl/session.h"

namespace deskd::ctl {

void add_incident_commands(CLI::App& cli, Session& session);  // incidents, incident
void add_alarm_commands(CLI::App& cli, Session& session);     // alarms, alarm
void add_alert_commands(CLI::App& cli, Session& session);     // alerts, send
void add_rule_commands(CLI::App& cli, Session& session);      // rules, rules check, rules test
void add_desk_commands(CLI::App& cli, Session& session);      // queues, sources, reload

}  // namespace deskd::ctl
