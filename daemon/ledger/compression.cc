#include "daemon/ledger/compression.h"

#include <zstd.h>

#include "config/check.h"

namespace deskd::ledger {
namespace {

// Without Huffman codes for what is not repeated. Level 1 makes a record of 64 alerts a tenth
// smaller, which is no page less, and costs a sixth more to pack; a record of one alert, whose
// codes would be its own, costs twice as much to pack and seven times as much to unpack.
constexpr int level = -1;

}  // namespace

void Compression::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void Compression::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Compression::Compression() : packing_(ZSTD_createCCtx()), unpacking_(ZSTD_createDCtx()) {
  DESKD_CHECK(packing_ && unpacking_);
}

Compression::~Compression() = default;

void Compression::pack(std::string_view raw, std::string& packed) {
  packed.clear();
  if (raw.empty()) return;
  packed.resize_and_overwrite(ZSTD_compressBound(raw.size()), [&](char* out, std::size_t room) {
    const std::size_t size =
        ZSTD_compressCCtx(packing_.get(), out, room, raw.data(), raw.size(), level);
    DESKD_CHECK(ZSTD_isError(size) == 0);  // with that much room only want of memory is left
    return size;
  });
}

// Both special values, unknown and error, are greater than any limit.
std::size_t Compression::unpacked_size(std::string_view packed) {
  return packed.empty() ? 0 : ZSTD_getFrameContentSize(packed.data(), packed.size());
}

std::optional<std::string> Compression::unpack(std::string_view packed, std::size_t bytes_max) {
  if (packed.empty()) return std::string{};
  const std::size_t claimed = unpacked_size(packed);
  if (claimed > bytes_max) return std::nullopt;

  std::string raw;
  bool is_whole = false;
  // gcc 12 tells the operation of more room than it was asked for.
  raw.resize_and_overwrite(claimed, [&](char* out, std::size_t) {
    const std::size_t size =
        ZSTD_decompressDCtx(unpacking_.get(), out, claimed, packed.data(), packed.size());
    is_whole = ZSTD_isError(size) == 0 && size == claimed;
    return is_whole ? size : 0;
  });
  if (!is_whole) return std::nullopt;
  return raw;
}

}  // namespace deskd::ledger
