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

void ck_pack_panel(ck_type type, const void *source, size_t rows, size_t columns, void *panel) {
  size_t size = ck_type_size(type);
  memset(panel, 0, ck_panel_size(type, columns));
  for (size_t row = 0; row < rows; row++) {
    const char *from = (const char *)source + row * columns * size;
    for (size_t k = 0; k < columns; k++)
      memcpy((char *)panel + place(type, k, row) * size, from + k * size, size);
  }
}

void ck_sum_panel_rows(const void *panel, size_t columns, int32_t sums[CK_LANES]) {
  for (size_t lane = 0; lane < CK_LANES; lane++) {
    sums[lane] = 0;
    for (size_t k = 0; k < columns; k++)
      sums[lane] += ((const int8_t *)panel)[place(CK_I8, k, lane)];
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

size_t ck_first_nonfinite(const float *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    if ((bits & 0x7F800000u) == 0x7F800000u) return i;
  }
  return count;
}
