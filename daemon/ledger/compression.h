#pragma once
// Blobs as they stand on disk: zstd level 1, which costs a third of a microsecond an alert and
// saves many times that in bytes to sync.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace deskd::ledger {

/// Keeps its working memory between calls. One thread at a time.
class Compression {
 public:
  Compression();
  ~Compression();

  /// Replaces what `packed` holds. No bytes stay no bytes.
  void pack(std::string_view raw, std::string& packed);
  /// Nothing when the bytes are damaged or would unfold to more than `bytes_max`.
  std::optional<std::string> unpack(std::string_view packed, std::size_t bytes_max);
  /// What they say that they would unfold to; the greatest number when they are damaged.
  static std::size_t unpacked_size(std::string_view packed);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> packing_;
  std::unique_ptr<ZSTD_DCtx_s, Free> unpacking_;
};

}  // namespace deskd::ledger
