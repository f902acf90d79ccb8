#include <string.h>

#include "ckernels.h"

uint32_t ck_fold_bits(const float *x, size_t count) {
  // Exclusive or has no order, so the compiler may use any vectors it likes.
  uint32_t result = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t word;
    memcpy(&word, x + i, sizeof word);
    result ^= word;
  }
  return result;
}
