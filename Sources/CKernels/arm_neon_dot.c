// The kernels for 64-bit Arm with NEON and the dot products of FEAT_DotProd.

#if defined(__aarch64__)

#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "vectors.h"

// 24 of the 32 registers hold sums, 4 a panel's weights. With few positions each row has several
// sums: one waits for the one before it.
#define CK_INT8_ROWS 4
#define CK_INT8_GROUP_PANELS 1
#define CK_INT8_SINGLE SIZE_MAX
#define CK_INT8_POSITIONS 6
#define CK_INT8_REGISTERS 4
#define CK_INT8_SUMS 24
#define CK_INT8_TILES(TILE) \
  TILE(1, 4, 4) TILE(2, 4, 2) TILE(3, 4, 2) TILE(4, 4, 1) TILE(5, 4, 1) TILE(6, 4, 1)
#define CK_INT8_OFFSET 0

typedef int8_t int8_activation;
typedef int8x16_t int8_weights, int8_inputs;
/// Four rows.
typedef int32x4_t int8_sums;

INLINE int8_sums int8_zero(void) { return vdupq_n_s32(0); }

INLINE int8_weights int8_load_weights(const int8_t *p) { return vld1q_s8(p); }

INLINE int8_inputs int8_load_inputs(const int8_activation *p) {
  int32_t four;
  memcpy(&four, p, sizeof four);
  return vreinterpretq_s8_s32(vdupq_n_s32(four));
}

INLINE int8_sums int8_add(int8_sums sums, int8_weights w, int8_inputs x) {
  return vdotq_s32(sums, w, x);
}

INLINE int8_sums int8_plus(int8_sums a, int8_sums b) { return vaddq_s32(a, b); }

INLINE void int8_store(int32_t *totals, const int8_sums *sums, size_t count) {
  memcpy(totals, sums, count * sizeof *sums);
}

#define CK_ISA CK_NEONDOT
#define CK_TABLE ck_neondot_table
#define CK_REGISTER_FLOATS 4
#define CK_SUMS 24
#define CK_HELD 4
#define CK_TILE_POSITIONS 6
#define CK_TILES(TILE) TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
#define CK_PAIR_POSITIONS 3
#define CK_SIDE_BY_SIDE 1

#include "simd.inc"

#pragma clang attribute pop

#endif
