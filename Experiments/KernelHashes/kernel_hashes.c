// Prints a hash of what every kernel of every instruction set of this machine computes from fixed
// inputs. The thread is put in a hostile floating-point mode first, as a host program might have
// done; the kernels run between ck_enter_floating_point and ck_leave_floating_point.

#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// MARK: Inputs

static uint64_t generator;

/// SplitMix64.
static uint64_t next_word(void) {
  uint64_t word = generator += 0x9E3779B97F4A7C15u;
  word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9u;
  word = (word ^ word >> 27) * 0x94D049BB133111EBu;
  return word ^ word >> 31;
}

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// A random sign and fraction, the exponent from a range: made of bits, so that no rounding takes
/// part.
static float random_float(uint32_t lowest_exponent, uint32_t highest_exponent) {
  uint64_t word = next_word();
  uint32_t span = highest_exponent - lowest_exponent + 1;
  uint32_t exponent = 127 + lowest_exponent + (uint32_t)(word >> 40) % span;
  return from_bits(((uint32_t)word & 0x807FFFFFu) | exponent << 23);
}

/// Magnitudes from 2^-6 to 2.
static float moderate(void) { return random_float((uint32_t)-6, 0); }

/// Mostly moderate; some zeros, subnormal and tiny numbers.
static float mixed(void) {
  switch (next_word() % 16) {
    case 0: return from_bits((uint32_t)next_word() & 0x80000000u);
    case 1: return from_bits((uint32_t)next_word() & 0x807FFFFFu);
    case 2: return random_float((uint32_t)-120, (uint32_t)-60);
    default: return moderate();
  }
}

static float *allocate(size_t count) {
  float *values = aligned_alloc(64, (count * sizeof(float) / 64 + 1) * 64);
  if (!values) abort();
  memset(values, 0, count * sizeof(float));
  return values;
}

static float *floats(size_t count, float (*make)(void)) {
  float *values = allocate(count);
  for (size_t i = 0; i < count; i++) values[i] = make();
  return values;
}

// MARK: Hashes

static uint64_t fnv1a(uint64_t hash, const void *bytes, size_t count) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < count; i++) hash = (hash ^ byte[i]) * 0x100000001B3u;
  return hash;
}

#define FNV_START 0xCBF29CE484222325u

/// Sign and payload of a NaN are not part of the contract: all hash as one.
static uint64_t hash_floats(uint64_t hash, const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = 0x7FC00000u;
    if (!isnan(values[i])) memcpy(&bits, values + i, sizeof bits);
    hash = fnv1a(hash, &bits, sizeof bits);
  }
  return hash;
}

static const char *table_name;
static uint64_t table_hash;

static void report(const char *kernel, const char *shape, uint64_t hash) {
  printf("%s %s %s %016" PRIx64 "\n", table_name, kernel, shape, hash);
  table_hash = fnv1a(table_hash, &hash, sizeof hash);
}

// MARK: Kernels

static const char *const type_names[] = {"f32", "bf16", "f16", "i8"};

/// Random weights of a type; of the halves all patterns but infinity and NaN.
static void *weights(ck_type type, size_t count) {
  char *values = (char *)allocate(count);
  for (size_t i = 0; i < count; i++) {
    uint16_t half = (uint16_t)next_word();
    uint32_t bits;
    float value = mixed();
    memcpy(&bits, &value, sizeof bits);
    if ((half & 0x7C00u) == 0x7C00u) half ^= 0x4000u;
    if (type == CK_BF16) half = (uint16_t)(bits >> 16);
    size_t size = ck_type_size(type);
    memcpy(values + i * size, type == CK_F32 ? (void *)&bits : (void *)&half, size);
  }
  return values;
}

/// A packed matrix over random weights; the last panel has 11 rows.
typedef struct {
  ck_matrix matrix;
  char *packed;
  float *scales, *bias;
  int32_t *sums;
} packed_matrix;

