// The kernels for x86-64 with AVX-512 F, BW, VL, DQ and VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c"))), \
    apply_to = function)

#include "int8_vnni512.h"
#define CK_ISA CK_AVX512VNNI
#define CK_TABLE ck_avx512vnni_table
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
