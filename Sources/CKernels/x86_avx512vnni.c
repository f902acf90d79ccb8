// The kernels for x86-64 with AVX-512 F, BW, VL, DQ and VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c"))), \
    apply_to = function)

#include "vectors.h"

#define CK_INT8_TILE_PANELS 4
#define CK_INT8_TILE_POSITIONS 6
#define CK_INT8_STEP_PANELS 8
#define CK_INT8_STEP_POSITIONS 3
#define CK_INT8_OFFSET CK_QUANTUM_OFFSET

typedef __m512i int8_sums;

INLINE int8_sums int8_zero(void) { return _mm512_setzero_si512(); }

INLINE int8_sums int8_add(int8_sums sums, const int8_t *weights, uint32_t four) {
  return _mm512_dpbusd_epi32(sums, _mm512_set1_epi32((int)four), _mm512_loadu_si512(weights));
}

INLINE i32x16 int8_total(int8_sums sums) {
  i32x16 total;
  memcpy(&total, &sums, sizeof total);
  return total;
}

#define CK_ISA CK_AVX512VNNI
#define CK_TABLE ck_avx512vnni_table
#define CK_TILE_PANELS 4
#define CK_TILE_POSITIONS 6
#define CK_STEP_PANELS 8
#define CK_STEP_POSITIONS 3

#include "simd.inc"

#pragma clang attribute pop

#endif
