#include "emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include "emulated_gpu.h"

Index threadIdx, blockIdx, blockDim, gridDim;
alignas(16) char shared_memory[256 << 10];

namespace emulated_75 {
extern const EmulatedKernel kernels[];
}
namespace emulated_90 {
extern const EmulatedKernel kernels[];
}

namespace {

const int THREADS = 512, LANES = 32;
const size_t STACK = 128 << 10;

enum State { READY, AT_BARRIER, AT_WARP, DONE };

struct Fiber {
  ucontext_t context;
  State state;
  unsigned generation;  // of the warp's exchange that it waits for
};

struct Warp {
  unsigned arrived, generation;
  Words coming[LANES];
  Words seen[2][LANES];
};

Fiber fibers[THREADS];
Warp warps[THREADS / LANES];
ucontext_t scheduler;
char *stacks;
void (*running)(void *const *);
void *const *running_arguments;

void fiber_main() {
  running(running_arguments);
  fibers[threadIdx.x].state = DONE;
  swapcontext(&fibers[threadIdx.x].context, &scheduler);
}

void yield(State state) {
  unsigned own = threadIdx.x;
  fibers[own].state = state;
  swapcontext(&fibers[own].context, &scheduler);
}

void run_block(unsigned threads) {
  memset(warps, 0, sizeof warps);
  for (unsigned i = 0; i < threads; i++) {
    getcontext(&fibers[i].context);
    fibers[i].context.uc_stack.ss_sp = stacks + i * STACK;
    fibers[i].context.uc_stack.ss_size = STACK;
    fibers[i].context.uc_link = &scheduler;
    makecontext(&fibers[i].context, fiber_main, 0);
    fibers[i].state = READY;
  }
  for (;;) {
    bool progressed = false;
    unsigned done = 0, waiting = 0;
    for (unsigned i = 0; i < threads; i++) {
      Fiber &fiber = fibers[i];
      if (fiber.state == AT_WARP && warps[i / LANES].generation != fiber.generation) {
        fiber.state = READY;
      }
      if (fiber.state == READY) {
        threadIdx.x = i;
        swapcontext(&scheduler, &fiber.context);
        progressed = true;
      }
      done += fiber.state == DONE;
      waiting += fiber.state == AT_BARRIER;
    }
    if (done == threads) return;
    if (!progressed) {
      if (done + waiting < threads) {
        fprintf(stderr, "emulated GPU: threads wait for one another for ever\n");
        abort();
      }
      for (unsigned i = 0; i < threads; i++) {
        if (fibers[i].state == AT_BARRIER) fibers[i].state = READY;
      }
    }
  }
}

const EmulatedKernel *kernel(int architecture, const char *name) {
  const EmulatedKernel *all = architecture >= 80 ? emulated_90::kernels : emulated_75::kernels;
  for (; all->name; all++) {
    if (strcmp(all->name, name) == 0) return all;
  }
  return nullptr;
}

}  // namespace

void __syncthreads() { yield(AT_BARRIER); }

const Words *exchange(unsigned mask, const Words &own) {
  Warp &warp = warps[threadIdx.x / LANES];
  unsigned generation = warp.generation;
  warp.coming[threadIdx.x % LANES] = own;
  if (++warp.arrived == (unsigned)__builtin_popcount(mask)) {
    memcpy(warp.seen[generation % 2], warp.coming, sizeof warp.coming);
    warp.arrived = 0;
    warp.generation++;
  } else {
    fibers[threadIdx.x].generation = generation;
    yield(AT_WARP);
  }
  return warp.seen[generation % 2];
}

int emulated_has_kernel(int architecture, const char *name) {
  return kernel(architecture, name) != nullptr;
}

int emulated_argument_count(int architecture, const char *name) {
  const EmulatedKernel *found = kernel(architecture, name);
  return found ? found->count : 0;
}

size_t emulated_argument_size(int architecture, const char *name, int index) {
  const EmulatedKernel *found = kernel(architecture, name);
  return found && index < found->count ? found->sizes[index] : 0;
}

int emulated_launch(int architecture, const char *name, unsigned grid_x, unsigned grid_y,
                    unsigned threads, size_t shared_bytes, void *const *arguments) {
  const EmulatedKernel *found = kernel(architecture, name);
  if (!found || threads > THREADS || shared_bytes > sizeof shared_memory) return 0;
  if (!stacks) stacks = (char *)malloc(THREADS * STACK);
  running = found->run;
  running_arguments = arguments;
  gridDim = {grid_x, grid_y, 1};
  blockDim = {threads, 1, 1};
  for (unsigned y = 0; y < grid_y; y++) {
    for (unsigned x = 0; x < grid_x; x++) {
      blockIdx = {x, y, 0};
      // What a kernel does not write itself must not show.
      memset(shared_memory, 0xA5, shared_bytes);
      run_block(threads);
    }
  }
  return 1;
}
