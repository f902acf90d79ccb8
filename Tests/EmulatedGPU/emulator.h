// What kernels.cu takes from CUDA, for fibers on one thread of the processor.

#ifndef EMULATOR_H
#define EMULATOR_H

#include <stddef.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define EMULATED
#define __device__
#define __forceinline__ inline
#define __noinline__
#define __grid_constant__
#define __launch_bounds__(...)
#define __shared__ static
#define __align__(n) __attribute__((aligned(n)))
#define KERNEL static

struct Index {
  unsigned x, y, z;
};
struct uint2 {
  unsigned x, y;
} __attribute__((aligned(8)));
struct float2 {
  float x, y;
} __attribute__((aligned(8)));
struct float4 {
  float x, y, z, w;
} __attribute__((aligned(16)));
struct uint4 {
  unsigned x, y, z, w;
} __attribute__((aligned(16)));

static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) {
  return uint4{x, y, z, w};
}

/// Of the fiber that runs.
extern Index threadIdx, blockIdx, blockDim, gridDim;
/// The memory that a block's threads share.
extern char *shared_memory;

/// Waits for all threads of the block.
void __syncthreads();

/// Lets other threads and blocks go on before this one looks again.
void pause();

/// A lane's words, which the other lanes of the warp see.
struct Words {
  unsigned word[6];
};
/// Waits for the lanes of `mask`, and returns what each of them brought.
const Words *exchange(unsigned mask, const Words &own);

static inline void __syncwarp() { exchange(0xFFFFFFFFu, Words{}); }

static inline unsigned shuffle(unsigned mask, unsigned value, int lane) {
  return exchange(mask, Words{{value}})[lane].word[0];
}

static inline unsigned bits(int x) { return (unsigned)x; }
static inline unsigned bits(unsigned x) { return x; }
static inline unsigned bits(float x) {
  unsigned word;
  memcpy(&word, &x, 4);
  return word;
}
static inline void set(int &x, unsigned word) { x = (int)word; }
static inline void set(unsigned &x, unsigned word) { x = word; }
static inline void set(float &x, unsigned word) { memcpy(&x, &word, 4); }

template <class T> T __shfl_xor_sync(unsigned mask, T value, int other, int = 32) {
  T result;
  set(result, shuffle(mask, bits(value), (int)(threadIdx.x % 32) ^ other));
  return result;
}
template <class T> T __shfl_down_sync(unsigned mask, T value, int delta, int width = 32) {
  int lane = (int)(threadIdx.x % 32), to = lane + delta;
  bool is_inside = lane / width == to / width;
  T result;
  set(result, shuffle(mask, bits(value), is_inside ? to : lane));
  return result;
}
template <class T> T __shfl_sync(unsigned mask, T value, int from, int width = 32) {
  T result;
  set(result, shuffle(mask, bits(value), (int)(threadIdx.x % 32) / width * width + from));
  return result;
}

template <class T> T atomicAdd(T *p, T value) {
  T before = *p;
  *p = before + value;
  return before;
}
static inline unsigned atomicMax(unsigned *p, unsigned value) {
  unsigned before = *p;
  if (value > before) *p = value;
  return before;
}

static inline float __fmaf_rn(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline float __fsqrt_rn(float a) { return __builtin_sqrtf(a); }
static inline float __int2float_rn(int a) { return (float)a; }
static inline float __uint2float_rn(unsigned a) { return (float)a; }
static inline float __uint_as_float(unsigned a) {
  float x;
  set(x, a);
  return x;
}
static inline float __int_as_float(int a) { return __uint_as_float((unsigned)a); }
static inline unsigned __float_as_uint(float a) { return bits(a); }
static inline int __float_as_int(float a) { return (int)bits(a); }
static inline float fabsf(float a) { return __builtin_fabsf(a); }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }

static inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  unsigned long long both = (unsigned long long)b << 32 | a;
  unsigned result = 0;
  for (int i = 0; i < 4; i++) {
    result |= (unsigned)(both >> 8 * (selector >> 4 * i & 7) & 255) << 8 * i;
  }
  return result;
}

