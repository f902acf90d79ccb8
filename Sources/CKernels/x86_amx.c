// The kernels for x86-64 with AMX for 8-bit integers beside AVX-512 with VNNI.

#if defined(__x86_64__) && defined(__linux__)

#include <immintrin.h>

#pragma clang attribute push(                                                                    \
    __attribute__((target(                                                                       \
        "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c,amx-tile,amx-int8"))), \
    apply_to = function)

#include "avx512vnni.h"

#define CK_ISA CK_AMX
#define CK_TABLE ck_amx_table

/// Positions from which tiles are faster than dot products: with fewer both wait for memory.
#define CK_AMX_LEAST 12
#define CK_PROJECT_INT8 project_int8_amx

#include "simd.inc"

#pragma clang attribute pop

#endif
