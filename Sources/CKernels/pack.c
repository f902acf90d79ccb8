// Packing and unpacking of matrices: plain loops, the same on every machine.

#include <string.h>

#include "elements.h"

size_t ck_type_size(ck_type type) {
  switch (type) {
    case CK_F32: return 4;
    case CK_BF16:
    case CK_F16: return 2;
    case CK_I8: return 1;
  }
  return 0;
}

// Columns that stand together in a panel.
static size_t group_of(ck_type type) { return type == CK_I8 ? 4 : 1; }

static size_t padded(size_t columns, size_t group) { return (columns + group - 1) / group * group; }

size_t ck_panel_size(ck_type type, size_t columns) {
  return padded(columns, group_of(type)) * CK_LANES * ck_type_size(type);
}

// Where column k of a lane lies in its panel, in elements.
static size_t place(ck_type type, size_t k, size_t lane) {
  size_t group = group_of(type);
  return (k / group * CK_LANES + lane) * group + k % group;
}

// Copies a row's elements to where they lie in its panel: `size` bytes each, or `size` together.
static inline void scatter(const char *row, size_t count, size_t size, char *lane) {
  for (size_t i = 0; i < count; i++) memcpy(lane + i * CK_LANES * size, row + i * size, size);
}

void ck_pack_panel(ck_type type, const void *source, size_t rows, size_t columns, void *panel) {
  size_t size = ck_type_size(type), group = group_of(type);
  if (rows < CK_LANES || columns % group) memset(panel, 0, ck_panel_size(type, columns));
  for (size_t row = 0; row < rows; row++) {
    const char *from = (const char *)source + row * columns * size;
    char *lane = (char *)panel + row * group * size;
    size_t count = columns / group;
    if (size * group == 4) {
      scatter(from, count, 4, lane);
    } else {
      scatter(from, count, 2, lane);
    }
    size_t left = columns % group;
    if (left) memcpy(lane + count * CK_LANES * group * size, from + count * group * size, left * size);
  }
}

void ck_sum_rows(const int8_t *source, size_t rows, size_t columns, int32_t sums[CK_LANES]) {
  memset(sums, 0, CK_LANES * sizeof sums[0]);
  for (size_t row = 0; row < rows; row++) {
    for (size_t k = 0; k < columns; k++) sums[row] += source[row * columns + k];
  }
}

void ck_unpack_row(const ck_matrix *matrix, size_t row, float *y) {
  const char *panel = (const char *)matrix->panels +
                      row / CK_LANES * ck_panel_size(matrix->type, matrix->columns);
  for (size_t k = 0; k < matrix->columns; k++) {
    size_t at = place(matrix->type, k, row % CK_LANES) * ck_type_size(matrix->type);
    y[k] = ck_element(matrix->type, panel + at);
    if (matrix->scales) y[k] = y[k] * matrix->scales[row];
  }
}
