// Tells the thread sanitizer what it cannot see of Swift's Mutex on Linux: linked into what run.sh
// builds for it, before the Synchronization library, whose functions these stand in front of.
//
// A lock that nobody holds is taken and given back by code that the compiler puts where withLock is
// called, with instrumentation. The functions for one that others hold or wait for are in the library,
// without: that this thread waited for the other would be unknown, and what both wrote a race.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

// The sanitizer's: the same object that an instrumented atomic at this address would use.
void __tsan_acquire(void *address);
void __tsan_release(void *address);

SWIFT void lock_slow(uint32_t thread, SELF handle) __asm__(LOCK);
SWIFT void unlock_slow(SELF handle) __asm__(UNLOCK);

SWIFT void lock_slow(uint32_t thread, SELF handle) {
  SWIFT void (*library)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  library(thread, handle);
  __tsan_acquire(handle);
}

SWIFT void unlock_slow(SELF handle) {
  SWIFT void (*library)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  __tsan_release(handle);
  library(handle);
}
