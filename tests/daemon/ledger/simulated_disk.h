#pragma once
// A disk in memory that SQLite writes to, with faults at will and a power switch.

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace deskd::test {

/// SQLite's default VFS while it lives; one at a time. Keeps files by path. What was written since
/// a file's last sync may be lost, whole, in part and out of order, when the power is cut.
class SimulatedDisk {
 public:
  enum class Fault { none, full, io_error, dead };

  SimulatedDisk();
  ~SimulatedDisk();
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;

  /// The `operation`-th write, sync or truncation from now, counted from 0, fails: once, or with
  /// `dead` all from it on. Only a write can find the disk full; anything else goes well then.
  void fail(std::uint64_t operation, Fault fault);
  std::uint64_t operations() const { return operations_; }  // since `fail`, or ever
  bool has_failed() const { return has_failed_; }

  /// Leaves what a disk may hold after the power went, and is free of faults again.
  void cut_power(std::uint64_t seed);

 private:
  struct Change {
    std::uint64_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  struct Contents {
    std::string now, synced;
    std::vector<Change> unsynced;
  };
  struct OpenFile : sqlite3_file {
    SimulatedDisk* disk;
    Contents* contents;
  };

  static const sqlite3_io_methods methods;
  static SimulatedDisk& of(sqlite3_vfs* vfs) { return *static_cast<SimulatedDisk*>(vfs->pAppData); }
  static OpenFile& as_open(sqlite3_file* file) { return *static_cast<OpenFile*>(file); }
  static void apply(std::string& bytes, const Change& change);
  static void change(Contents& contents, Change change);
  static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset);
  static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);
  static int size(sqlite3_file* file, sqlite3_int64* bytes);
  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out);
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder);
  static int access(sqlite3_vfs* vfs, const char* path, int flags, int* found);

  Fault next_operation();

  sqlite3_vfs vfs_;
  std::map<std::string, Contents> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t failing_operation_ = 0;
  Fault fault_ = Fault::none;
  bool has_failed_ = false;
};

}  // namespace deskd::test
