// The compiled forms of kernels.cu: data that the driver of the GPU loads, no code of the processor.

#ifndef MAMBA_CUDA_KERNELS_H
#define MAMBA_CUDA_KERNELS_H

#include <stddef.h>

typedef struct {
  /// The compute capability that it was compiled for, times ten.
  int architecture;
  /// Machine code for that very generation rather than PTX, which the driver compiles.
  int is_binary;
  const unsigned char *data;
  size_t size;
} mck_image;

/// From the most to the least special; NULL after the last.
const mck_image *mck_image_at(size_t index);

#endif