static packed_matrix pack(ck_type type, size_t panels, size_t columns) {
  size_t rows = panels * CK_LANES, panel_size = ck_panel_size(type, columns);
  void *source = weights(type, rows * columns);
  packed_matrix m = {.packed = (char *)allocate(panels * panel_size / sizeof(float) + 1)};
  m.sums = (int32_t *)allocate(rows);
  for (size_t p = 0; p < panels; p++) {
    size_t from = p * CK_LANES * columns * ck_type_size(type);
    char *panel = m.packed + p * panel_size;
    size_t count = p + 1 == panels ? 11 : CK_LANES;
    ck_pack_panel(type, (char *)source + from, count, columns, panel);
    if (type == CK_I8)
      ck_sum_rows((int8_t *)source + from, count, columns, m.sums + p * CK_LANES);
  }
  m.scales = floats(rows, moderate);
  m.bias = floats(rows, moderate);
  m.matrix = (ck_matrix){.type = type, .panels = m.packed, .columns = columns};
  if (type == CK_I8) {
    m.matrix.scales = m.scales;
    m.matrix.row_sums = m.sums;
  }
  free(source);
  return m;
}

/// Of integers that lie as a table wants them, each as 128 + the integer.
static uint64_t hash_integers(const ck_table *table, uint64_t hash, const void *data, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int32_t value;
    if (table->activation_size == 2) {
      value = ((const int16_t *)data)[i];
    } else {
      value = table->activation_offset ? ((const uint8_t *)data)[i] : ((const int8_t *)data)[i];
    }
    uint8_t byte = (uint8_t)(value - table->activation_offset + 128);
    hash = fnv1a(hash, &byte, 1);
  }
  return hash;
}

/// One product, with 8-bit activations where the weights are 8 bits.
static uint64_t project(const ck_table *table, const ck_matrix *matrix, ck_range range, ck_rows x,
                        size_t positions, ck_rows_out y, int accumulate, uint64_t hash) {
  if (matrix->type != CK_I8) {
    table->project(matrix, range, x, positions, y, accumulate, (ck_ahead){0});
    return hash;
  }
  size_t stride = (matrix->columns + 3) / 4 * 4;
  void *data = allocate(positions * stride / 2 + 1);
  float *scales = allocate(positions + 1);
  table->quantize(x, matrix->columns, positions, data, stride, scales);
  hash = hash_integers(table, hash, data, positions * stride);
  hash = hash_floats(hash, scales, positions);
  table->project_int8(matrix, range, (ck_quantized){data, stride, scales}, positions, y, accumulate,
                      (ck_ahead){0});
  free(data); free(scales);
  return hash;
}

static void hash_project(const ck_table *table, ck_type type, size_t panels, size_t columns) {
  enum { position_limit = 40 };
  size_t rows = panels * CK_LANES, stride = rows + 16;
  packed_matrix m = pack(type, panels, columns);
  float *x = floats(position_limit * (columns + 3), mixed);
  float *start = floats(position_limit * stride, moderate);
  float *y = allocate(position_limit * stride);
  static const size_t counts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 33, 40};
  uint64_t hash = FNV_START;
  for (size_t i = 0; i < columns; i++) x[columns + 3 + i] = 0.0f;
  x[2 * (columns + 3)] = INFINITY;
  for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
    for (int variant = 0; variant < 4; variant++) {
      m.matrix.bias = variant & 1 ? m.bias : NULL;
      ck_range range = {c % 3 == 2 && panels > 1, panels - (c % 4 == 3 && panels > 2)};
      memcpy(y, start, position_limit * stride * sizeof(float));
      hash = project(table, &m.matrix, range, (ck_rows){x, columns + 3}, counts[c],
                     (ck_rows_out){y, stride}, variant & 2, hash);
      hash = hash_floats(hash, y, position_limit * stride);
    }
  }
  for (size_t row = 0; row < rows; row++) {
    ck_unpack_row(&m.matrix, row, x);
    hash = hash_floats(hash, x, columns);
  }
  char shape[64];
  snprintf(shape, sizeof shape, "%s-panels%zu-columns%zu", type_names[type], panels, columns);
  report("project", shape, hash);
  free(m.packed); free(m.scales); free(m.bias); free(m.sums); free(x); free(start); free(y);
}

