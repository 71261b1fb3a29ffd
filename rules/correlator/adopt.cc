#include <algorithm>
#include <span>

#include "rules/correlator/impl.h"

namespace deskd::rules {

void Correlator::adopt(const CorrelatorTimes& times, std::span<const ClearsShape> shapes) {
  impl_->times = times;
  std::erase_if(impl_->clears_indexes, [shapes](const ClearsIndex& index) {
    return std::ranges::none_of(shapes, [&](const auto& shape) { return index.holds(shape); });
  });
  const auto known = impl_->clears_indexes.size();
  for (const ClearsShape& shape : shapes) {
    const auto holds = [&shape](const ClearsIndex& index) { return index.holds(shape); };
    if (std::ranges::none_of(impl_->clears_indexes, holds)) {
      impl_->clears_indexes.emplace_back(shape);
    }
  }
  impl_->fill_indexes(std::span(impl_->clears_indexes).subspan(known));
}

ClearsIndex& Correlator::Impl::clears_index(const Clears& clears) {
  for (ClearsIndex& index : clears_indexes) {
    if (index.holds(clears.types, clears.by)) return index;
  }
  // Judged by a setup that is not the current one. The index stays until the next is adopted.
  ClearsShape shape;
  for (const IdentityPart& part : clears.by) shape.by.emplace_back(part.field);
  shape.types.assign(clears.types.begin(), clears.types.end());
  std::ranges::sort(shape.types);
  return build_index(shape);
}

ClearsIndex& Correlator::Impl::build_index(const ClearsShape& shape) {
  ClearsIndex& index = clears_indexes.emplace_back(shape);
  fill_indexes({&index, 1});
  return index;
}

bool Correlator::Impl::is_clearable(std::string_view type) const {
  return std::ranges::any_of(clears_indexes,
                             [type](const auto& index) { return index.has_type(type); });
}

void Correlator::Impl::fill_indexes(std::span<ClearsIndex> indexes) {
  if (indexes.empty()) return;
  for (AlarmId id = 1; id <= alarms.last(); ++id) {
    AlarmRecord* alarm = alarms.find(id);
    if (alarm == nullptr || alarm->forgotten) continue;
    const AlarmText text = alarms.text_of(*alarm);
    if (is_clearable(text.value({Field::type, {}}))) alarm->clearable = true;
    if (!alarm->active) continue;
    for (ClearsIndex& index : indexes) index.put(id, text);
  }
}

}  // namespace deskd::rules
