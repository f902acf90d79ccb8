// Elements of a matrix as f32, one at a time: exact conversions.

#ifndef CK_ELEMENTS_H
#define CK_ELEMENTS_H

#include <string.h>

#include "ckernels.h"

static inline float float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Columns that stand together in a panel of 8-bit weights, and the columns with their padding.
#define CK_INT8_COLUMNS 4

static inline size_t ck_int8_padded(size_t columns) {
  return (columns + CK_INT8_COLUMNS - 1) / CK_INT8_COLUMNS * CK_INT8_COLUMNS;
}

/// Running sums are taken over parts of the values, each a whole number of vectors long.
#define CK_SUM_PARTS 4

static inline size_t ck_sum_part(size_t count) {
  return (count + CK_SUM_PARTS * CK_LANES - 1) / (CK_SUM_PARTS * CK_LANES) * CK_LANES;
}

static inline float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t exponent = (half >> 10) & 31u;
  uint32_t fraction = half & 0x3FFu;
  if (exponent == 31u) return float_from_bits(sign | 0x7F800000u | (fraction << 13));
  if (exponent > 0u) return float_from_bits(sign | ((exponent + 112u) << 23) | (fraction << 13));
  float magnitude = (float)fraction * 0x1.0p-24f;
  return sign ? -magnitude : magnitude;
}

/// The element at `source`, which need not be aligned.
static inline float ck_element(ck_type type, const char *source) {
  uint32_t word = 0;
  uint16_t half = 0;
  switch (type) {
    case CK_F32: memcpy(&word, source, sizeof word); return float_from_bits(word);
    case CK_BF16: memcpy(&half, source, sizeof half); return float_from_bits((uint32_t)half << 16);
    case CK_F16: memcpy(&half, source, sizeof half); return half_to_float(half);
    case CK_I8: return (float)(int8_t)*source;
  }
  return 0.0f;
}

#endif