static inline void wait_for_inputs() {}
static inline void let_next_start() {}
template <class T> static inline T load(const T *p) { return *p; }
static inline uint4 load_weights(const char *p) { return *(const uint4 *)p; }
static inline void copy_async(char *to, const char *from) { memcpy(to, from, 16); }
static inline void wait_for_copies() {}
static inline void end_copy_group() {}
template <int COUNT> static inline void wait_for_all_but() {}
static inline int thread_index() { return (int)threadIdx.x; }
static inline void copy_word_async(float *to, const float *from) { *to = *from; }

typedef unsigned long long Wide;
static inline void add_bytes(int *to, const int *from, int count) {
  for (int i = 0; i < count / 4; i++) to[i] += from[i];
}
static inline void show_writes() {}
static inline void wait_for_additions() {}
static inline void make_barrier(Wide *) {}
static inline void expect_bytes(Wide *, int) {}
static inline void copy_bytes(char *to, const char *from, int count, Wide *) { memcpy(to, from, count); }
static inline void wait_for_bytes(Wide *, int) {}
static inline Wide poll(const Wide *p) { return *p; }
static inline void poll_two(const Wide *p, Wide v[2]) { memcpy(v, p, 16); }
static inline void hesitate() {}
static inline uint4 load_shared(const char *p) { return *(const uint4 *)p; }
static inline float2 load_shared2(const float *p) { return *(const float2 *)p; }
static inline void raise(unsigned *p, unsigned value) { atomicMax(p, value); }
static inline void post(Wide *p, Wide value) { *p = value; }
static inline void add(Wide *p, Wide value) { *p += value; }
static inline void add(int *p, int value) { *p += value; }
static inline void arrive(unsigned *p) { *p += 1; }
static inline unsigned arrivals(const unsigned *p) { return *p; }

static inline unsigned warp_max(unsigned value) {
  const Words *all = exchange(0xFFFFFFFFu, Words{{value}});
  for (int i = 0; i < 32; i++) value = all[i].word[0] > value ? all[i].word[0] : value;
  return value;
}

static inline int dp4a(int a, int b, int sum) {
  for (int i = 0; i < 32; i += 8) sum += (signed char)(a >> i) * (signed char)(b >> i);
  return sum;
}

/// mma.m16n8k32.row.col.s32.s8.s8.s32 of the PTX manual.
static inline void mma(int c[4], unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0,
                       unsigned b1) {
  const Words *all = exchange(0xFFFFFFFFu, Words{{a0, a1, a2, a3, b0, b1}});
  int lane = (int)(threadIdx.x % 32), group = lane / 4, part = lane % 4;
  for (int i = 0; i < 4; i++) {
    int column = 2 * part + i % 2, upper = i / 2;
    for (int half = 0; half < 2; half++) {
      for (int k = 0; k < 4; k++) {
        unsigned a = all[group * 4 + k].word[half * 2 + upper];
        c[i] = dp4a((int)a, (int)all[column * 4 + k].word[4 + half], c[i]);
      }
    }
  }
}

/// mma.m16n8k16.row.col.s32.s8.s8.s32
static inline void mma_half(int c[4], unsigned a0, unsigned a1, unsigned b0) {
  mma(c, a0, a1, 0, 0, b0, 0);
}

/// A kernel with its arguments by address, and their sizes in bytes.
struct EmulatedKernel {
  const char *name;
  void (*run)(void *const *arguments);
  int count;
  size_t sizes[16];
};

template <int... I> struct Sequence {};
template <int N, int... I> struct Counted : Counted<N - 1, N - 1, I...> {};
template <int... I> struct Counted<0, I...> { typedef Sequence<I...> Type; };

template <class... A, int... I>
void apply(void (*kernel)(A...), void *const *arguments, Sequence<I...>) {
  kernel(*(A *)arguments[I]...);
}
template <class... A> void apply(void (*kernel)(A...), void *const *arguments) {
  apply(kernel, arguments, typename Counted<sizeof...(A)>::Type());
}

template <class... A>
EmulatedKernel described(const char *name, void (*run)(void *const *), void (*)(A...)) {
  return EmulatedKernel{name, run, (int)sizeof...(A), {sizeof(A)...}};
}

#define EMULATED_KERNEL(name) described(#name, [](void *const *a) { apply(name, a); }, name)

#endif
