// The kernels of x86_avxvnni.c with the 8-bit dot products in the encoding of AVX-512 VL and VNNI,
// for machines that have this one and not AVX-VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,f16c,avx512f,avx512vl,avx512vnni"))), apply_to = function)

#define CK_DPBUSD256 _mm256_dpbusd_epi32
#include "../../Sources/CKernels/int8_vnni256.h"

#define CK_ISA CK_AVXVNNI
#define CK_TABLE ck_avxvnni_evex_table
#define CK_TILE_PANELS 2
#define CK_TILE_POSITIONS 3
#define CK_STEP_PANELS 4
#define CK_STEP_POSITIONS 1
#define CK_SCAN_STATES 2

#include "../../Sources/CKernels/simd.inc"

#pragma clang attribute pop

#endif