/// 15-bit activations: both halves, and their products one after the other.
static void hash_project15(const ck_table *table, size_t panels, size_t columns) {
  enum { position_limit = 9 };
  size_t stride = panels * CK_LANES + 16, x_stride = (columns + 3) / 4 * 4;
  packed_matrix m = pack(CK_I8, panels, columns);
  float *x = floats(position_limit * (columns + 3), mixed);
  float *start = floats(position_limit * stride, moderate);
  float *y = allocate(position_limit * stride), *scales = allocate(2 * position_limit);
  char *data = (char *)allocate(2 * position_limit * x_stride / 2);
  uint64_t hash = FNV_START;
  for (size_t i = 0; i < columns; i++) x[columns + 3 + i] = 0.0f;
  x[2 * (columns + 3)] = INFINITY;
  for (size_t positions = 0; positions <= position_limit; positions++) {
    table->quantize15((ck_rows){x, columns + 3}, columns, positions, data, x_stride, scales);
    hash = hash_integers(table, hash, data, 2 * positions * x_stride);
    hash = hash_floats(hash, scales, 2 * positions);
    memcpy(y, start, position_limit * stride * sizeof(float));
    for (size_t half = 0; half < 2; half++) {
      ck_quantized quantized = {data + half * positions * x_stride * table->activation_size, x_stride,
                                scales + half * positions};
      m.matrix.bias = half == 0 ? m.bias : NULL;
      table->project_int8(&m.matrix, (ck_range){0, panels}, quantized, positions,
                          (ck_rows_out){y, stride}, half == 1 || positions % 2,
                           (ck_ahead){0});
    }
    hash = hash_floats(hash, y, position_limit * stride);
  }
  char shape[64];
  snprintf(shape, sizeof shape, "i8-panels%zu-columns%zu", panels, columns);
  report("project15", shape, hash);
  free(m.packed); free(m.scales); free(m.bias); free(m.sums);
  free(x); free(start); free(y); free(scales); free(data);
}

static void hash_rms_norm(const ck_table *table, size_t width) {
  enum { positions = 5 };
  size_t stride = width + 5;
  float *x = floats(positions * stride, mixed), *weight = floats(width, moderate);
  float *y = allocate(positions * stride);
  for (size_t i = 0; i < width; i++) x[stride + i] = 0.0f;
  table->rms_norm((ck_rows){x, stride}, weight, 1e-5f, width, positions, (ck_rows_out){y, stride});
  char shape[64];
  snprintf(shape, sizeof shape, "width%zu", width);
  report("rms_norm", shape, hash_floats(FNV_START, y, positions * stride));
  free(x); free(weight); free(y);
}

static void hash_layer_norm(const ck_table *table, size_t width) {
  enum { positions = 5 };
  size_t stride = width + 5;
  float *x = floats(positions * stride, mixed), *weight = floats(width, moderate);
  float *bias = floats(width, moderate), *y = allocate(positions * stride);
  for (size_t i = 0; i < width; i++) x[stride + i] = 0.0f;
  table->layer_norm((ck_rows){x, stride}, weight, bias, 1e-5f, width, positions,
                    (ck_rows_out){y, stride});
  char shape[64];
  snprintf(shape, sizeof shape, "width%zu", width);
  report("layer_norm", shape, hash_floats(FNV_START, y, positions * stride));
  free(x); free(weight); free(bias); free(y);
}

static void hash_convolve(const ck_table *table, size_t width) {
  enum { channels = 48, stride = 64, position_limit = 20 };
  float *tail = floats(width * channels, mixed), *x = floats(position_limit * stride, mixed);
  float *weight = floats(width * channels, moderate), *bias = floats(channels, moderate);
  float *y = allocate(position_limit * stride);
  uint64_t hash = FNV_START;
  for (size_t positions = 0; positions <= position_limit; positions++) {
    ck_convolution arguments = {
        .tail = tail, .x = {x, stride}, .weight = weight, .bias = positions % 2 ? bias : NULL,
        .y = {y, stride}, .width = width, .channels = channels, .positions = positions};
    table->convolve(&arguments, (ck_range){positions % 3 == 2, 3});
    hash = hash_floats(hash, y, position_limit * stride);
  }
  char shape[64];
  snprintf(shape, sizeof shape, "width%zu", width);
  report("convolve", shape, hash);
  free(tail); free(x); free(weight); free(bias); free(y);
}

