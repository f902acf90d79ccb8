// The loops for each instruction set, and the choice between them.
//
// What is added is hidden from the compiler, which would otherwise compute it before the loop.

#include "loops.h"

#define CML_JOIN(a, b) a##_##b
#define CML_NAME_(table, name) CML_JOIN(table, name)
#define CML_NAME(name) CML_NAME_(CML_TABLE, name)

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vnni,avx2,fma"))), apply_to = function)

#define CML_TABLE cml_avx512vnni
#define CML_BYTES 64
#define CML_INT8_PRODUCTS 64

typedef __m512i cml_avx512vnni_sums;

static inline __m512i cml_avx512vnni_add_products(__m512i sums) {
  __m512i weights = _mm512_set1_epi8(-5);
  __asm__ volatile("" : "+v"(weights));
  return _mm512_dpbusd_epi32(sums, _mm512_set1_epi8(3), weights);
}

#include "loops.inc"
#pragma clang attribute pop
#undef CML_TABLE
#undef CML_BYTES
#undef CML_INT8_PRODUCTS

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define CML_TABLE cml_avx2
#define CML_BYTES 32
#define CML_INT8_PRODUCTS 16

typedef __m256i cml_avx2_sums;

// Without VNNI: 16-bit products, summed in pairs; widening the 8 bits is not counted.
static inline __m256i cml_avx2_add_products(__m256i sums) {
  __m256i weights = _mm256_set1_epi16(-5);
  __asm__ volatile("" : "+x"(weights));
  return _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_set1_epi16(3), weights));
}

#include "loops.inc"
#pragma clang attribute pop

const cml_loops *cml_best_loops(void) {
  int vnni = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vnni");
  return vnni ? &cml_avx512vnni : &cml_avx2;
}

#elif defined(__aarch64__)

#include <arm_neon.h>

#define CML_TABLE cml_neon
#define CML_BYTES 16
#define CML_INT8_PRODUCTS 4

typedef int32x4_t cml_neon_sums;

// Without dot products, which not every 64-bit Arm has: 16-bit products, widened.
static inline int32x4_t cml_neon_add_products(int32x4_t sums) {
  int16x4_t weights = vdup_n_s16(-5);
  __asm__ volatile("" : "+w"(weights));
  return vmlal_s16(sums, vdup_n_s16(3), weights);
}

#include "loops.inc"

const cml_loops *cml_best_loops(void) { return &cml_neon; }

#endif
