#include "emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <vector>

#include "emulated_gpu.h"

Index threadIdx, blockIdx, blockDim, gridDim;
char *shared_memory;

namespace emulated_75 {
extern const EmulatedKernel kernels[];
}
namespace emulated_90 {
extern const EmulatedKernel kernels[];
}

namespace {

const int THREADS = 512, LANES = 32;
const size_t STACK = 64 << 10, SHARED = 256 << 10;
// Turns in which blocks only wait for one another.
const long PATIENCE = 10000000;

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

struct Block {
  Index index;
  Fiber fibers[THREADS];
  Warp warps[THREADS / LANES];
  char *stacks;
  char *shared;
};

Block *current;
ucontext_t scheduler;
void (*running)(void *const *);
void *const *running_arguments;
long pauses;

void fiber_main() {
  running(running_arguments);
  Fiber &own = current->fibers[threadIdx.x];
  own.state = DONE;
  swapcontext(&own.context, &scheduler);
}

void yield(State state) {
  Fiber &own = current->fibers[threadIdx.x];
  own.state = state;
  swapcontext(&own.context, &scheduler);
}

void begin(Block &block, Index index, unsigned threads, size_t shared_bytes) {
  if (!block.stacks) {
    block.stacks = (char *)malloc(THREADS * STACK);
    block.shared = (char *)aligned_alloc(64, SHARED);
  }
  block.index = index;
  // What a kernel does not write itself must not show.
  memset(block.shared, 0xA5, shared_bytes);
  memset(block.warps, 0, sizeof block.warps);
  for (unsigned i = 0; i < threads; i++) {
    Fiber &fiber = block.fibers[i];
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = block.stacks + i * STACK;
    fiber.context.uc_stack.ss_size = STACK;
    fiber.context.uc_link = &scheduler;
    makecontext(&fiber.context, fiber_main, 0);
    fiber.state = READY;
  }
}

// Lets each thread run until it waits; returns whether all are done.
bool turn(Block &block, unsigned threads) {
  current = &block;
  blockIdx = block.index;
  shared_memory = block.shared;
  bool progressed = false;
  unsigned done = 0, waiting = 0;
  for (unsigned i = 0; i < threads; i++) {
    Fiber &fiber = block.fibers[i];
    if (fiber.state == AT_WARP && block.warps[i / LANES].generation != fiber.generation) {
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
  if (done == threads) return true;
  if (!progressed && done + waiting < threads) {
    fprintf(stderr, "emulated GPU: threads wait for one another for ever\n");
    abort();
  }
  for (unsigned i = 0; !progressed && i < threads; i++) {
    if (block.fibers[i].state == AT_BARRIER) block.fibers[i].state = READY;
  }
  return false;
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

// A thread that looks again and again lets the others run.
void pause() {
  if (++pauses > PATIENCE) {
    fprintf(stderr, "emulated GPU: blocks wait for one another for ever\n");
    abort();
  }
  yield(READY);
}

const Words *exchange(unsigned mask, const Words &own) {
  Warp &warp = current->warps[threadIdx.x / LANES];
  unsigned generation = warp.generation;
  warp.coming[threadIdx.x % LANES] = own;
  if (++warp.arrived == (unsigned)__builtin_popcount(mask)) {
    memcpy(warp.seen[generation % 2], warp.coming, sizeof warp.coming);
    warp.arrived = 0;
    warp.generation++;
  } else {
    current->fibers[threadIdx.x].generation = generation;
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
                    unsigned threads, size_t shared_bytes, int together, void *const *arguments) {
  const EmulatedKernel *found = kernel(architecture, name);
  if (!found || threads > THREADS || shared_bytes > SHARED) return 0;
  running = found->run;
  running_arguments = arguments;
  gridDim = {grid_x, grid_y, 1};
  blockDim = {threads, 1, 1};
  pauses = 0;
  static std::vector<Block> blocks;
  unsigned count = together ? grid_x * grid_y : 1;
  if (blocks.size() < count) blocks.resize(count);
  for (unsigned y = 0; y < grid_y; y++) {
    for (unsigned x = 0; x < grid_x; x++) {
      Block &block = blocks[together ? y * grid_x + x : 0];
      begin(block, {x, y, 0}, threads, shared_bytes);
      while (!together && !turn(block, threads)) {}
    }
  }
  for (bool done = !together; !done;) {
    done = true;
    // The last first, so that nothing rests on their order.
    for (unsigned i = count; i-- > 0;) {
      bool isDone = blocks[i].index.z != 0 || turn(blocks[i], threads);
      if (isDone) blocks[i].index.z = 1;
      done = done && isDone;
    }
  }
  return 1;
}
