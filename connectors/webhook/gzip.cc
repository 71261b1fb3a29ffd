#include "connectors/webhook/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::connectors {
namespace {

/// zlib's state of one stream.
class Inflater {
 public:
  explicit Inflater(std::string_view compressed) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    DESKD_CHECK(inflateInit2(&stream_, gzip_only) == Z_OK);
    // zlib does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream_.avail_in = static_cast<uInt>(compressed.size());
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// Writes to `out` from `size` on; moves `size`.
  int run(std::string& out, std::size_t& size) {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream_.avail_out = static_cast<uInt>(out.size() - size);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    size = out.size() - stream_.avail_out;
    return result;
  }
  bool input_is_left() const { return stream_.avail_in > 0; }
  bool next_member() { return inflateReset(&stream_) == Z_OK; }

 private:
  z_stream stream_{};
};

}  // namespace

std::expected<std::string, InflateFault> inflate_gzip(std::string_view compressed,
                                                      std::size_t bytes_max) {
  DESKD_CHECK(compressed.size() <= limits::body_bytes_max);
  if (compressed.empty()) return std::unexpected(InflateFault::damaged);
  Inflater inflater(compressed);
  // JSON shrinks to about an eighth. One byte more than the limit shows that it was passed.
  std::string out(std::min(bytes_max + 1, compressed.size() * 8 + 1024), '\0');
  std::size_t size = 0;
  while (true) {
    const int result = inflater.run(out, size);
    if (size > bytes_max) return std::unexpected(InflateFault::too_large);
    if (result == Z_STREAM_END) {
      if (!inflater.input_is_left()) break;
      if (!inflater.next_member()) return std::unexpected(InflateFault::damaged);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return std::unexpected(InflateFault::damaged);
    }
    if (size == out.size()) {
      out.resize(std::min(bytes_max + 1, out.size() * 2));
    } else if (result != Z_STREAM_END && !inflater.input_is_left()) {
      return std::unexpected(InflateFault::damaged);
    }
  }
  out.resize(size);
  return out;
}

}  // namespace deskd::connectors
