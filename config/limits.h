#pragma once
// Every limit of deskd, with its reason. A full queue is an answer; nothing grows without a bound.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace deskd::limits {

using namespace std::chrono_literals;

constexpr std::size_t KiB = 1024;
constexpr std::size_t MiB = 1024 * KiB;
constexpr std::size_t GiB = 1024 * MiB;

// What people write.
constexpr std::size_t config_file_bytes_max =
    16 * MiB;  // 10,000 rules are 1.7 MB; brackets cost 240 times their size
constexpr std::size_t problems_max = 200;          // nobody reads more at once
constexpr std::size_t yaml_depth_max = 64;         // a rule needs about 8; stack safety
constexpr std::size_t yaml_nodes_max = 1'000'000;  // of one file; 10,000 rules are 200,000 nodes
constexpr std::size_t yaml_text_bytes_max = 256 * MiB;  // all texts, unfolded aliases included
constexpr std::size_t secret_bytes_max = 64 * KiB;      // a token file is one line
constexpr std::size_t pem_bytes_max = 256 * KiB;        // a certificate with its chain is 5 KB
constexpr std::size_t tokens_max = 1'000;               // all are compared for every request
constexpr std::size_t token_bytes_min = 16;             // shorter ones can be guessed
constexpr std::size_t token_bytes_max = 4 * KiB;        // signed ones have 1 to 2 KiB
constexpr std::size_t rules_max = 100'000;              // tested up to 10,000
constexpr std::size_t condition_depth_max = 16;         // any/all/not nesting
constexpr std::size_t sources_max = 1'000;              // each has metrics of its own
constexpr std::size_t queues_max = 1'000;               // likewise
constexpr std::size_t name_bytes_max = 64;              // of a source, a queue, a priority
constexpr std::size_t priorities_max = 16;              // a ladder that people can tell apart
constexpr std::size_t lane_bytes_max = 16 * GiB;        // more memory than one source should have
constexpr std::size_t kafka_topics_max = 1'000;         // of one source; each has partitions
constexpr std::size_t kafka_properties_max = 200;       // librdkafka knows about so many
constexpr std::size_t snmp_listeners_max = 64;          // each is a socket; all of one machine
constexpr std::size_t snmp_communities_max = 1'000;     // all are compared for every trap
constexpr std::size_t snmp_networks_max = 10'000;       // all are compared for every datagram
constexpr std::size_t snmp_users_max = 1'000;           // v3; each with passwords of its own
constexpr std::size_t snmp_engines_max = 10'000;        // of one user: the devices that it is on
constexpr std::size_t snmp_mib_folders_max = 100;       // a tree of vendors has fewer
constexpr std::size_t ledger_bytes_min = 64 * MiB;      // room for turns that compress badly
constexpr auto duration_max = 3650 * 24h;

// What senders send.
constexpr std::size_t body_bytes_max = 16 * MiB;      // 1,000 alerts are 0.5 MB
constexpr std::size_t inflated_bytes_max = 64 * MiB;  // a gzip bomb ends here
constexpr std::size_t header_bytes_max = 32 * KiB;
constexpr std::size_t json_depth_max = 64;
constexpr std::size_t json_nodes_max = 4'000'000;        // 100,000 alerts of 40 values; 96 MB
constexpr std::size_t batch_alerts_max = 100'000;        // of one body
constexpr std::size_t batch_text_bytes_max = 256 * MiB;  // of its alerts, each with what all share
constexpr std::size_t labels_max = 128;                  // of one alert; more is malformed
constexpr std::size_t label_name_bytes_max = 1 * KiB;
constexpr std::size_t text_bytes_max = 64 * KiB;     // one value; longer is malformed
constexpr std::size_t matched_bytes_max = 8 * KiB;   // of a value that a regular expression sees
constexpr std::size_t template_bytes_max = 4 * KiB;  // output of one template
constexpr std::size_t errors_in_answer_max = 100;    // bad elements named in one 400
constexpr std::size_t idempotency_key_bytes_max = 256;
constexpr std::size_t repeat_marks_max = 1'000'000;
constexpr std::size_t repeat_marks_bytes_max =
    256 * MiB;  // of keys and answers; an answer to an action is a whole incident

