// The loops whose speed is a limit, in the vectors of one instruction set.

#ifndef CML_LOOPS_H
#define CML_LOOPS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  /// Sums 64-bit words, so that the reads have a use; `count` is a multiple of 64.
  uint64_t (*read)(const uint64_t *words, size_t count);
  /// Runs the loop `rounds` times and returns something that depends on it.
  float (*fma)(size_t rounds);
  int32_t (*int8)(size_t rounds);
  /// Operations of one round.
  size_t fma_operations;
  size_t int8_operations;
} cml_loops;

/// Those for the best instruction set of this processor.
const cml_loops *cml_best_loops(void);

#endif
