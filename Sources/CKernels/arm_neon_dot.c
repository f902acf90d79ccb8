// The kernels for 64-bit Arm with NEON and the dot products of FEAT_DotProd.

#if defined(__aarch64__)

#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "vectors.h"

// 24 of the 32 registers hold sums, 4 a panel's weights.
#define CK_INT8_TILE_PANELS 1
#define CK_INT8_TILE_POSITIONS 6
#define CK_INT8_STEP_PANELS 4
#define CK_INT8_STEP_POSITIONS 1
// The activations are multiplied as the signed integers that they stand for.
#define CK_INT8_OFFSET 0

/// Four rows a register.
typedef struct {
  int32x4_t rows[4];
} int8_sums;

INLINE int8_sums int8_zero(void) {
  int8_sums sums;
  for (int i = 0; i < 4; i++) sums.rows[i] = vdupq_n_s32(0);
  return sums;
}

INLINE int8_sums int8_add(int8_sums sums, const int8_t *weights, uint32_t four) {
  // Both sides of sdot are signed; turning the highest bit of a byte takes 128 from it.
  int8x16_t x = vreinterpretq_s8_u32(vdupq_n_u32(four ^ 0x80808080u));
  for (int i = 0; i < 4; i++)
    sums.rows[i] = vdotq_s32(sums.rows[i], vld1q_s8(weights + 16 * i), x);
  return sums;
}

INLINE i32x16 int8_total(int8_sums sums) {
  i32x16 total;
  memcpy(&total, sums.rows, sizeof total);
  return total;
}

#define CK_ISA CK_NEONDOT
#define CK_TABLE ck_neondot_table
#define CK_TILE_PANELS 1
#define CK_TILE_POSITIONS 6
#define CK_STEP_PANELS 4
#define CK_STEP_POSITIONS 1

#include "simd.inc"

#pragma clang attribute pop

#endif