// What traps carry, and what is known of OIDs.
constexpr std::size_t oid_sub_ids_max = 128;                      // RFC 2578, section 3.5
constexpr std::size_t oid_text_bytes_max = oid_sub_ids_max * 11;  // ten digits and a dot each
constexpr std::size_t varbinds_max = 256;  // of one trap; a label list has room for fewer
constexpr std::size_t oid_definitions_max = 200'000;  // all MIBs of a large collection
constexpr std::size_t oid_name_bytes_max = 128;       // RFC 2578, section 3.1 allows 64
constexpr std::size_t oid_values_max = 2'048;         // of one enumeration; ifType has 291
constexpr std::size_t oid_references_max = 64;        // of a notification; the longest known has 24
constexpr std::size_t index_objects_max = 16;         // of one row; the longest known has 9
constexpr std::size_t hint_parts_max = 32;            // of one DISPLAY-HINT; DateAndTime has 9

// MIB folders, and the process that reads them.
constexpr std::size_t mib_files_max = 20'000;            // the largest vendors have 2,000 each
constexpr std::size_t mib_file_bytes_max = 16 * MiB;     // the longest known module has 2 MB
constexpr std::size_t mib_bytes_max = 512 * MiB;         // of all; a collection of vendors: 150 MB
constexpr std::size_t mib_memory_max = 2 * GiB;          // 3 bytes in memory for one in a file
constexpr auto mib_time_max = 20s;                       // a unit has 30 s to start
constexpr std::size_t mib_names_bytes_max = 128 * MiB;   // oid_definitions_max lines
constexpr std::size_t mib_problems_max = 1'000;          // of one reading, in its output
constexpr std::size_t mib_problems_bytes_max = 1 * MiB;  // of their lines
constexpr std::size_t mib_problems_shown_max = 30;       // as warnings; problems_max is for all

// Who sends traps, and how they are taken.
constexpr std::size_t datagram_bytes_max = 65'535;  // what UDP's length can say
constexpr std::size_t datagrams_at_once = 64;       // of one socket, before the next has its turn
constexpr int snmp_socket_bytes = 16'777'216;       // 20,000 traps while the thread has no turn
constexpr std::size_t trap_batch_max = 1'024;       // alerts; more gain nothing in a commit
constexpr std::size_t trap_batch_bytes_max = 1 * MiB;  // small against any lane
constexpr auto trap_batch_wait = 1ms;                  // while more keep coming
constexpr std::size_t snmp_senders_max = 65'536;       // with a quota and an uptime in memory
constexpr std::size_t snmp_engine_users_max = 65'536;  // keys and clocks in memory; 300 bytes each
constexpr std::size_t snmp_users_tried_max = 16;       // of one name: each costs a digest
constexpr std::size_t informs_remembered_max = 100'000;  // an hour of 28 a second
constexpr std::size_t informs_waiting_bytes = 64 * MiB;  // of answers that wait for the ledger
constexpr std::size_t snmp_engine_id_bytes_min = 5;      // RFC 3411, section 5
constexpr std::size_t snmp_engine_id_bytes_max = 32;     // the same
constexpr std::size_t snmp_user_bytes_max = 32;          // RFC 3414, section 2.4
constexpr auto snmp_last_look_max = 500ms;               // at a socket that takes no more part
constexpr auto snmp_listen_retry = 1s;                   // an address that is in use or not there
constexpr std::size_t refusals_at_once = 16;  // different ones of one look at the sockets, to show

// What people do.
constexpr auto pending_max = 366 * 24h;  // who waits longer than a year has forgotten it

// What waits.
constexpr std::size_t lane_bytes_default = 64 * MiB;
constexpr std::size_t turn_bytes_max = 4 * MiB;  // of alerts in one commit record
constexpr std::size_t turn_commands_max = 256;
constexpr std::size_t commands_waiting_max = 4'096;  // queries and actions; more get 503
constexpr std::size_t questions_max = 256;  // under way over HTTP, each with a copy of a page; 503
constexpr std::size_t turns_in_flight_max = 2;            // one syncs, one is built
constexpr std::size_t small_turns_in_flight_max = 8;      // instead, while their records have
constexpr std::size_t small_turns_bytes_max = 128 * KiB;  // together no more bytes
constexpr auto unconfirmed_after = 2s;  // a query waits no longer for a stalled ledger
constexpr auto looks_max = 1ms;  // of queries between two turns; the last look may take longer

