// The reference: one obvious loop each. The fast paths must give the same bits.

#include <float.h>
#include <math.h>

#include "constants.h"
#include "elements.h"
#include "tables.h"

#pragma STDC FP_CONTRACT OFF

static float exp_of(float x) {
  float rounded = fmaf(x, CK_LOG2_E, CK_ROUNDER);
  float n = rounded - CK_ROUNDER;
  float r = fmaf(n, -CK_LN2_HIGH, x);
  r = fmaf(n, -CK_LN2_LOW, r);
  float q = fmaf(r, CK_EXP_Q4, CK_EXP_Q3);
  q = fmaf(q, r, CK_EXP_Q2);
  q = fmaf(q, r, CK_EXP_Q1);
  q = fmaf(q, r, CK_EXP_Q0);
  float p = fmaf(q, r * r, r) + 1.0f;
  float result = float_from_bits(bits_of_float(p) + (bits_of_float(rounded) << 23));
  if (x < CK_EXP_LOWEST) result = 0.0f;
  if (x > CK_EXP_HIGHEST) result = INFINITY;
  return result;
}

static float exp2_of_nonpositive(float t) {
  t = t > CK_EXP2_LOWEST ? t : CK_EXP2_LOWEST;
  float rounded = t + CK_ROUNDER;
  float r = t - (rounded - CK_ROUNDER);
  float g = fmaf(r, CK_EXP2_G4, CK_EXP2_G3);
  g = fmaf(g, r, CK_EXP2_G2);
  g = fmaf(g, r, CK_EXP2_G1);
  g = fmaf(g, r, CK_EXP2_G0);
  float p = fmaf(g, r, 1.0f);
  return float_from_bits(bits_of_float(p) + (bits_of_float(rounded) << 23));
}

static float softplus_of(float x) {
  float u = exp_of(-fabsf(x));
  float s = u / (u + 2.0f);
  float z = s * s;
  float g = fmaf(z, CK_LOG1P_G3, CK_LOG1P_G2);
  g = fmaf(g, z, CK_LOG1P_G1);
  g = fmaf(g, z, CK_LOG1P_G0);
  float twice = s + s;
  float log1p = fmaf(twice, z * g, twice);
  return (x < 0.0f ? 0.0f : x) + log1p;
}

static float silu_of(float x) { return x / (exp_of(-x) + 1.0f); }

static void project(const ck_matrix *matrix, ck_range range, ck_rows x, size_t positions,
                    ck_rows_out y, int accumulate, ck_ahead ahead) {
  (void)ahead;
  const char *panels = matrix->panels;
  size_t size = ck_type_size(matrix->type);
  for (size_t row = range.begin * CK_LANES; row < range.end * CK_LANES; row++) {
    size_t base = row / CK_LANES * matrix->columns * CK_LANES + row % CK_LANES;
    for (size_t t = 0; t < positions; t++) {
      float sum = 0.0f;
      for (size_t k = 0; k < matrix->columns; k++) {
        float weight = ck_element(matrix->type, panels + (base + k * CK_LANES) * size);
        sum = fmaf(weight, x.data[t * x.stride + k], sum);
      }
      if (matrix->bias) sum = sum + matrix->bias[row];
      float *out = &y.data[t * y.stride + row];
      *out = accumulate ? *out + sum : sum;
    }
  }
}

/// Quanta in a unit, for the largest magnitude to be `limit` of them; 0 when all count as zero. Sets
/// the scale, which is NaN when a value is not finite.
static float quanta_of(const float *in, size_t columns, float limit, float *scale) {
  // Without their sign, the bits of floats are in the order of their magnitudes.
  uint32_t largest = 0;
  for (size_t k = 0; k < columns; k++) {
    uint32_t bits = bits_of_float(in[k]) & 0x7FFFFFFFu;
    if (bits > largest) largest = bits;
  }
  float peak = float_from_bits(largest);
  int is_finite = largest < 0x7F800000u;
  int is_zero = !is_finite || peak < CK_QUANTUM_FLOOR;
  *scale = !is_finite ? NAN : is_zero ? 0.0f : peak / limit;
  return is_zero ? 0.0f : limit / peak;
}

static void quantize(ck_rows x, size_t columns, size_t positions, void *data, size_t stride,
                     float *scales) {
  for (size_t t = 0; t < positions; t++) {
    const float *in = x.data + t * x.stride;
    float inverse = quanta_of(in, columns, CK_QUANTUM_LIMIT, &scales[t]);
    for (size_t k = 0; k < ck_int8_padded(columns); k++) {
      float value = k < columns && inverse > 0.0f ? in[k] : 0.0f;
      ((uint8_t *)data)[t * stride + k] =
          (uint8_t)bits_of_float(fmaf(value, inverse, CK_ROUNDER + CK_QUANTUM_OFFSET));
    }
  }
}

