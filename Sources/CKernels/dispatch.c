// Which kernels this build and this processor have.

// For syscall.
#define _DEFAULT_SOURCE

#include "tables.h"

#include <stdatomic.h>

#if defined(__x86_64__)

#include <cpuid.h>

/// CPUID leaf 7, subleaf 1, bit 4 of EAX; that the system saves the registers is part of AVX2.
static int has_avxvnni(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || eax < 1) return 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 4 & 1);
}

#if defined(__linux__)

#include <sys/syscall.h>
#include <unistd.h>

/// CPUID leaf 7, bits 24 and 25 of EDX: tiles, and their 8-bit integers. The system saves the tiles of
/// a process that has asked for them; one that cannot refuses, and so may one that must not.
static int has_amx(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || (edx >> 24 & 3) != 3) return 0;
  const long request_permission = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

#else

static int has_amx(void) { return 0; }

#endif

static int probe(ck_isa isa) {
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("f16c");
  int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (isa == CK_AVX2) return avx2;
  if (isa == CK_AVXVNNI) return avx2 && has_avxvnni();
  if (isa == CK_AVX512) return avx512;
  int vnni = avx512 && __builtin_cpu_supports("avx512vnni");
  return isa == CK_AMX ? vnni && has_amx() : vnni;
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

static int probe_dot_products(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }

#elif defined(__aarch64__) && defined(__APPLE__)

#include <sys/sysctl.h>

static int probe_dot_products(void) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_DotProd", &value, &size, NULL, 0) == 0 && value != 0;
}

#elif defined(__aarch64__)

static int probe_dot_products(void) { return 0; }

#endif

/// What was found, and 1 more: asking a processor leaves the guest on a virtual machine, and kernels
/// are looked up often.
static atomic_int found[CK_ISA_COUNT];

static int has(ck_isa isa) {
  int known = atomic_load_explicit(&found[isa], memory_order_relaxed);
  if (known == 0) {
#if defined(__x86_64__)
    known = 1 + (probe(isa) != 0);
#elif defined(__aarch64__)
    known = 1 + (isa == CK_NEON || probe_dot_products() != 0);
#else
    known = 1;
#endif
    atomic_store_explicit(&found[isa], known, memory_order_relaxed);
  }
  return known - 1;
}

const ck_table *ck_table_for(ck_isa isa) {
  switch (isa) {
    case CK_SCALAR: return &ck_scalar_table;
#if defined(__x86_64__)
    case CK_AVX2: return has(isa) ? &ck_avx2_table : NULL;
    case CK_AVXVNNI: return has(isa) ? &ck_avxvnni_table : NULL;
    case CK_AVX512: return has(isa) ? &ck_avx512_table : NULL;
    case CK_AVX512VNNI: return has(isa) ? &ck_avx512vnni_table : NULL;
#if defined(__linux__)
    case CK_AMX: return has(isa) ? &ck_amx_table : NULL;
#endif
#elif defined(__aarch64__)
    case CK_NEON: return has(isa) ? &ck_neon_table : NULL;
    case CK_NEONDOT: return has(isa) ? &ck_neondot_table : NULL;
#endif
    default: return NULL;
  }
}

int ck_is_compiled(ck_isa isa) {
#if defined(__x86_64__) && defined(__linux__)
  return isa != CK_NEON && isa != CK_NEONDOT;
#elif defined(__x86_64__)
  return isa != CK_NEON && isa != CK_NEONDOT && isa != CK_AMX;
#elif defined(__aarch64__)
  return isa == CK_SCALAR || isa == CK_NEON || isa == CK_NEONDOT;
#else
  return isa == CK_SCALAR;
#endif
}

ck_isa ck_best_isa(void) {
  static const ck_isa order[] = {CK_AMX,  CK_AVX512VNNI, CK_AVXVNNI, CK_AVX512,
                                 CK_AVX2, CK_NEONDOT,    CK_NEON};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    if (ck_table_for(order[i])) return order[i];
  }
  return CK_SCALAR;
}
