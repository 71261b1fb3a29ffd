// How the allocator of deskd keeps its memory. jemalloc reads this before main.

/// What is free for a while goes back to the kernel by a thread of its own, not in a turn of the
/// core. `thp:always` (pages of 2 MiB) would take a quarter off a clear among a million alarms; but
/// where a hypervisor must find the memory, each such page stops a turn for 8 ms.
extern "C" const char* malloc_conf = "background_thread:true";
