// Dot products of 8-bit integers with vpdpbusd on 256-bit registers. The file that includes this
// one, inside a target region that has the instruction, defines CK_DPBUSD256: AVX-VNNI and
// AVX-512 VL with VNNI have one intrinsic each, for two encodings of the same operation.

#ifndef CK_INT8_VNNI256_H
#define CK_INT8_VNNI256_H

#include "vectors.h"

// 12 of the 16 registers hold sums, 2 a panel's weights, 1 the activations of a position.
#define CK_INT8_ROWS 8
#define CK_INT8_GROUP_PANELS 1
#define CK_INT8_SINGLE SIZE_MAX
#define CK_INT8_POSITIONS 6
#define CK_INT8_REGISTERS 2
#define CK_INT8_SUMS 12
#define CK_INT8_TILES(TILE) \
  TILE(1, 2, 4) TILE(2, 2, 2) TILE(3, 2, 2) TILE(4, 2, 1) TILE(5, 2, 1) TILE(6, 2, 1)
#define CK_INT8_OFFSET CK_QUANTUM_OFFSET

typedef uint8_t int8_activation;
typedef __m256i int8_weights, int8_inputs;
/// Eight rows.
typedef __m256i int8_sums;

INLINE int8_sums int8_zero(void) { return _mm256_setzero_si256(); }

INLINE int8_weights int8_load_weights(const int8_t *p) {
  return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

INLINE int8_inputs int8_load_inputs(const int8_activation *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm256_set1_epi32(four);
}

INLINE int8_sums int8_add(int8_sums sums, int8_weights w, int8_inputs x) {
  return CK_DPBUSD256(sums, x, w);
}

INLINE int8_sums int8_plus(int8_sums a, int8_sums b) { return _mm256_add_epi32(a, b); }

INLINE void int8_store(int32_t *totals, const int8_sums *sums, size_t count) {
  memcpy(totals, sums, count * sizeof *sums);
}

#endif
