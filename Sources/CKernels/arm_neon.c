// The kernels for 64-bit Arm, whose baseline has NEON with fused multiply-add and no dot products.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "vectors.h"

// 16 of the 32 registers hold sums, 4 the weights of half a panel, 5 what is computed.
#define CK_INT8_ROWS 2
#define CK_INT8_GROUP_PANELS 1
#define CK_INT8_SINGLE SIZE_MAX
#define CK_INT8_POSITIONS 4
#define CK_INT8_REGISTERS 8
#define CK_INT8_SUMS 16
#define CK_INT8_TILES(TILE) TILE(1, 8, 1) TILE(2, 4, 1) TILE(3, 4, 1) TILE(4, 4, 1)
#define CK_INT8_OFFSET 0

// 16-bit activations: 127 * 127 * 2 would not fit a 16-bit product.
typedef int16_t int8_activation;
typedef int16x8_t int8_weights, int8_inputs;
/// Two rows; each has two sums, of its columns 0 and 1 and of its columns 2 and 3.
typedef int32x4_t int8_sums;

INLINE int8_sums int8_zero(void) { return vdupq_n_s32(0); }

INLINE int8_weights int8_load_weights(const int8_t *p) { return vmovl_s8(vld1_s8(p)); }

INLINE int8_inputs int8_load_inputs(const int8_activation *p) {
  int64_t four;
  memcpy(&four, p, sizeof four);
  return vreinterpretq_s16_s64(vdupq_n_s64(four));
}

INLINE int8_sums int8_add(int8_sums sums, int8_weights w, int8_inputs x) {
  int32x4_t low = vmull_s16(vget_low_s16(w), vget_low_s16(x));
  int32x4_t high = vmull_high_s16(w, x);
  return vaddq_s32(sums, vpaddq_s32(low, high));
}

INLINE int8_sums int8_plus(int8_sums a, int8_sums b) { return vaddq_s32(a, b); }

INLINE void int8_store(int32_t *totals, const int8_sums *sums, size_t count) {
  for (size_t i = 0; i < count; i += 2)
    vst1q_s32(totals + i * CK_INT8_ROWS, vpaddq_s32(sums[i], sums[i + 1]));
}

#define CK_ISA CK_NEON
#define CK_TABLE ck_neon_table
#define CK_REGISTER_FLOATS 4
#define CK_SUMS 24
#define CK_HELD 4
#define CK_TILE_POSITIONS 6
#define CK_TILES(TILE) TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
#define CK_PAIR_POSITIONS 3
#define CK_SIDE_BY_SIDE 1

#include "simd.inc"

#endif