// Kafka.
constexpr std::size_t kafka_queue_bytes = 16 * MiB;  // fetched and waiting, of one source
constexpr std::size_t kafka_fetch_bytes = 8 * MiB;   // of one answer; half a queue
constexpr std::size_t kafka_value_bytes_max = body_bytes_max;
constexpr std::size_t kafka_batch_records = 1'000;      // more make a take no cheaper
constexpr std::size_t kafka_batch_bytes = 1 * MiB;      // of values: a turn has room for four
constexpr std::size_t kafka_headers_max = 128;          // of one record; as many as labels
constexpr std::int32_t kafka_partitions_max = 100'000;  // of one topic; no cluster has so many
constexpr auto kafka_ends_every = 50ms;        // librdkafka 2.0 with a full queue stalls without
constexpr auto kafka_metadata_every = 10s;     // how soon a new partition is seen
constexpr auto kafka_patience = 1s;            // with one question; a stop waits for it
constexpr auto kafka_silent_ask_every = 1s;    // of a leader that does not answer
constexpr auto kafka_silence_max = 5s;         // then a partition's end counts as unknown
constexpr auto kafka_renewed_after = 60s;      // of silence the client is made anew
constexpr auto kafka_time_told_every = 2s;     // that it is live; well within the next
constexpr auto live_word_holds = 10s;          // then a source's time is that of its last word
constexpr auto kafka_room_asked_every = 10ms;  // while the lane is full
constexpr std::size_t kafka_partitions_shown_max = 100;  // of one source, the most behind first

// What is kept and shown.
constexpr std::size_t timeline_entries_max = 1'000;  // of one incident in memory
constexpr std::size_t heads_unpacked_max = 10'000;   // of incidents; 5 MB
constexpr std::size_t note_bytes_max = 16 * KiB;
constexpr std::size_t title_bytes_max = 512;
constexpr std::size_t page_max = 500;
constexpr std::size_t page_default = 100;
constexpr std::size_t scan_max = 10'000;        // entities one query may look at
constexpr std::size_t search_max = 5'000;       // of a list: 4 ms, so that a page takes no longer
constexpr std::size_t search_look_max = 1'000;  // of them at a time; then alerts are taken: 1 ms
constexpr std::size_t scan_bytes = 1 * KiB;     // of text that a query searches count as one entity
constexpr std::size_t origins_shown_max = 100;  // of one alarm; it usually has one or two
constexpr std::size_t recent_alerts_max = 10'000;
constexpr std::size_t recent_bytes_max = 32 * MiB;
constexpr std::size_t refusals_kept_max = 100;          // per source
constexpr std::size_t explained_max = 100;              // alerts of one payload; nobody reads more
constexpr std::size_t explained_text_bytes = 1 * KiB;   // of a condition or value in an explanation
constexpr std::size_t failures_shown_max = 16;          // alternatives of one `any` that all failed
constexpr std::size_t raw_shown_bytes = 4 * KiB;        // of a message as it came in
constexpr std::size_t recent_body_bytes_max = 4 * MiB;  // a larger body would push out all others
constexpr std::size_t turned_away_max = 1'000;          // malformed and refused messages to show
constexpr std::size_t turned_away_bytes_max = 4 * MiB;  // of all of them
constexpr std::size_t tombstones_max = 1'000'000;       // 5 min of 3,000 unmatched ends a second
constexpr std::size_t identities_per_key_max = 1'000;   // a key of more things can't be followed
constexpr auto alarm_kept_min = 1h;  // a cleared alarm stays bound at least so long

