#include "emulator.h"
#define __CUDA_ARCH__ 900

namespace emulated_90 {
#include "../../Sources/MambaCUDAKernels/kernels.cu"
#include "../../Sources/MambaCUDAKernels/whole_pass.cu"

extern const EmulatedKernel kernels[] = {
    EMULATED_KERNEL(begin), EMULATED_KERNEL(norm_rows), EMULATED_KERNEL(scan),
    EMULATED_KERNEL(scan_one), EMULATED_KERNEL(scan_many), EMULATED_KERNEL(settle),
    EMULATED_KERNEL(functions),
    EMULATED_KERNEL(input8), EMULATED_KERNEL(input16), EMULATED_KERNEL(input32),
    EMULATED_KERNEL(input64), EMULATED_KERNEL(select8), EMULATED_KERNEL(select16),
    EMULATED_KERNEL(select32), EMULATED_KERNEL(select64), EMULATED_KERNEL(output8),
    EMULATED_KERNEL(output16), EMULATED_KERNEL(output32), EMULATED_KERNEL(output64),
    EMULATED_KERNEL(head8), EMULATED_KERNEL(head16), EMULATED_KERNEL(head32),
    EMULATED_KERNEL(head64), EMULATED_KERNEL(pass1), EMULATED_KERNEL(pass8), EMULATED_KERNEL(pass16), EmulatedKernel{}};
}  // namespace emulated_90
