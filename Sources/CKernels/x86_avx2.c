// The kernels for x86-64 with AVX2 and fused multiply-add, without AVX-VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "int8_avx2.h"

#define CK_ISA CK_AVX2
#define CK_TABLE ck_avx2_table
#define CK_REGISTER_FLOATS 8
#define CK_SUMS 12
#define CK_HELD 2
#define CK_TILE_POSITIONS 6
#define CK_TILES(TILE) TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
#define CK_PAIR_POSITIONS 3
#define CK_SIDE_BY_SIDE 2

#include "simd.inc"

#pragma clang attribute pop

#endif
