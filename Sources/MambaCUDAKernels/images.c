#include "mamba_cuda_kernels.h"

// The driver reads PTX up to its zero byte.
static const unsigned char sm_90[] = {
#embed "sm_90.cubin"
};

static const unsigned char compute_90[] = {
#embed "compute_90.ptx"
    , 0};

static const unsigned char compute_75[] = {
#embed "compute_75.ptx"
    , 0};

static const mck_image images[] = {
    {90, 1, sm_90, sizeof sm_90},
    {90, 0, compute_90, sizeof compute_90},
    {75, 0, compute_75, sizeof compute_75},
};

const mck_image *mck_image_at(size_t index) {
  return index < sizeof images / sizeof images[0] ? &images[index] : NULL;
}
