// Which kernels this build and this processor have.

#include "tables.h"

#if defined(__x86_64__)

static int has(ck_isa isa) {
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("f16c");
  int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (isa == CK_AVX2) return avx2;
  if (isa == CK_AVX512) return avx512;
  return avx512 && __builtin_cpu_supports("avx512vnni");
}

#endif

const ck_table *ck_table_for(ck_isa isa) {
  switch (isa) {
    case CK_SCALAR: return &ck_scalar_table;
#if defined(__x86_64__)
    case CK_AVX2: return has(isa) ? &ck_avx2_table : NULL;
    case CK_AVX512: return has(isa) ? &ck_avx512_table : NULL;
    case CK_AVX512VNNI: return has(isa) ? &ck_avx512vnni_table : NULL;
    case CK_NEON: return NULL;
#elif defined(__aarch64__)
    case CK_NEON: return &ck_neon_table;
    case CK_AVX2:
    case CK_AVX512:
    case CK_AVX512VNNI: return NULL;
#else
    case CK_AVX2:
    case CK_AVX512:
    case CK_AVX512VNNI:
    case CK_NEON: return NULL;
#endif
  }
  return NULL;
}

int ck_is_compiled(ck_isa isa) {
#if defined(__x86_64__)
  return isa != CK_NEON;
#elif defined(__aarch64__)
  return isa == CK_SCALAR || isa == CK_NEON;
#else
  return isa == CK_SCALAR;
#endif
}

ck_isa ck_best_isa(void) {
  static const ck_isa order[] = {CK_AVX512VNNI, CK_AVX512, CK_AVX2, CK_NEON};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    if (ck_table_for(order[i])) return order[i];
  }
  return CK_SCALAR;
}
