#pragma once
// JSON of any shape, read by the source's own mapping.

#include <memory>

#include "connectors/format/format.h"
#include "connectors/format/mapped_element.h"
#include "connectors/format/mapping.h"

namespace deskd::connectors {

/// Immutable; any thread. Without `each` the body is one alert, or a list of them.
class GenericFormat : public Format {
 public:
  /// Nothing when the mapping has mistakes.
  static std::shared_ptr<const Format> make(const FormatPlan& plan);
  explicit GenericFormat(std::shared_ptr<const Mapping> mapping) : mapping_(std::move(mapping)) {}
  Decoded decode(Batch& batch, const DecodeSettings& settings) const override;
  bool reads_envelope() const override { return !mapping_->kafka_fields.empty(); }

 private:
  std::expected<Draft, Malformed> read(const MappedElement& element) const;

  std::shared_ptr<const Mapping> mapping_;
};

}  // namespace deskd::connectors
