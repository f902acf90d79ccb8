// The kernels for x86-64 with AVX2 and fused multiply-add, without AVX-VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "int8_avx2.h"

#define CK_ISA CK_AVX2
#define CK_TABLE ck_avx2_table
#define CK_TILE_PANELS 2
#define CK_TILE_POSITIONS 3
#define CK_STEP_PANELS 4
#define CK_STEP_POSITIONS 1
#define CK_SCAN_STATES 2

#include "simd.inc"

#pragma clang attribute pop

#endif
