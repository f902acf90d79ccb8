// The kernels for 64-bit Arm, whose baseline has NEON with fused multiply-add and no dot products.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "vectors.h"

#define CK_INT8_TILE_PANELS 1
#define CK_INT8_TILE_POSITIONS 2
#define CK_INT8_STEP_PANELS 1
#define CK_INT8_STEP_POSITIONS 1
#define CK_INT8_OFFSET CK_QUANTUM_OFFSET

/// Two rows a register; each row has two sums, of its columns 0 and 1 and of its columns 2 and 3.
typedef struct {
  int32x4_t rows[8];
} int8_sums;

INLINE int8_sums int8_zero(void) {
  int8_sums sums;
  for (int i = 0; i < 8; i++) sums.rows[i] = vdupq_n_s32(0);
  return sums;
}

INLINE int8_sums int8_add(int8_sums sums, const int8_t *weights, uint32_t four) {
  // 16-bit activations: 255 * 127 would not fit a 16-bit product.
  int16x8_t x = vreinterpretq_s16_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four))));
  for (int i = 0; i < 8; i++) {
    int16x8_t w = vmovl_s8(vld1_s8(weights + 8 * i));
    int32x4_t low = vmull_s16(vget_low_s16(w), vget_low_s16(x));
    int32x4_t high = vmull_s16(vget_high_s16(w), vget_high_s16(x));
    sums.rows[i] = vaddq_s32(sums.rows[i], vpaddq_s32(low, high));
  }
  return sums;
}

INLINE i32x16 int8_total(int8_sums sums) { return pair_sums(sums.rows); }

#define CK_ISA CK_NEON
#define CK_TABLE ck_neon_table
#define CK_TILE_PANELS 1
#define CK_TILE_POSITIONS 6
#define CK_STEP_PANELS 4
#define CK_STEP_POSITIONS 1

#include "simd.inc"

#endif
