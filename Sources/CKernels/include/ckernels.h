// The kernels' only face. Swift calls it through the module Kernels.
//
// Layout. Output rows of a matrix are packed in panels of 16: element k of rows 16p .. 16p + 15
// lies at panels[(p * columns + k) * 16], so the lanes of a vector are rows and no sum runs across
// lanes. Weights of 8 bits are packed four columns at a time, [panels][columns / 4][16][4], the
// columns padded with zeros to whole fours. Channels (d_inner) are handled in blocks of 16 in the
// same way. Rows and channels that pad the last panel or block are zero.
//
// Bits. Every output element is computed by one fixed sequence of IEEE 754 operations, the same
// on every path and for any number of positions: fused where the code says fma, nowhere else.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#define CK_LANES 16

typedef enum { CK_F32 = 0, CK_BF16 = 1, CK_F16 = 2, CK_I8 = 3 } ck_type;

typedef enum {
  CK_SCALAR = 0,
  CK_AVX2 = 1,
  CK_AVXVNNI = 2,
  CK_AVX512 = 3,
  CK_AVX512VNNI = 4,
  CK_NEON = 5,
  CK_NEONDOT = 6,
  CK_AMX = 7,
  CK_ISA_COUNT
} ck_isa;

/// A packed matrix of `type`; `scales` and `row_sums` (one a row, padded) for CK_I8 only.
typedef struct {
  ck_type type;
  const void *panels;
  size_t columns;
  const float *scales;
  /// The sum of each row's integers.
  const int32_t *row_sums;
  /// One a row, padded; or NULL.
  const float *bias;
} ck_matrix;

/// A range of panels or of channel blocks: [begin, end).
typedef struct {
  size_t begin;
  size_t end;
} ck_range;

/// Memory that the calling thread reads after a kernel, to be fetched meanwhile; data is NULL when
/// that is not known.
typedef struct {
  const char *data;
  size_t size;
} ck_ahead;

/// Positions of `stride` floats each.
typedef struct {
  const float *data;
  size_t stride;
} ck_rows;

typedef struct {
  float *data;
  size_t stride;
} ck_rows_out;

/// Activations of 8 bits, or one half of those of 15: integers of -128 to 127, times the position's
/// scale, in the form that suits the table which quantised them.
typedef struct {
  /// Each the integer plus the table's `activation_offset`, in `activation_size` bytes.
  const void *data;
  /// From a position to the next: at least the columns, which are padded with zeros to whole fours.
  size_t stride;
  /// One a position; NaN when the position has a value that is not finite.
  const float *scales;
} ck_quantized;

/// The arguments of the selective scan of one layer (Mamba, arXiv 2312.00752, section 3).
typedef struct {
  /// State before and after the window, [blocks][state_size][16]; may be the same memory.
  const float *state_in;
  float *state_out;
  /// A / ln 2 with A = -exp(A_log), [blocks][state_size][16].
  const float *a;
  /// D, one a channel, padded.
  const float *d;
  /// After convolution and SiLU, [positions][channels].
  ck_rows x;
  /// After softplus, [positions][channels].
  ck_rows dt;
  /// [positions][state_size] each.
  ck_rows b;
  ck_rows c;
  /// The gate before SiLU, [positions][channels].
  ck_rows z;
  /// [positions][channels]; y.data is NULL for a replay, which reads neither c, d nor z.
  ck_rows_out y;
  size_t state_size;
  size_t positions;
  ck_ahead ahead;
} ck_scan;

/// The arguments of the causal depthwise convolution with SiLU.
typedef struct {
  /// The inputs before the window, [width - 1][channels], oldest first.
  const float *tail;
  /// [positions][channels].
  ck_rows x;
  /// [width][channels], oldest first.
  const float *weight;
  /// One a channel, or NULL.
  const float *bias;
  ck_rows_out y;
  size_t width;
  /// Floats between two rows of tail and weight.
  size_t channels;
  size_t positions;
} ck_convolution;

