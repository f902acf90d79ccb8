// The kernels for x86-64 with AVX-512 F, BW, VL, DQ and VNNI.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c"))), \
    apply_to = function)

#include "avx512vnni.h"
#define CK_ISA CK_AVX512VNNI
#define CK_TABLE ck_avx512vnni_table

#include "simd.inc"

#pragma clang attribute pop

#endif
