// The implementations that dispatch.c chooses from.

#ifndef CK_TABLES_H
#define CK_TABLES_H

#include "ckernels.h"

extern const ck_table ck_scalar_table;

#if defined(__x86_64__)
extern const ck_table ck_avx2_table;
extern const ck_table ck_avxvnni_table;
extern const ck_table ck_avx512_table;
extern const ck_table ck_avx512vnni_table;
#if defined(__linux__)
extern const ck_table ck_amx_table;
#endif
#endif

#if defined(__aarch64__)
extern const ck_table ck_neon_table;
extern const ck_table ck_neondot_table;
#endif

#endif
