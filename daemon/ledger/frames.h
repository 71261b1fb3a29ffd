#pragma once
// How a blob is laid out: the format's version, then frames, each a kind, a length and a body.
//
// The length lets a reader see that a kind is newer than itself, and say so, instead of reading it
// as something else.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.h"

namespace deskd::ledger {

/// Counts up when what stands in a body changes its meaning; a new kind of frame needs no new one.
constexpr std::uint8_t blob_version = 1;

/// A kind, and the length of the body in four bytes.
constexpr std::size_t frame_head_bytes = 5;

/// Puts the kind and the length in front of a body that stands there, behind as much room.
void put_frame_head(char* body, std::uint8_t kind, std::size_t length);

/// Appends one frame. `write` gets the place of its body, where `body_bytes_max` bytes are free,
/// and gives the place behind it. Puts the version in front of the first frame of a blob.
template <typename Write>
void append_frame(std::string& blob, std::uint8_t kind, std::size_t body_bytes_max, Write&& write) {
  if (blob.empty()) blob.push_back(static_cast<char>(blob_version));
  const std::size_t body_at = blob.size() + frame_head_bytes;
  blob.resize_and_overwrite(body_at + body_bytes_max, [&](char* bytes, std::size_t) {
    char* const body = bytes + body_at;
    char* const end = write(body);
    put_frame_head(body, kind, static_cast<std::size_t>(end - body));
    return static_cast<std::size_t>(end - bytes);
  });
}

/// Frames on their way into blobs: one that has come to `cut_bytes` is full, and the next frame
/// begins another. So no record grows beyond what can be written, however much a turn changes.
class BlobWriter {
 public:
  explicit BlobWriter(std::size_t cut_bytes) : cut_bytes_(cut_bytes) {}

  /// What the next frame is appended to.
  std::string& open();
  bool empty() const { return open_.empty() && full_.empty(); }
  /// The oldest blob that was not taken; no bytes: all were.
  std::string take();

 private:
  const std::size_t cut_bytes_;
  std::string open_;
  std::vector<std::string> full_;  // the oldest first
};

/// Gives back a buffer that one large record has made large; else it serves the next one.
void keep_room(std::string& buffer);

struct Frame {
  std::uint8_t kind = 0;
  std::string_view body;
};

/// Walks the frames of a blob. No bytes at all are a blob without frames.
class FrameReader {
 public:
  explicit FrameReader(std::string_view blob);
  /// The next frame; nothing at the end and when the bytes are damaged (`failed`).
  std::optional<Frame> next();
  bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

/// What is wrong with the frames of `blob`, in words, when a kind after `kind_last` is unknown;
/// empty when they are whole.
std::string frames_problem(std::string_view blob, std::uint8_t kind_last);

}  // namespace deskd::ledger