static float negative_rate(void) { return -fabsf(random_float((uint32_t)-4, 5)); }
static float step_size(void) { return fabsf(random_float((uint32_t)-12, 2)); }
static float fading(void) {
  return next_word() % 2 ? moderate() : random_float((uint32_t)-104, (uint32_t)-96);
}

static void hash_scan(const ck_table *table, size_t state_size) {
  enum { channels = 48, stride = 64, position_limit = 40, b_stride = 20 };
  size_t state_count = channels * state_size;
  float *before = floats(state_count, fading), *after = allocate(state_count);
  float *a = floats(state_count, negative_rate), *d = floats(channels, moderate);
  float *x = floats(position_limit * stride, mixed), *dt = floats(position_limit * stride, step_size);
  float *b = floats(position_limit * b_stride, mixed), *c = floats(position_limit * b_stride, moderate);
  float *z = floats(position_limit * stride, moderate), *y = allocate(position_limit * stride);
  static const size_t counts[] = {0, 1, 2, 7, 40};
  uint64_t hash = FNV_START;
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    for (int variant = 0; variant < 4; variant++) {
      int in_place = variant & 1, replays = variant & 2;
      memcpy(after, before, state_count * sizeof(float));
      ck_scan arguments = {
          .state_in = in_place ? after : before, .state_out = after, .a = a,
          .d = replays ? NULL : d, .x = {x, stride}, .dt = {dt, stride}, .b = {b, b_stride},
          .c = {replays ? NULL : c, b_stride}, .z = {replays ? NULL : z, stride},
          .y = {replays ? NULL : y, stride}, .state_size = state_size, .positions = counts[i]};
      table->scan(&arguments, (ck_range){i % 2, 3});
      hash = hash_floats(hash, after, state_count);
      hash = hash_floats(hash, y, position_limit * stride);
    }
  }
  char shape[64];
  snprintf(shape, sizeof shape, "state%zu", state_size);
  report("scan", shape, hash);
  free(before); free(after); free(a); free(d); free(x); free(dt);
  free(b); free(c); free(z); free(y);
}

static float logit(void) { return random_float((uint32_t)-3, 5); }

static void hash_cumulative_exp(const ck_table *table, size_t count) {
  float *x = floats(count, logit);
  double *sums = malloc(count * sizeof(double));
  if (!sums) abort();
  uint64_t hash = FNV_START;
  static const float scales[] = {1.0f, 1.0f / 0.7f, 10.0f};
  for (size_t i = 0; i < 3; i++) {
    table->cumulative_exp(x, count, 63.0f / scales[i], scales[i], sums);
    hash = fnv1a(hash, sums, count * sizeof(double));
  }
  char shape[64];
  snprintf(shape, sizeof shape, "count%zu", count);
  report("cumulative_exp", shape, hash);
  free(x); free(sums);
}

static void hash_noise(const ck_table *table) {
  static const uint64_t numbers[] = {0, 1, 77, 1ull << 32, 1ull << 63, UINT64_MAX};
  uint64_t bits[256];
  uint64_t hash = FNV_START;
  for (size_t i = 0; i < 36; i++) {
    table->noise(numbers[i / 6], numbers[i % 6], bits);
    hash = fnv1a(hash, bits, sizeof bits);
  }
  report("noise", "36rows", hash);
}

/// Every 4093rd float, infinities and NaN included.
static void hash_elementwise(const ck_table *table) {
  size_t stride = 4093, count = (size_t)((1ull << 32) / stride) + 3;
  float *x = allocate(count + CK_LANES), *y = allocate(count + CK_LANES);
  for (size_t i = 0; i < count; i++) x[i] = from_bits((uint32_t)(i * stride));
  x[count - 1] = INFINITY;
  x[count - 2] = -INFINITY;
  table->exp(x, count, y);
  report("exp", "sweep", hash_floats(FNV_START, y, count));
  // Of what it is made for: numbers up to 0, and NaNs as arithmetic makes them. Of a signalling one
  // the comparison with a constant, which 64-bit Arm may do as a maximum, makes a quiet one.
  for (size_t i = 0; i < count; i++) y[i] = isnan(x[i]) ? NAN : -fabsf(x[i]);
  table->exp2(y, count, y);
  report("exp2", "sweep", hash_floats(FNV_START, y, count));
  table->silu(x, count, y);
  report("silu", "sweep", hash_floats(FNV_START, y, count));
  table->softplus((ck_rows_out){x, count}, (ck_range){0, (count + 15) / CK_LANES}, 1);
  report("softplus", "sweep", hash_floats(FNV_START, x, count));
  free(x); free(y);
}

