// One number from many floats, by loops that the compiler can take many values at a time in.

#include "elements.h"

/// Values that are looked at together, several registers of them.
#define BLOCK 64

uint32_t ck_fold_bits(const float *x, size_t count) {
  // Exclusive or has no order, so the compiler may use any vectors it likes.
  uint32_t result = 0;
  for (size_t i = 0; i < count; i++) result ^= bits_of_float(x[i]);
  return result;
}

static inline int is_nonfinite(float x) { return (bits_of_float(x) & 0x7F800000u) == 0x7F800000u; }

size_t ck_first_nonfinite(const float *x, size_t count) {
  size_t i = 0;
  // Whether a block has one, without a branch for each value; then where.
  for (; count - i >= BLOCK; i += BLOCK) {
    int found = 0;
    for (size_t lane = 0; lane < BLOCK; lane++) found |= is_nonfinite(x[i + lane]);
    if (found) break;
  }
  while (i < count && !is_nonfinite(x[i])) i++;
  return i;
}

static inline float larger(float a, float b) { return a > b ? a : b; }

float ck_maximum(const float *x, size_t count) {
  float lanes[BLOCK];
  for (size_t lane = 0; lane < BLOCK; lane++) lanes[lane] = x[lane < count ? lane : 0];
  size_t i = BLOCK;
  for (; i + BLOCK <= count; i += BLOCK) {
    for (size_t lane = 0; lane < BLOCK; lane++) lanes[lane] = larger(x[i + lane], lanes[lane]);
  }
  for (; i < count; i++) lanes[0] = larger(x[i], lanes[0]);
  for (size_t lane = 1; lane < BLOCK; lane++) lanes[0] = larger(lanes[lane], lanes[0]);
  return lanes[0];
}
