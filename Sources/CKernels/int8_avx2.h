// Dot products of 8-bit integers with vpmaddwd on 16-bit ones, which cannot saturate:
// 255 * 128 * 2 is far below 2^31. Included inside a target region that has AVX2.

#ifndef CK_INT8_AVX2_H
#define CK_INT8_AVX2_H

#include "vectors.h"

#define CK_INT8_TILE_PANELS 1
#define CK_INT8_TILE_POSITIONS 2
#define CK_INT8_STEP_PANELS 2
#define CK_INT8_STEP_POSITIONS 1
#define CK_INT8_OFFSET CK_QUANTUM_OFFSET

/// Four rows a register; each row has two sums, of its columns 0 and 1 and of its columns 2 and 3.
typedef struct {
  __m256i rows[4];
} int8_sums;

INLINE int8_sums int8_zero(void) {
  int8_sums sums;
  for (int i = 0; i < 4; i++) sums.rows[i] = _mm256_setzero_si256();
  return sums;
}

INLINE int8_sums int8_add(int8_sums sums, const int8_t *weights, uint32_t four) {
  __m256i x = _mm256_cvtepu8_epi16(_mm_set1_epi32((int)four));
  for (int i = 0; i < 4; i++) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(weights + 16 * i));
    __m256i products = _mm256_madd_epi16(_mm256_cvtepi8_epi16(bytes), x);
    sums.rows[i] = _mm256_add_epi32(sums.rows[i], products);
  }
  return sums;
}

INLINE i32x16 int8_total(int8_sums sums) { return pair_sums(sums.rows); }

#endif
