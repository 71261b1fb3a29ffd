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

namespace deskd::ledger {

/// Counts up when what stands in a body changes its meaning; a new kind of frame needs no new one.
constexpr std::uint8_t blob_version = 1;

/// One frame being written: its body is what is appended to `out` while this lives. Puts the
/// version in front of the first frame of a blob.
class OpenFrame {
 public:
  OpenFrame(std::string& out, std::uint8_t kind);
  ~OpenFrame();
  OpenFrame(const OpenFrame&) = delete;
  OpenFrame& operator=(const OpenFrame&) = delete;

 private:
  std::string& out_;
  std::size_t body_at_;
};

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
