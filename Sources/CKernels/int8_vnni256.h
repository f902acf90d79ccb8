// Dot products of 8-bit integers with vpdpbusd on 256-bit registers. The file that includes this
// one, inside a target region that has the instruction, defines CK_DPBUSD256: AVX-VNNI and
// AVX-512 VL with VNNI have one intrinsic each, for two encodings of the same operation.

#ifndef CK_INT8_VNNI256_H
#define CK_INT8_VNNI256_H

#include "vectors.h"

// 12 of the 16 registers hold sums, 2 a panel's weights, 1 the activations of a position.
#define CK_INT8_TILE_PANELS 1
#define CK_INT8_TILE_POSITIONS 6
#define CK_INT8_STEP_PANELS 4
#define CK_INT8_STEP_POSITIONS 1
#define CK_INT8_OFFSET CK_QUANTUM_OFFSET

/// Eight rows a register.
typedef struct {
  __m256i rows[2];
} int8_sums;

INLINE int8_sums int8_zero(void) {
  int8_sums sums;
  for (int i = 0; i < 2; i++) sums.rows[i] = _mm256_setzero_si256();
  return sums;
}

INLINE int8_sums int8_add(int8_sums sums, const int8_t *weights, uint32_t four) {
  __m256i x = _mm256_set1_epi32((int)four);
  for (int i = 0; i < 2; i++) {
    __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(weights + 32 * i));
    sums.rows[i] = CK_DPBUSD256(sums.rows[i], x, w);
  }
  return sums;
}

INLINE i32x16 int8_total(int8_sums sums) {
  i32x16 total;
  memcpy(&total, sums.rows, sizeof total);
  return total;
}

#endif
