#include "daemon/ledger/frames.h"

#include <fmt/core.h>

#include <utility>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::ledger {
namespace {

constexpr std::size_t length_bytes = frame_head_bytes - 1;

std::uint32_t get_length(const char* at) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    length |= std::uint32_t{static_cast<unsigned char>(at[i])} << (8 * i);
  }
  return length;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

}  // namespace

// The length is little endian and of a fixed width: it is known when the body stands behind it.
void put_frame_head(char* body, std::uint8_t kind, std::size_t length) {
  DESKD_CHECK(length <= limits::record_bytes_max);
  char* const head = body - frame_head_bytes;
  head[0] = static_cast<char>(kind);
  for (std::size_t i = 0; i < length_bytes; ++i) head[1 + i] = static_cast<char>(length >> (8 * i));
}

std::string& BlobWriter::open() {
  if (open_.size() >= cut_bytes_) {
    full_.push_back(open_);
    open_.clear();
  }
  return open_;
}

// A copy of the right size: the blob may be kept for long, the buffer's capacity serves the next
// turn.
std::string BlobWriter::take() {
  std::string blob;
  if (full_.empty()) {
    blob = open_;
    open_.clear();
    keep_room(open_);
  } else {
    blob = std::move(full_.front());
    full_.erase(full_.begin());
  }
  return blob;
}

void keep_room(std::string& buffer) {
  if (buffer.capacity() > limits::record_room_kept) std::string().swap(buffer);
}

FrameReader::FrameReader(std::string_view blob) {
  if (blob.empty()) return;
  failed_ = byte_at(blob, 0) != blob_version;
  if (!failed_) rest_ = blob.substr(1);
}

std::optional<Frame> FrameReader::next() {
  if (failed_ || rest_.empty()) return std::nullopt;
  failed_ = true;  // until the frame turns out to be whole
  if (rest_.size() < frame_head_bytes) return std::nullopt;
  const std::uint32_t length = get_length(rest_.data() + 1);
  if (length > rest_.size() - frame_head_bytes) return std::nullopt;

  const Frame frame{byte_at(rest_, 0), rest_.substr(frame_head_bytes, length)};
  rest_.remove_prefix(frame_head_bytes + length);
  failed_ = false;
  return frame;
}

std::string frames_problem(std::string_view blob, std::uint8_t kind_last) {
  if (blob.empty()) return {};
  if (const std::uint8_t version = byte_at(blob, 0); version > blob_version) {
    return fmt::format(
        "it is of format version {}, and this deskd knows up to {}: start the version that wrote "
        "it, or a newer one",
        version, blob_version);
  }
  FrameReader reader(blob);
  while (const auto frame = reader.next()) {
    if (frame->kind > kind_last) {
      return fmt::format(
          "it holds an entity of kind {}, and this deskd knows up to {}: start the version that "
          "wrote it, or a newer one",
          frame->kind, kind_last);
    }
  }
  return reader.failed() ? "its bytes are damaged" : std::string{};
}

}  // namespace deskd::ledger
