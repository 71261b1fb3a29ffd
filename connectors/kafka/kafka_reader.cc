#include "connectors/kafka/kafka_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

bool equal(const std::vector<std::pair<std::string, config::Secret>>& a,
           const std::vector<std::pair<std::string, config::Secret>>& b) {
  return std::ranges::equal(a, b, [](const auto& one, const auto& other) {
    return one.first == other.first && one.second.equals(other.second.reveal());
  });
}

/// `start` is left out: it is only looked at where there is no position.
bool needs_another_client(const KafkaSettings& now, const KafkaSettings& wanted) {
  return now.brokers != wanted.brokers || now.topics != wanted.topics ||
         now.properties != wanted.properties || !equal(now.secrets, wanted.secrets);
}

std::int64_t first_offset(const PartitionFound& found, const KafkaSettings::Start& start) {
  using From = KafkaSettings::Start::From;
  switch (start.from) {
    case From::beginning:
      return found.ends->low;
    case From::time:
      return found.offset_at_start.value_or(found.ends->high);
    case From::end:
      break;
  }
  return found.ends->high;
}

}  // namespace

KafkaReader::KafkaReader(KafkaParts parts, Wakeup& wakeup, const std::atomic<bool>& is_stopping)
    : parts_(std::move(parts)),
      wakeup_(wakeup),
      is_stopping_(is_stopping),
      progress_(parts_.stored),
      offering_(parts_.inbox, parts_.accounts) {}

void KafkaReader::run() {
  while (!is_stopping_) {
    follow_setup();
    follow_clocks();
    const bool is_whole = follow_losses();
    if (is_whole && link_ == nullptr) connect();
    bool is_busy = false;
    if (link_ != nullptr) {
      follow_cluster();
      is_busy = read();
    }
    show();
    if (is_busy) continue;
    wakeup_.wait_for(offering_.is_holding() ? limits::kafka_room_asked_every
                                            : limits::kafka_ends_every);
  }
  disconnect();
  show();
}

void KafkaReader::follow_setup() {
  auto setup = parts_.setup();
  if (setup == setup_) return;
  const Source* source = setup->find(parts_.source);
  // Where the source is gone from the setup it is about to be stopped, and reads on until then.
  if (source == nullptr || source->kafka == nullptr) return;
  setup_ = std::move(setup);
  source_ = source;
  const bool is_other = settings_ == nullptr || needs_another_client(*settings_, *source->kafka);
  settings_ = source->kafka;
  progress_.want(settings_->topics);
  if (!is_other) return;
  is_away_ = false;
  disconnect();
}

// The steady clock stands still while the machine sleeps: what is known of the ends is as old as
// that.
void KafkaReader::follow_clocks() {
  const rules::Duration apart = parts_.clock().time_since_epoch() - Clock::now().time_since_epoch();
  const bool has_slept = clocks_apart_ && apart - *clocks_apart_ > limits::kafka_silence_max;
  clocks_apart_ = apart;
  if (has_slept) disconnect();
}

bool KafkaReader::follow_losses() {
  if (!offering_.has_lost()) return true;
  disconnect();
  const auto lost = offering_.take_lost();
  if (!lost) return false;
  progress_.rewind(*lost);
  sent_watermark_.reset();
  ++counts_.times_read_again;
  return true;
}

void KafkaReader::connect() {
  if (settings_ == nullptr || Clock::now() < connect_at_) return;
  connect_at_ = Clock::now() + limits::kafka_metadata_every;
  KafkaListeners listeners{
      .on_records = [this] { wakeup_.wake(); },
      .on_log = parts_.on_log,
      .on_fault = [this](std::string_view why) { take_fault(std::string(why)); }};
  auto client = KafkaClient::open(*settings_, std::move(listeners));
  no_client_ = client ? std::string{} : client.error();
  if (!client) return;
  progress_.connect();
  link_ = std::make_unique<Link>();
  link_->client = std::move(*client);
  link_->watch =
      std::make_unique<ClusterWatch>(*link_->client, *settings_, [this] { wakeup_.wake(); });
  health_ = link_->watch->health();
}

void KafkaReader::disconnect() {
  connect_at_ = {};
  if (link_ == nullptr) return;
  link_.reset();
  offering_.give_up();
  progress_.disconnect();
  searches_.clear();
  late_.clear();
  last_topic_ = nullptr;
  health_ = {};
}

void KafkaReader::follow_cluster() {
  link_->client->serve();
  const auto before = std::exchange(health_, link_->watch->health()).state;
  if (before != health_.state && health_.state == ClusterHealth::State::answers) fault_.clear();
  is_away_ = health_.state == ClusterHealth::State::silent ||
             (is_away_ && health_.state == ClusterHealth::State::asking);
  if (health_.state == ClusterHealth::State::silent &&
      Clock::now() - health_.since > limits::kafka_renewed_after) {
    ++counts_.renewals;
    return disconnect();
  }
  for (const PartitionFound& found : link_->watch->take_changes()) follow(found);
  begin_late();
  forget_old_fault();
}