static void quantize15(ck_rows x, size_t columns, size_t positions, void *data, size_t stride,
                       float *scales) {
  uint8_t *integers = data;
  for (size_t t = 0; t < positions; t++) {
    const float *in = x.data + t * x.stride;
    float scale;
    float inverse = quanta_of(in, columns, CK_QUANTUM15_LIMIT, &scale);
    scales[t] = scale * CK_QUANTUM15_HIGH_SCALE;
    scales[positions + t] = scale;
    for (size_t k = 0; k < ck_int8_padded(columns); k++) {
      float value = k < columns && inverse > 0.0f ? in[k] : 0.0f;
      // The product with the peak's inverse is less than half a unit above the limit.
      uint32_t integer = bits_of_float(fmaf(value, inverse, CK_ROUNDER)) - CK_ROUNDER_BITS;
      uint32_t high = integer >> CK_QUANTUM15_LOW_BITS;
      uint32_t low = integer & ((1u << CK_QUANTUM15_LOW_BITS) - 1u);
      integers[t * stride + k] = (uint8_t)(high + CK_QUANTUM_OFFSET);
      integers[(positions + t) * stride + k] = (uint8_t)(low + CK_QUANTUM_OFFSET);
    }
  }
}

static void project_int8(const ck_matrix *matrix, ck_range range, ck_quantized x, size_t positions,
                         ck_rows_out y, int accumulate, ck_ahead ahead) {
  (void)ahead;
  const int8_t *panels = matrix->panels;
  const uint8_t *integers = x.data;
  size_t panel_size = ck_panel_size(CK_I8, matrix->columns);
  for (size_t row = range.begin * CK_LANES; row < range.end * CK_LANES; row++) {
    const int8_t *weights = panels + row / CK_LANES * panel_size + row % CK_LANES * 4;
    for (size_t t = 0; t < positions; t++) {
      int32_t sum = 0;
      for (size_t k = 0; k < matrix->columns; k++) {
        int32_t weight = weights[k / 4 * 4 * CK_LANES + k % 4];
        sum += weight * (integers[t * x.stride + k] - CK_QUANTUM_OFFSET);
      }
      float value = (float)sum * x.scales[t] * matrix->scales[row];
      if (matrix->bias) value = value + matrix->bias[row];
      float *out = &y.data[t * y.stride + row];
      *out = accumulate ? *out + value : value;
    }
  }
}

static float tree_sum(float lanes[CK_LANES]) {
  for (size_t half = CK_LANES / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; i++) lanes[i] = lanes[i] + lanes[i + half];
  }
  return lanes[0];
}

static void rms_norm(ck_rows x, const float *weight, float epsilon, size_t width, size_t positions,
                     ck_rows_out y) {
  for (size_t t = 0; t < positions; t++) {
    const float *in = x.data + t * x.stride;
    float lanes[CK_LANES] = {0};
    for (size_t i = 0; i < width; i++) {
      lanes[i % CK_LANES] = fmaf(in[i], in[i], lanes[i % CK_LANES]);
    }
    float mean = tree_sum(lanes) / (float)width + epsilon;
    float scale = mean > FLT_MAX ? NAN : 1.0f / sqrtf(mean);
    for (size_t i = 0; i < width; i++) y.data[t * y.stride + i] = in[i] * scale * weight[i];
  }
}

static void layer_norm(ck_rows x, const float *weight, const float *bias, float epsilon,
                       size_t width, size_t positions, ck_rows_out y) {
  for (size_t t = 0; t < positions; t++) {
    const float *in = x.data + t * x.stride;
    float sums[CK_LANES] = {0};
    for (size_t i = 0; i < width; i++) sums[i % CK_LANES] = sums[i % CK_LANES] + in[i];
    float mean = tree_sum(sums) / (float)width;
    float squares[CK_LANES] = {0};
    for (size_t i = 0; i < width; i++) {
      float difference = in[i] - mean;
      squares[i % CK_LANES] = fmaf(difference, difference, squares[i % CK_LANES]);
    }
    float variance = tree_sum(squares) / (float)width + epsilon;
    float scale = variance > FLT_MAX ? NAN : 1.0f / sqrtf(variance);
    for (size_t i = 0; i < width; i++) {
      y.data[t * y.stride + i] = fmaf((in[i] - mean) * scale, weight[i], bias[i]);
    }
  }
}

