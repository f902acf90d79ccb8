// Floating-point settings of a thread, and the spin hint.

#include "tables.h"

#if defined(__x86_64__)

#include <immintrin.h>

// All exceptions masked, round to nearest, neither flush-to-zero nor denormals-are-zero.
#define CK_DEFAULT_MXCSR 0x1F80u

uint64_t ck_enter_floating_point(void) {
  unsigned saved = _mm_getcsr();
  _mm_setcsr(CK_DEFAULT_MXCSR);
  return saved;
}

void ck_leave_floating_point(uint64_t saved) { _mm_setcsr((unsigned)saved); }

void ck_pause(void) { _mm_pause(); }

#elif defined(__aarch64__)

uint64_t ck_enter_floating_point(void) {
  uint64_t saved;
  __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
  return saved;
}

void ck_leave_floating_point(uint64_t saved) { __asm__ volatile("msr fpcr, %0" : : "r"(saved)); }

void ck_pause(void) { __asm__ volatile("yield"); }

#else

#include <fenv.h>

uint64_t ck_enter_floating_point(void) {
  int saved = fegetround();
  fesetround(FE_TONEAREST);
  return (uint64_t)saved;
}

void ck_leave_floating_point(uint64_t saved) { fesetround((int)saved); }

void ck_pause(void) {}

#endif