// Who connects.
constexpr std::size_t connections_max = 4'096;
constexpr auto request_timeout = 30s;        // to read a whole request
constexpr auto idle_timeout = 120s;          // keep-alive; Prometheus sends once a minute
constexpr auto retry_after = 1s;             // what a full lane tells its sender
constexpr auto answer_within_stop = 5s;      // requests under way when deskd stops
constexpr auto sources_started_within = 5s;  // before a reload is answered; then it goes on behind
constexpr auto linger_time = 2s;  // for a refused client to read why, before its socket closes
constexpr auto refusals_quiet = 10min;  // then the next request refused is worth a line in the log
constexpr std::size_t bodies_reading_max =
    512 * MiB;  // of all requests still being read; more: 503
constexpr std::size_t answers_writing_max =
    256 * MiB;  // of answers that wait for their readers; then a GET for a large one gets 503
constexpr std::size_t target_bytes_max = 8 * KiB;        // path and query of a request
constexpr std::size_t parameters_max = 64;               // of one query
constexpr std::size_t actor_bytes_max = 128;             // a name, not a letter
constexpr std::size_t action_body_bytes_max = 64 * KiB;  // a note, escaped
constexpr std::size_t v2_alerts_max = 10'000;  // Alertmanager's list has no pages: 5 MB of JSON
constexpr std::size_t kafka_lag_series_max = 10'000;
constexpr std::size_t rule_series_max = 10'000;  // a scrape of about 1 MB

// What can't be read, and what can't be told in time.
constexpr std::size_t dead_letters_max = 10'000;            // what people can still go through
constexpr std::size_t dead_letters_bytes_max = 64 * MiB;    // of all of them, in memory
constexpr std::size_t dead_letter_bytes_max = 64 * KiB;     // of one value; what it was stays plain
constexpr std::size_t dead_letter_text_bytes = 1 * KiB;     // of its key and its reason
constexpr std::size_t dead_letter_headers_bytes = 4 * KiB;  // of all its headers, names and values
constexpr std::size_t letters_read_again_bytes = 1 * MiB;   // of values in one turn, as of a batch
constexpr std::size_t letters_read_again_max =
    letters_read_again_bytes / dead_letter_bytes_max;   // by ids: fits, whatever is in them
constexpr std::size_t silent_in_batches_max = 100'000;  // ends of a turn; a record of 50 MB

// The ledger.
constexpr auto clock_ahead_max = 5min;
constexpr std::size_t record_bytes_max = 512 * MiB;    // SQLite takes 1 GB
constexpr std::size_t record_cut_bytes = 32 * MiB;     // then a turn goes on in its next record
constexpr std::size_t record_room_kept = 16 * MiB;     // of buffers between turns; most need less
constexpr std::size_t record_alert_bytes = 1 * KiB;    // of one alert beside its texts, at most
constexpr std::size_t record_other_bytes = 128 * MiB;  // of a turn: timers, people, silent ends
constexpr std::size_t record_list_max = 100'000;       // of one entity (rules_max: a setup's names)
constexpr std::uint64_t id_jump_max = 1'000'000;  // ids run on: what is so far beyond is damaged
constexpr std::uint32_t source_numbers_max = 1'000'000;  // of all sources there ever were
constexpr std::size_t ledger_wal_bytes = 4 * MiB;  // moved into the database when so much waits
constexpr std::size_t ledger_wal_idle_bytes = 1 * MiB;  // the same when no commit does
constexpr std::size_t replay_batch_bytes = 256 * KiB;   // handed over at once: a millisecond's work
constexpr std::size_t replay_ahead_batches = 8;         // read before they are applied
constexpr auto ledger_retry_min = 100ms;                // no room: first pause, doubled each time
constexpr auto ledger_retry_max = 1s;
constexpr auto ledger_stop_max = 3s;      // a daemon that stops waits no longer for room
constexpr double ledger_slow_from = 0.9;  // of size_max: from here on each commit waits longer,
constexpr auto ledger_slow_max = 100ms;   // up to this when nothing is left

// A turn takes 4 MiB of batches or one that is larger (of Kafka: what one message brings, behind
// 4 MiB of others), and what it makes of them would fit into one record, though it may be cut into
// several. `Batch::written` counts each text as often as either half of the record has it.
static_assert(batch_text_bytes_max + turn_bytes_max + batch_alerts_max * record_alert_bytes +
                  record_other_bytes <=
              record_bytes_max);

}  // namespace deskd::limits