static void convolve(const ck_convolution *a, ck_range blocks) {
  for (size_t t = 0; t < a->positions; t++) {
    for (size_t i = blocks.begin * CK_LANES; i < blocks.end * CK_LANES; i++) {
      float sum = a->bias ? a->bias[i] : 0.0f;
      for (size_t j = 0; j < a->width; j++) {
        // The window and the tail before it read as one sequence.
        size_t at = t + j;
        float input = at < a->width - 1 ? a->tail[at * a->channels + i]
                                        : a->x.data[(at - (a->width - 1)) * a->x.stride + i];
        sum = fmaf(a->weight[j * a->channels + i], input, sum);
      }
      a->y.data[t * a->y.stride + i] = silu_of(sum);
    }
  }
}

static void softplus(ck_rows_out x, ck_range blocks, size_t positions) {
  for (size_t t = 0; t < positions; t++) {
    for (size_t i = blocks.begin * CK_LANES; i < blocks.end * CK_LANES; i++) {
      float *value = &x.data[t * x.stride + i];
      *value = softplus_of(*value);
    }
  }
}

static void scan(const ck_scan *a, ck_range blocks) {
  for (size_t i = blocks.begin * CK_LANES; i < blocks.end * CK_LANES; i++) {
    size_t base = i / CK_LANES * a->state_size * CK_LANES + i % CK_LANES;
    for (size_t n = 0; n < a->state_size; n++) {
      size_t at = base + n * CK_LANES;
      a->state_out[at] = a->state_in[at];
    }
    for (size_t t = 0; t < a->positions; t++) {
      float x = a->x.data[t * a->x.stride + i];
      float dt = a->dt.data[t * a->dt.stride + i];
      float input = dt * x;
      float sum = 0.0f;
      for (size_t n = 0; n < a->state_size; n++) {
        size_t at = base + n * CK_LANES;
        float decay = exp2_of_nonpositive(dt * a->a[at]);
        float value = fmaf(decay, a->state_out[at], input * a->b.data[t * a->b.stride + n]);
        if (fabsf(value) < CK_STATE_FLOOR) value = 0.0f;
        a->state_out[at] = value;
        if (a->y.data) sum = fmaf(value, a->c.data[t * a->c.stride + n], sum);
      }
      if (!a->y.data) continue;
      sum = fmaf(a->d[i], x, sum);
      a->y.data[t * a->y.stride + i] = sum * silu_of(a->z.data[t * a->z.stride + i]);
    }
  }
}

static void cumulative_exp(const float *x, size_t count, float shift, float scale,
                           double *sums) {
  size_t part = ck_sum_part(count);
  double base = 0.0;
  for (size_t start = 0; start < count; start += part) {
    size_t end = count - start < part ? count : start + part;
    double sum = 0.0;
    for (size_t i = start; i < end; i++) {
      sum += (double)exp_of((x[i] - shift) * scale);
      sums[i] = base + sum;
    }
    base += sum;
  }
}

static void noise(uint64_t seed, uint64_t position, uint64_t *bits) {
  for (uint32_t pair = 0; pair < 128; pair++) {
    uint32_t word[4] = {(uint32_t)position, (uint32_t)(position >> 32), pair, 0};
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int round = 0; round < CK_PHILOX_ROUNDS; round++) {
      uint64_t first = word[0] * CK_PHILOX_M0;
      uint64_t second = word[2] * CK_PHILOX_M1;
      word[0] = (uint32_t)(second >> 32) ^ word[1] ^ key[0];
      word[1] = (uint32_t)second;
      word[2] = (uint32_t)(first >> 32) ^ word[3] ^ key[1];
      word[3] = (uint32_t)first;
      key[0] += CK_PHILOX_W0;
      key[1] += CK_PHILOX_W1;
    }
    bits[2 * pair] = ((uint64_t)word[1] << 32 | word[0]) >> 12;
    bits[2 * pair + 1] = ((uint64_t)word[3] << 32 | word[2]) >> 12;
  }
}

static void exp_each(const float *x, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = exp_of(x[i]);
}

static void exp2_each(const float *x, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = exp2_of_nonpositive(x[i]);
}

static void silu_each(const float *x, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = silu_of(x[i]);
}

const ck_table ck_scalar_table = {
    .isa = CK_SCALAR,
    .activation_size = sizeof(uint8_t),
    .activation_offset = CK_QUANTUM_OFFSET,
    .project = project,
    .quantize = quantize,
    .quantize15 = quantize15,
    .project_int8 = project_int8,
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .convolve = convolve,
    .softplus = softplus,
    .scan = scan,
    .cumulative_exp = cumulative_exp,
    .noise = noise,
    .exp = exp_each,
    .exp2 = exp2_each,
    .silu = silu_each,
};
