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
  const auto kept = copy_to<char>(arena, packed_);
  imprint.identity = {kept.data(), kept.size()};
  packed_.clear();
  Packer texts(packed_);
  AlarmText::pack_texts(texts, verdict.alert);
  imprint.text_hash = hash64(packed_);
  return imprint;
}

}  // namespace deskd::rules
