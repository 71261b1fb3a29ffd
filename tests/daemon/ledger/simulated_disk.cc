#include "tests/daemon/ledger/simulated_disk.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace deskd::test {

const sqlite3_io_methods SimulatedDisk::methods{
    .iVersion = 1,
    .xClose = [](sqlite3_file*) { return SQLITE_OK; },
    .xRead = &SimulatedDisk::read,
    .xWrite = &SimulatedDisk::write,
    .xTruncate = &SimulatedDisk::truncate,
    .xSync = &SimulatedDisk::sync,
    .xFileSize = &SimulatedDisk::size,
    .xLock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xCheckReservedLock = [](sqlite3_file*, int* held) { return *held = 0, SQLITE_OK; },
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return 4096; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }};

SimulatedDisk::SimulatedDisk() : vfs_(*sqlite3_vfs_find(nullptr)) {
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(OpenFile);
  vfs_.pNext = nullptr;
  vfs_.zName = "simulated";
  vfs_.pAppData = this;
  vfs_.xOpen = &SimulatedDisk::open;
  vfs_.xDelete = &SimulatedDisk::remove;
  vfs_.xAccess = &SimulatedDisk::access;
  vfs_.xFullPathname = [](sqlite3_vfs*, const char* path, int room, char* out) {
    sqlite3_snprintf(room, out, "%s", path);
    return SQLITE_OK;
  };
  vfs_.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  sqlite3_vfs_register(&vfs_, 1);
}

SimulatedDisk::~SimulatedDisk() { sqlite3_vfs_unregister(&vfs_); }

void SimulatedDisk::fail(std::uint64_t operation, Fault fault) {
  operations_ = 0;
  failing_operation_ = operation;
  fault_ = fault;
  has_failed_ = false;
}

SimulatedDisk::Fault SimulatedDisk::next_operation() {
  const std::uint64_t operation = operations_++;
  const bool fails =
      fault_ == Fault::dead ? operation >= failing_operation_ : operation == failing_operation_;
  if (fault_ == Fault::none || !fails) return Fault::none;
  has_failed_ = true;
  return fault_;
}

void SimulatedDisk::cut_power(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& [path, contents] : files_) {
    for (Change& change : contents.unsynced) {
      const auto fate = random() % 3;
      if (fate == 0) continue;
      if (fate == 1 && !change.truncates) change.bytes.resize(random() % (change.bytes.size() + 1));
      apply(contents.synced, change);
    }
    contents.unsynced.clear();
    contents.now = contents.synced;
  }
  fault_ = Fault::none;
}

void SimulatedDisk::apply(std::string& bytes, const Change& change) {
  if (change.truncates) {
    bytes.resize(std::min<std::size_t>(bytes.size(), change.offset));
    return;
  }
  bytes.resize(std::max<std::size_t>(bytes.size(), change.offset + change.bytes.size()));
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

void SimulatedDisk::change(Contents& contents, Change change) {
  apply(contents.now, change);
  contents.unsynced.push_back(std::move(change));
}

int SimulatedDisk::read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
  const std::string& bytes = as_open(file).contents->now;
  const auto start = std::min(bytes.size(), static_cast<std::size_t>(offset));
  const auto wanted = static_cast<std::size_t>(count);
  const std::size_t found = std::min(wanted, bytes.size() - start);
  std::memcpy(to, bytes.data() + start, found);
  std::memset(static_cast<char*>(to) + found, 0, wanted - found);
  return found == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

// Half of what did not fit was written nevertheless, as write(2) may.
int SimulatedDisk::write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  OpenFile& opened = as_open(file);
  const Fault fault = opened.disk->next_operation();
  const auto size = static_cast<std::size_t>(fault == Fault::none ? count : count / 2);
  change(*opened.contents,
         {static_cast<std::uint64_t>(offset), {static_cast<const char*>(from), size}});
  if (fault == Fault::none) return SQLITE_OK;
  return fault == Fault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int SimulatedDisk::truncate(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& opened = as_open(file);
  const Fault fault = opened.disk->next_operation();
  if (fault == Fault::io_error || fault == Fault::dead) return SQLITE_IOERR_TRUNCATE;
  change(*opened.contents, {static_cast<std::uint64_t>(size), {}, true});
  return SQLITE_OK;
}

int SimulatedDisk::sync(sqlite3_file* file, int) {
  OpenFile& opened = as_open(file);
  const Fault fault = opened.disk->next_operation();
  if (fault == Fault::io_error || fault == Fault::dead) return SQLITE_IOERR_FSYNC;
  Contents& contents = *opened.contents;
  for (const Change& change : contents.unsynced) apply(contents.synced, change);
  contents.unsynced.clear();
  return SQLITE_OK;
}

int SimulatedDisk::size(sqlite3_file* file, sqlite3_int64* bytes) {
  *bytes = static_cast<sqlite3_int64>(as_open(file).contents->now.size());
  return SQLITE_OK;
}

int SimulatedDisk::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                        int* out) {
  OpenFile& opened = as_open(file);
  opened.pMethods = &methods;
  opened.disk = &of(vfs);
  opened.contents = &opened.disk->files_[path == nullptr ? "" : path];
  if (out != nullptr) *out = flags;
  return SQLITE_OK;
}

int SimulatedDisk::remove(sqlite3_vfs* vfs, const char* path, int) {
  SimulatedDisk& disk = of(vfs);
  if (const Fault fault = disk.next_operation(); fault == Fault::io_error || fault == Fault::dead) {
    return SQLITE_IOERR_DELETE;
  }
  disk.files_.erase(path);
  return SQLITE_OK;
}

int SimulatedDisk::access(sqlite3_vfs* vfs, const char* path, int, int* found) {
  *found = of(vfs).files_.contains(path) ? 1 : 0;
  return SQLITE_OK;
}

}  // namespace deskd::test
