#include "rules/imprint.h"

#include "rules/alarm.h"
#include "rules/correlator/hash.h"
#include "rules/decision/arena_copy.h"

namespace deskd::rules {

Imprint Imprinter::make(const Verdict& verdict, std::pmr::memory_resource& arena) {
  Imprint imprint;
  packed_.clear();
  Packer identity(packed_);
  AlarmText::pack_identity(identity, verdict.identity);
  imprint.identity_hash = hash64(packed_);
  const auto kept = make_in<char>(arena, packed_.size());
  packed_.copy(kept.data(), kept.size());
  imprint.identity = {kept.data(), kept.size()};
  imprint.text_hash = AlarmText::texts_hash(verdict.alert);
  return imprint;
}

}  // namespace deskd::rules