static uint64_t hash_table(const ck_table *table, const char *name) {
  static const size_t panels[] = {1, 2, 3, 5, 9, 13}, columns[] = {1, 15, 16, 17, 33, 96};
  static const size_t widths[] = {1, 15, 16, 17, 31, 100, 256};
  static const size_t states[] = {1, 8, 16, 17}, counts[] = {1, 15, 16, 17, 64, 65, 256, 1000};
  generator = 2026;
  table_name = name;
  table_hash = FNV_START;
  for (int type = CK_F32; type <= CK_I8; type++) {
    for (size_t i = 0; i < 36; i++) hash_project(table, (ck_type)type, panels[i / 6], columns[i % 6]);
  }
  for (size_t i = 0; i < 7; i++) hash_rms_norm(table, widths[i]);
  for (size_t width = 1; width <= 5; width++) hash_convolve(table, width);
  for (size_t i = 0; i < 4; i++) hash_scan(table, states[i]);
  for (size_t i = 0; i < 8; i++) hash_cumulative_exp(table, counts[i]);
  hash_noise(table);
  hash_elementwise(table);
  for (size_t i = 0; i < 36; i++) hash_project15(table, panels[i / 6], columns[i % 6]);
  for (size_t i = 0; i < 7; i++) hash_layer_norm(table, widths[i]);
  printf("%s all all %016" PRIx64 "\n", table_name, table_hash);
  return table_hash;
}

// MARK: Floating-point mode

/// Rounds up and flushes subnormal numbers to zero. 0 where the machine has no such mode.
static uint64_t mode(void) {
#if defined(__x86_64__)
  return _mm_getcsr() & ~0x3Fu;
#elif defined(__aarch64__)
  uint64_t value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
#else
  return 0;
#endif
}

static void set_hostile_mode(void) {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040u | 0x4000u);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 24 | (uint64_t)1 << 22));
#else
  fesetround(FE_UPWARD);
#endif
}

// MARK: Instruction sets

static const char *const names[] = {"scalar",     "avx2", "avxvnni", "avx512",
                                    "avx512vnni", "neon", "neondot"};
static int differs;

/// The hash of one table, computed as a team's thread would and held against the scalar one's.
static uint64_t checked_hash(const ck_table *table, const char *name, uint64_t expected) {
  uint64_t hostile = mode();
  uint64_t saved = ck_enter_floating_point();
  uint64_t hash = hash_table(table, name);
  ck_leave_floating_point(saved);
  if (mode() != hostile) {
    fprintf(stderr, "the thread's floating-point mode was not restored\n");
    exit(1);
  }
  if (table->isa != CK_SCALAR && hash != expected) differs = 1;
  return hash;
}

#if defined(__x86_64__)
extern const ck_table ck_avxvnni_evex_table;
#endif

int main(void) {
  set_hostile_mode();
  uint64_t first = checked_hash(ck_table_for(CK_SCALAR), names[CK_SCALAR], 0);
  for (int isa = CK_SCALAR + 1; isa <= CK_NEONDOT; isa++) {
    const ck_table *table = ck_table_for((ck_isa)isa);
    if (table) checked_hash(table, names[isa], first);
  }
#if defined(__x86_64__)
  if (ck_table_for(CK_AVX512VNNI)) checked_hash(&ck_avxvnni_evex_table, "avxvnni-as-evex", first);
#endif
  if (differs) fprintf(stderr, "the instruction sets differ\n");
  printf("%016" PRIx64 "\n", first);
  return differs;
}
