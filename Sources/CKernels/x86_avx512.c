// The kernels for x86-64 with AVX-512 F, BW, VL and DQ, without VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)

#include "vectors.h"

// As with AVX2, on registers twice as wide and twice as many of them.
#define CK_INT8_ROWS 8
#define CK_INT8_GROUP_PANELS 1
#define CK_INT8_SINGLE SIZE_MAX
#define CK_INT8_POSITIONS 12
#define CK_INT8_REGISTERS 2
#define CK_INT8_SUMS 24
#define CK_INT8_TILES(TILE)                                            \
  TILE(1, 2, 1) TILE(2, 2, 1) TILE(3, 2, 1) TILE(4, 2, 1) TILE(5, 2, 1) \
  TILE(6, 2, 1) TILE(7, 2, 1) TILE(8, 2, 1) TILE(9, 2, 1) TILE(10, 2, 1) \
  TILE(11, 2, 1) TILE(12, 2, 1)
#define CK_INT8_OFFSET 0

typedef int16_t int8_activation;
typedef __m512i int8_weights, int8_inputs;
/// Eight rows; each has two sums, of its columns 0 and 1 and of its columns 2 and 3.
typedef __m512i int8_sums;

INLINE int8_sums int8_zero(void) { return _mm512_setzero_si512(); }

INLINE int8_weights int8_load_weights(const int8_t *p) {
  return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(const void *)p));
}

INLINE int8_inputs int8_load_inputs(const int8_activation *p) {
  int64_t four;
  memcpy(&four, p, sizeof four);
  return _mm512_set1_epi64(four);
}

INLINE int8_sums int8_add(int8_sums sums, int8_weights w, int8_inputs x) {
  return _mm512_add_epi32(sums, _mm512_madd_epi16(w, x));
}

INLINE int8_sums int8_plus(int8_sums a, int8_sums b) { return _mm512_add_epi32(a, b); }

INLINE void int8_store(int32_t *totals, const int8_sums *sums, size_t count) {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
  for (size_t i = 0; i < count; i += 2) {
    __m512i rows = _mm512_add_epi32(_mm512_permutex2var_epi32(sums[i], even, sums[i + 1]),
                                    _mm512_permutex2var_epi32(sums[i], odd, sums[i + 1]));
    memcpy(totals + i * CK_INT8_ROWS, &rows, sizeof rows);
  }
}

#define CK_ISA CK_AVX512
#define CK_TABLE ck_avx512_table
#define CK_REGISTER_FLOATS 16
#define CK_SUMS 24
#define CK_HELD 4
#define CK_TILE_POSITIONS 12
#define CK_TILES(TILE) TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) \
  TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
#define CK_PAIR_POSITIONS SIZE_MAX
#define CK_SIDE_BY_SIDE 4

#include "simd.inc"

#pragma clang attribute pop

#endif
