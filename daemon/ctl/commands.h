#pragma once
// The commands of deskctl, by subject: each function adds its commands to the command line.

#include <CLI/CLI.hpp>

#include "daemon/ctl/session.h"

namespace deskd::ctl {

void add_incident_commands(CLI::App& cli, Session& session);    // incidents, incident, raise
void add_queue_commands(CLI::App& cli, Session& session);       // queues, next
void add_alarm_commands(CLI::App& cli, Session& session);       // alarms, alarm
void add_alert_commands(CLI::App& cli, Session& session);       // alerts, send
void add_letter_commands(CLI::App& cli, Session& session);      // dead-letters
void add_rule_commands(CLI::App& cli, Session& session);        // rules, rules check, rules test
void add_desk_commands(CLI::App& cli, Session& session);        // sources, reload
void add_top_command(CLI::App& cli, Session& session);          // top
void add_completion_commands(CLI::App& cli, Session& session);  // completion, and what it asks

}  // namespace deskd::ctl
