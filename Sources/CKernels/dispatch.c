// Which kernels this build and this processor have.

#include "tables.h"

#if defined(__x86_64__)

#include <cpuid.h>

/// CPUID leaf 7, subleaf 1, bit 4 of EAX; that the system saves the registers is part of AVX2.
static int has_avxvnni(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || eax < 1) return 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 4 & 1);
}

static int has(ck_isa isa) {
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("f16c");
  int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (isa == CK_AVX2) return avx2;
  if (isa == CK_AVXVNNI) return avx2 && has_avxvnni();
  if (isa == CK_AVX512) return avx512;
  return avx512 && __builtin_cpu_supports("avx512vnni");
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

static int has_dot_products(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }

#elif defined(__aarch64__) && defined(__APPLE__)

#include <sys/sysctl.h>

static int has_dot_products(void) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_DotProd", &value, &size, NULL, 0) == 0 && value != 0;
}

#elif defined(__aarch64__)

static int has_dot_products(void) { return 0; }

#endif

const ck_table *ck_table_for(ck_isa isa) {
  switch (isa) {
    case CK_SCALAR: return &ck_scalar_table;
#if defined(__x86_64__)
    case CK_AVX2: return has(isa) ? &ck_avx2_table : NULL;
    case CK_AVXVNNI: return has(isa) ? &ck_avxvnni_table : NULL;
    case CK_AVX512: return has(isa) ? &ck_avx512_table : NULL;
    case CK_AVX512VNNI: return has(isa) ? &ck_avx512vnni_table : NULL;
#elif defined(__aarch64__)
    case CK_NEON: return &ck_neon_table;
    case CK_NEONDOT: return has_dot_products() ? &ck_neondot_table : NULL;
#endif
    default: return NULL;
  }
}

int ck_is_compiled(ck_isa isa) {
#if defined(__x86_64__)
  return isa != CK_NEON && isa != CK_NEONDOT;
#elif defined(__aarch64__)
  return isa == CK_SCALAR || isa == CK_NEON || isa == CK_NEONDOT;
#else
  return isa == CK_SCALAR;
#endif
}

ck_isa ck_best_isa(void) {
  static const ck_isa order[] = {CK_AVX512VNNI, CK_AVXVNNI, CK_AVX512,
                                 CK_AVX2,       CK_NEONDOT, CK_NEON};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    if (ck_table_for(order[i])) return order[i];
  }
  return CK_SCALAR;
}