/// One implementation of every kernel.
typedef struct {
  ck_isa isa;

  /// How quantised activations lie in memory.
  size_t activation_size;
  int32_t activation_offset;

  /// y[t][row] = sum over k of w[row][k] x[t][k] (one fma chain, k ascending), plus the row's
  /// bias; added to y when `accumulate` is not 0. Not for CK_I8.
  void (*project)(const ck_matrix *matrix, ck_range panels, ck_rows x, size_t positions,
                  ck_rows_out y, int accumulate, ck_ahead ahead);

  /// Quantises each position by its largest magnitude, to the nearest integer, ties to even.
  void (*quantize)(ck_rows x, size_t columns, size_t positions, void *data, size_t stride,
                   float *scales);

  /// The same to 15 bits, as 128 high + low with low of 0 to 127: first the high halves of all
  /// positions, with 128 times the scale each, then the low ones. `data` has 2 * positions * stride
  /// activations, `scales` 2 * positions floats. The product is that of the high half, with the bias, then
  /// that of the low half without, accumulated.
  void (*quantize15)(ck_rows x, size_t columns, size_t positions, void *data, size_t stride,
                     float *scales);

  /// What `project` computes, for CK_I8: the sum is exact in integers, then times the position's
  /// scale, times the row's, plus the bias.
  void (*project_int8)(const ck_matrix *matrix, ck_range panels, ck_quantized x, size_t positions,
                       ck_rows_out y, int accumulate, ck_ahead ahead);

  /// y = x / sqrt(mean(x^2) + epsilon) * weight, position by position; NaN when the mean overflows.
  void (*rms_norm)(ck_rows x, const float *weight, float epsilon, size_t width, size_t positions,
                   ck_rows_out y);

  /// y = (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) * weight + bias, position by
  /// position; NaN when a mean overflows.
  void (*layer_norm)(ck_rows x, const float *weight, const float *bias, float epsilon, size_t width,
                     size_t positions, ck_rows_out y);

  /// y[t] = silu(bias + sum over j of weight[j] x[t - (width - 1) + j]).
  void (*convolve)(const ck_convolution *arguments, ck_range blocks);

  /// x = softplus(x) = log(1 + exp(x)), in place.
  void (*softplus)(ck_rows_out x, ck_range blocks, size_t positions);

  /// state = 2^(dt a) state + (dt x) b; y = (state . c + d x) silu(z). State values below 2^-100
  /// in magnitude become zero.
  void (*scan)(const ck_scan *arguments, ck_range blocks);

  /// The running sums of exp((x - shift) * scale) after each of count values.
  void (*cumulative_exp)(const float *x, size_t count, float shift, float scale, double *sums);

  /// 52 random bits for each of the 256 bytes at an output position: for bytes 2 i and 2 i + 1 from
  /// the words of Philox4x32-10 at (position, i, stream 0) under the key `seed`.
  void (*noise)(uint64_t seed, uint64_t position, uint64_t *bits);

  /// Elementwise, for tests and for loading.
  void (*exp)(const float *x, size_t count, float *y);
  /// 2^x for x <= 0; x below -125 counts as that, and a quiet NaN too.
  void (*exp2)(const float *x, size_t count, float *y);
  void (*silu)(const float *x, size_t count, float *y);
} ck_table;

/// The kernels of an instruction set; NULL when it is not compiled in or this processor lacks it.
const ck_table *ck_table_for(ck_isa isa);

/// Whether an instruction set was compiled in, whatever the processor.
int ck_is_compiled(ck_isa isa);

/// The best that this processor has.
ck_isa ck_best_isa(void);

/// Bytes of one element.
size_t ck_type_size(ck_type type);

/// Bytes of one panel.
size_t ck_panel_size(ck_type type, size_t columns);

/// Packs `rows` (1 to 16) rows of `columns` elements into one panel; lanes without a row are zero.
void ck_pack_panel(ck_type type, const void *source, size_t rows, size_t columns, void *panel);

/// The sum of each of `rows` (1 to 16) rows of integers; zeros after them.
void ck_sum_rows(const int8_t *source, size_t rows, size_t columns, int32_t sums[CK_LANES]);

/// Unpacks one row of a packed matrix to f32, times its scale.
void ck_unpack_row(const ck_matrix *matrix, size_t row, float *y);

/// The index of the first value that is NaN or infinite, or count.
size_t ck_first_nonfinite(const float *x, size_t count);

/// The largest of at least one value, either of two zeros; any of them when one is NaN.
float ck_maximum(const float *x, size_t count);

/// The exclusive or of the bits of all values: reads them and does next to nothing else.
uint32_t ck_fold_bits(const float *x, size_t count);

/// Sets round-to-nearest-even without flush-to-zero on this thread and returns what was set.
uint64_t ck_enter_floating_point(void);

/// Restores what `ck_enter_floating_point` returned.
void ck_leave_floating_point(uint64_t saved);

/// Tells the processor that this thread spins.
void ck_pause(void);

#endif
