#include "emulator.h"
#define __CUDA_ARCH__ 750

namespace emulated_75 {
#include "../../Sources/MambaCUDAKernels/kernels.cu"

extern const EmulatedKernel kernels[] = {
    EMULATED_KERNEL(begin), EMULATED_KERNEL(norm_rows), EMULATED_KERNEL(scan),
    EMULATED_KERNEL(scan_one), EMULATED_KERNEL(scan_many), EMULATED_KERNEL(settle),
    EMULATED_KERNEL(functions),
    EMULATED_KERNEL(input64), EMULATED_KERNEL(select64), EMULATED_KERNEL(output64),
    EMULATED_KERNEL(head64), EmulatedKernel{}};
}  // namespace emulated_75
