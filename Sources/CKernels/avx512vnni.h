// What the paths with AVX-512 and VNNI share: dot products of 8-bit integers with vpdpbusd on 512-bit
// registers, and the tiles of products with floats.

#ifndef CK_AVX512VNNI_H
#define CK_AVX512VNNI_H

#include "vectors.h"

// 24 of the 32 registers hold sums at most. With few positions each has several: one waits four or
// five cycles for the one before it.
#define CK_INT8_ROWS 16
#define CK_INT8_GROUP_PANELS 2
#define CK_INT8_SINGLE 4
#define CK_INT8_POSITIONS 12
#define CK_INT8_REGISTERS 2
#define CK_INT8_SUMS 24
#define CK_INT8_TILES(TILE)                                            \
  TILE(1, 2, 4) TILE(2, 2, 4) TILE(3, 2, 4) TILE(4, 2, 2) TILE(5, 2, 1) \
  TILE(6, 2, 1) TILE(7, 2, 1) TILE(8, 2, 1) TILE(9, 2, 1) TILE(10, 2, 1) \
  TILE(11, 2, 1) TILE(12, 2, 1)
#define CK_INT8_OFFSET CK_QUANTUM_OFFSET

typedef uint8_t int8_activation;
typedef __m512i int8_weights, int8_inputs;
/// The rows of a panel.
typedef __m512i int8_sums;

INLINE int8_sums int8_zero(void) { return _mm512_setzero_si512(); }

INLINE int8_weights int8_load_weights(const int8_t *p) { return _mm512_loadu_si512(p); }

INLINE int8_inputs int8_load_inputs(const int8_activation *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm512_set1_epi32(four);
}

INLINE int8_sums int8_add(int8_sums sums, int8_weights w, int8_inputs x) {
  return _mm512_dpbusd_epi32(sums, x, w);
}

INLINE int8_sums int8_plus(int8_sums a, int8_sums b) { return _mm512_add_epi32(a, b); }

INLINE void int8_store(int32_t *totals, const int8_sums *sums, size_t count) {
  memcpy(totals, sums, count * sizeof *sums);
}

#define CK_REGISTER_FLOATS 16
#define CK_SUMS 24
#define CK_HELD 4
#define CK_TILE_POSITIONS 12
#define CK_TILES(TILE) TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) \
  TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
#define CK_PAIR_POSITIONS SIZE_MAX
#define CK_SIDE_BY_SIDE 4

#endif