void KafkaReader::take_fault(std::string why) {
  ++counts_.faults;
  fault_ = std::move(why);
  fault_at_ = Clock::now();
}

void KafkaReader::forget_old_fault() {
  if (fault_.empty() || health_.state != ClusterHealth::State::answers) return;
  // Who is silent is known to be so only after a while.
  if (Clock::now() - fault_at_ > limits::kafka_silence_max && progress_.is_whole()) fault_.clear();
}

void KafkaReader::follow(const PartitionFound& found) {
  PartitionProgress& its = progress_.found(found.topic, found.partition, found.appeared_later);
  its.is_found = found.exists;
  its.is_gone = found.is_gone;
  its.leader_answers = found.leader_answers;
  if (found.ends) its.end = std::max(its.end, found.ends->high);
  if (!found.exists && its.is_reading) {
    link_->client->stop(its.topic, its.partition);
    its.is_reading = false;
  }
  late_.erase(&its);
  if (found.exists && found.ends && !its.is_reading) late_.emplace(&its, found);
}

void KafkaReader::begin_late() {
  // What waits came from before the stop, and must not be taken for what comes from the next start.
  if (!link_->messages.empty()) return;
  for (const auto& [its, found] : std::exchange(late_, {})) begin(*its, found);
}

void KafkaReader::begin(PartitionProgress& its, const PartitionFound& found) {
  if (its.is_out_of_range) {
    resume_after_gap(its, *found.ends);
  } else if (its.next == PartitionProgress::unknown) {
    const std::int64_t first =
        its.came_later ? found.ends->low : first_offset(found, settings_->start);
    Progress::begin(its, first, false);
  }
  its.end = found.ends->high;
  const auto search = searches_.find(&its);
  const std::int64_t at = search == searches_.end() ? its.next : search->second.next_start(its.end);
  const auto started = link_->client->start(its.topic, its.partition, at);
  its.is_reading = started.has_value();
  if (!started) take_fault(fmt::format("{}[{}]: {}", its.topic, its.partition, started.error()));
}

void KafkaReader::resume_after_gap(PartitionProgress& its, const PartitionEnds& ends) {
  const std::uint64_t lost =
      ends.low > its.next ? static_cast<std::uint64_t>(ends.low - its.next) : 0;
  searches_.erase(&its);
  progress_.pass_over(its, {its.topic, its.partition, its.next, ends.low, lost});
  its.is_out_of_range = false;
}

RecordBatchPlan KafkaReader::plan() const {
  return {.source = *source_, .setup = setup_, .accounts = parts_.accounts, .now = parts_.clock()};
}

KafkaView KafkaReader::view() const {
  const GapCounts gaps = offering_.durable_gaps();
  const std::lock_guard lock(mutex_);
  KafkaView view = view_;
  view.counts.gaps = gaps.gaps;
  view.counts.records_lost = gaps.records_lost;
  return view;
}

/// One line for each change, but for a full lane, which comes and goes.
void KafkaReader::tell(const KafkaView& view) {
  if (view.state == told_state_ || offering_.is_holding()) return;
  told_state_ = view.state;
  if (!parts_.on_log) return;
  const bool is_bad = view.state == "broker away" || view.state == "misconfigured";
  parts_.on_log(is_bad ? KafkaLogLevel::warning : KafkaLogLevel::info,
                view.detail.empty() ? view.state : fmt::format("{}: {}", view.state, view.detail));
}

std::string KafkaReader::state() const {
  if (is_stopping_) return "stopped";
  if (!no_client_.empty()) return "misconfigured";
  if (is_away_) return "broker away";
  if (link_ == nullptr) return "starting";
  if (health_.state != ClusterHealth::State::answers) return "connecting";
  return offering_.is_holding() ? "waiting for room" : "reading";
}

void KafkaReader::show() {
  constexpr auto shown_every = std::chrono::milliseconds{100};
  if (Clock::now() - shown_at_ < shown_every && !is_stopping_) return;
  shown_at_ = Clock::now();
  KafkaView view;
  view.counts = counts_;
  view.detail = !no_client_.empty() ? no_client_ : fault_.empty() ? health_.fault : fault_;
  view.state = state();
  for (const PartitionProgress& its : progress_.partitions()) {
    if (!its.counts()) continue;
    view.lags.push_back({its.topic, its.partition, its.next,
                         its.leader_answers && its.end >= 0 && its.is_reading, its.lag()});
  }
  tell(view);
  const std::lock_guard lock(mutex_);
  view_ = std::move(view);
}

}  // namespace deskd::connectors
