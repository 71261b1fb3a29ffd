#include <algorithm>
#include <span>

#include "rules/correlator/impl.h"

namespace deskd::rules {

void Correlator::adopt(const CorrelatorTimes& times, std::span<const ClearsShape> shapes) {
  impl_->times = times;
  std::erase_if(impl_->clears_indexes, [shapes](const ClearsIndex& index) {
    return std::ranges::find(shapes, index.shape()) == shapes.end();
  });
  const auto known = impl_->clears_indexes.size();
  for (const ClearsShape& shape : shapes) {
    const auto has_shape = [&shape](const ClearsIndex& index) { return index.shape() == shape; };
    if (std::ranges::none_of(impl_->clears_indexes, has_shape)) {
      impl_->clears_indexes.emplace_back(shape);
    }
  }
  impl_->fill_indexes(std::span(impl_->clears_indexes).subspan(known));
}

ClearsIndex& Correlator::Impl::clears_index(std::span<const IdentityPart> by) {
  for (ClearsIndex& index : clears_indexes) {
    if (index.is_for(by)) return index;
  }
  // Judged by a setup that is not the current one. The index stays until the next is adopted.
  ClearsShape shape;
  for (const IdentityPart& part : by) shape.by.emplace_back(part.field);
  return build_index(shape);
}

ClearsIndex& Correlator::Impl::build_index(const ClearsShape& shape) {
  ClearsIndex& index = clears_indexes.emplace_back(shape);
  fill_indexes({&index, 1});
  return index;
}

void Correlator::Impl::fill_indexes(std::span<ClearsIndex> indexes) {
  if (indexes.empty()) return;
  for (AlarmId id = 1; id <= alarms.last(); ++id) {
    const AlarmRecord* alarm = alarms.find(id);
    if (alarm == nullptr || !alarm->active) continue;
    const AlarmText text = alarms.text_of(*alarm);
    for (ClearsIndex& index : indexes) index.put(id, text);
  }
}

}  // namespace deskd::rules
