// How the allocator of deskd keeps its memory. jemalloc reads this before main.

/// - `thp:always`: in pages of 2 MiB. A million alarms take 150,000 pages of 4 KiB, and a processor
///   remembers where some two thousand pages are.
/// - `background_thread`, `dirty_decay_ms`: what is free for a minute goes back to the kernel, by a
///   thread of its own and not in a turn of the core. Sooner (10 s by default), a start would give
///   back what it takes again at once.
extern "C" const char* malloc_conf =
    "thp:always,metadata_thp:auto,background_thread:true,dirty_decay_ms:60000";
