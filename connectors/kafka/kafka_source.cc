#include "connectors/kafka/kafka_source.h"

#include <string>
#include <utility>

#include "config/thread_name.h"
#include "connectors/kafka/kafka_reader.h"

namespace deskd::connectors {

KafkaSource::KafkaSource(KafkaParts parts)
    : name_(parts.source),
      reader_(std::make_unique<KafkaReader>(std::move(parts), wakeup_, is_stopping_)) {}

KafkaSource::~KafkaSource() { stop(); }

void KafkaSource::start() {
  thread_ = std::thread([this] {
    config::name_this_thread("kafka:" + name_);
    reader_->run();
  });
}

void KafkaSource::stop() {
  is_stopping_ = true;
  wakeup_.wake();
  if (thread_.joinable()) thread_.join();
}

void KafkaSource::adopt(std::shared_ptr<const Judging>) { wakeup_.wake(); }

KafkaView KafkaSource::view() const { return reader_->view(); }

SourceState KafkaSource::state() const { return state_of(reader_->view()); }

SourceState state_of(const KafkaView& view) {
  SourceState state{view.state, view.detail, {}};
  const std::pair<const char*, std::uint64_t> counts[] = {
      {"records", view.counts.records},
      {"null values", view.counts.nulls},
      {"dead letters", view.counts.dead_letters},
      {"gaps", view.counts.gaps},
      {"records lost", view.counts.records_lost},
      {"read again", view.counts.times_read_again},
      {"faults", view.counts.faults},
      {"client renewed", view.counts.renewals}};
  for (const auto& [name, count] : counts) state.facts.emplace_back(name, std::to_string(count));
  return state;
}

}  // namespace deskd::connectors
