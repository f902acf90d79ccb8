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

void ck_pack_panel(ck_type type, const void *source, size_t rows, size_t columns, void *panel) {
  size_t size = ck_type_size(type);
  memset(panel, 0, columns * CK_LANES * size);
  for (size_t row = 0; row < rows; row++) {
    const char *from = (const char *)source + row * columns * size;
    char *to = (char *)panel + row * size;
    for (size_t k = 0; k < columns; k++) memcpy(to + k * CK_LANES * size, from + k * size, size);
  }
}

void ck_unpack_row(const ck_matrix *matrix, size_t row, float *y) {
  size_t size = ck_type_size(matrix->type);
  const char *first = (const char *)matrix->panels +
                      (row / CK_LANES * matrix->columns * CK_LANES + row % CK_LANES) * size;
  for (size_t k = 0; k < matrix->columns; k++) {
    y[k] = ck_element(matrix->type, first + k * CK_LANES * size);
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
