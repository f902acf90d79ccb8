// Vectors of 16 lanes, wider than most registers: the compiler divides them. Included inside a
// target region, because functions that take vectors need their callers' instruction set.

#ifndef CK_VECTORS_H
#define CK_VECTORS_H

#include <float.h>
#include <math.h>
#include <string.h>

#include "constants.h"
#include "elements.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF
// Vectors wider than a register are passed between functions of this file only, all inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

/// An operand of inline assembly that is a vector register, read and written.
#if defined(__aarch64__)
#define CK_VECTOR_REGISTER "+w"
#else
#define CK_VECTOR_REGISTER "+v"
#endif

typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16)));
typedef uint16_t u16x16 __attribute__((ext_vector_type(16)));
typedef __fp16 f16x16 __attribute__((ext_vector_type(16)));

#endif
