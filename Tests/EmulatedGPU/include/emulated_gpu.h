// The kernels on the processor: a block's threads are fibers that take turns, one block after another, or
// all blocks together.

#ifndef EMULATED_GPU_H
#define EMULATED_GPU_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether there is a kernel of this name for an architecture (90 or 75).
int emulated_has_kernel(int architecture, const char *name);

/// How many arguments a kernel takes, and how many bytes one of them has.
int emulated_argument_count(int architecture, const char *name);
size_t emulated_argument_size(int architecture, const char *name, int index);

/// Runs a kernel; returns 0 if there is none of this name. `together`: its blocks may wait for one another.
int emulated_launch(int architecture, const char *name, unsigned grid_x, unsigned grid_y,
                    unsigned threads, size_t shared_bytes, int together, void *const *arguments);

#ifdef __cplusplus
}
#endif

#endif
