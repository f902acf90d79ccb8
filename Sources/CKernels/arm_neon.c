// The kernels for 64-bit Arm, whose baseline has NEON with fused multiply-add.

#if defined(__aarch64__)

#define CK_ISA CK_NEON
#define CK_TABLE ck_neon_table
#define CK_TILE_PANELS 1
#define CK_TILE_POSITIONS 6
#define CK_STEP_PANELS 4

#include "simd.inc"

#endif
