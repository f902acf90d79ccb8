// Dot products of 8-bit integers with vpmaddwd on 16-bit ones, which cannot saturate:
// 128 * 128 * 2 is far below 2^31. Included inside a target region that has AVX2.

#ifndef CK_INT8_AVX2_H
#define CK_INT8_AVX2_H

#include "vectors.h"

// 12 of the 16 registers hold sums, 2 the weights of half a panel, 1 the activations of a position.
// Only the addition waits for the sum before it, for one cycle.
#define CK_INT8_ROWS 4
#define CK_INT8_GROUP_PANELS 1
#define CK_INT8_SINGLE SIZE_MAX
#define CK_INT8_POSITIONS 6
#define CK_INT8_REGISTERS 4
#define CK_INT8_SUMS 12
#define CK_INT8_TILES(TILE) \
  TILE(1, 4, 1) TILE(2, 4, 1) TILE(3, 2, 1) TILE(4, 2, 1) TILE(5, 2, 1) TILE(6, 2, 1)
#define CK_INT8_OFFSET 0

typedef int16_t int8_activation;
typedef __m256i int8_weights, int8_inputs;
/// Four rows; each has two sums, of its columns 0 and 1 and of its columns 2 and 3.
typedef __m256i int8_sums;

INLINE int8_sums int8_zero(void) { return _mm256_setzero_si256(); }

INLINE int8_weights int8_load_weights(const int8_t *p) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)p));
}

INLINE int8_inputs int8_load_inputs(const int8_activation *p) {
  int64_t four;
  memcpy(&four, p, sizeof four);
  return _mm256_set1_epi64x(four);
}

INLINE int8_sums int8_add(int8_sums sums, int8_weights w, int8_inputs x) {
  return _mm256_add_epi32(sums, _mm256_madd_epi16(w, x));
}

INLINE int8_sums int8_plus(int8_sums a, int8_sums b) { return _mm256_add_epi32(a, b); }

INLINE void int8_store(int32_t *totals, const int8_sums *sums, size_t count) {
  for (size_t i = 0; i < count; i += 2) {
    __m256i rows = _mm256_hadd_epi32(sums[i], sums[i + 1]);
    // Halves of 128 bits are summed by themselves: rows 0, 1, 4, 5 and 2, 3, 6, 7.
    rows = _mm256_permute4x64_epi64(rows, 0xD8);
    memcpy(totals + i * CK_INT8_ROWS, &rows, sizeof rows);
  }
}

#endif
