// A pass of a Mamba model over up to 64 positions on an NVIDIA GPU, with the CPU's bits.
//
// Compiled without contraction (-fmad=false): a product and a sum fuse only where `fma` is written,
// as in Sources/CKernels/scalar.c, whose operations and order these kernels repeat. Sums of
// integers are exact, so those alone run in any order: on tensor cores, split over warps and over
// blocks that meet in atomic additions.
//
// A layer is five kernels: norm, input (in_proj, convolution), select (x_proj), scan (dt_proj, scan,
// gate), output (out_proj). Each is launched while the one before it still runs, fetches the weights
// it needs, and only then waits for its inputs (programmatic dependent launch).
//
// Layouts. Matrices stand in tiles of 8 rows; columns of int8 in chunks of 64, padded with zeros:
// [rows / 8][columns / 64][8][64], so that a lane's 16 bytes are its part of two tensor core
// products; other types [rows / 8][columns][8]. Rows are padded to 16.

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

// Tests run these kernels on the processor: EMULATED then brings what is CUDA's own here.
#ifndef EMULATED
#define KERNEL extern "C" __global__
// The memory of a launch that a block's threads share.
extern __shared__ __align__(16) char shared_memory[];
#endif
#define SHARED_MEMORY(type, name) type *name = (type *)shared_memory
#define DEVICE static __device__ __forceinline__
#define DEVICE_MEMBER __device__ __forceinline__

static const u32 WARP = 32;
static const int TILE = 8;         // rows of a tile
static const int CHUNK = 64;       // columns of a chunk
static const int PIECE = TILE * CHUNK;
static const int ROW_LIMIT = 64;   // positions of a pass
static const int LANES = 16;       // of a norm's sum; channels of a scan's block
static const int GROUP = 8;        // tiles that a warp multiplies together
static const int WIDE_WARPS = 8;   // of a block that has more than 16 positions
static const int RING_BYTES = 4096;  // of chunks that a warp of it has fetched ahead
static const int FOUR_TAPS = 4;    // of the convolution of nearly all models

// MARK: What the host hands over. Fields of 8 bytes only, so that its layout is plain.

enum Kind { F32 = 0, BF16 = 1, F16 = 2, I8 = 3 };

struct Matrix {
  const char *weights;
  const float *scales;  // one a padded row; I8 only
  const float *bias;    // one a padded row, or null
  i64 rows;             // padded to 16
  i64 columns;
  i64 kind;
  i64 planes;           // 1; of 15-bit activations 2: high and low halves
};

struct Norm {
  const float *weight;
  const float *bias;  // null: an RMS norm
  i64 epsilon;        // bits of a float
};

// Where a position's inputs of the scan are kept: the pass's own room or the sequence's record,
// then one row a layer: [raw: inner][x: inner][dt: inner][B: state].
struct Row {
  float *record;
  i64 layerStride;  // floats from a layer to the next; 0 in the pass's own room
  i64 segment;
  i64 index;        // within its segment
  i64 token;
};

struct Segment {
  const float *scanIn;  // [layers][inner][state]
  float *scanOut;       // the same memory when the window stands at once
  float *tails;         // [layers][width - 1][inner]
  i64 first;            // its first row
  i64 count;
  i64 isRecorded;       // then the tails stay as they are
};

struct Pass {
  i64 rows;
  i64 segments;
  i64 logitRows;
  i64 firstTile;        // of the head's rows
  i64 tiles;
  Row row[ROW_LIMIT];
  Segment segment[ROW_LIMIT];
  i64 logitRow[ROW_LIMIT];
  float *logits[ROW_LIMIT];  // the host's memory: one row of logits each
};

struct Shape {
  i64 hidden;
  i64 hiddenStride;  // padded to 16
  i64 inner;
  i64 innerStride;   // padded to 16
  i64 stateSize;
  i64 rank;
  i64 taps;          // inputs of the convolution
  i64 layers;
};

// The pass's own memory.
struct Room {
  Pass *pass;
  float *hidden;   // [2][rows][hidden]: the residual stream after even and after odd layers
  char *act;       // [planes][rows][columns in whole chunks] of the norm's output, or floats
  float *actScale; // [planes][rows]
  float *gate;     // [rows][inner]
  float *scanned;  // [rows][inner]
  u32 *peaks;      // [layers][2][rows]: largest magnitudes of x and of the scan's output
  int *select;     // [planes][rows][scan rows]: sums of x_proj
  int *output;     // [planes][rows][hidden]: sums of out_proj
};

struct Layer {
  Norm norm;
  Matrix input;
  Matrix select;
  Matrix timeStep;
  Matrix output;
  const float *convolution;      // [taps][inner]
  const float *convolutionBias;  // [inner] or null
  const float *decay;            // A / ln 2: [inner][state]
  const float *skip;             // [inner]
};

// MARK: Memory

#ifndef EMULATED

// Waits for the kernels before, whose results this one reads.
DEVICE void wait_for_inputs() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Lets the next kernel start fetching its weights.
DEVICE void let_next_start() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// Results of other blocks are read past the first cache, which is not kept coherent. Volatile, so that
// no load is moved before the wait.
DEVICE float load(const float *p) {
  float v;
  asm volatile("ld.global.cg.f32 %0, [%1];" : "=f"(v) : "l"(p));
  return v;
}

DEVICE u32 load(const u32 *p) {
  u32 v;
  asm volatile("ld.global.cg.u32 %0, [%1];" : "=r"(v) : "l"(p));
  return v;
}

DEVICE int load(const int *p) { return (int)load((const u32 *)p); }

DEVICE i64 load(const i64 *p) {
  i64 v;
  asm volatile("ld.global.cg.s64 %0, [%1];" : "=l"(v) : "l"(p));
  return v;
}

DEVICE float4 load(const float4 *p) {
  float4 v;
  asm volatile("ld.global.cg.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w) : "l"(p));
  return v;
}

DEVICE uint4 load(const uint4 *p) {
  uint4 v;
  asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p));
  return v;
}

// Weights, which never change.
DEVICE uint4 load_weights(const char *p) {
  uint4 v;
  asm("ld.global.nc.v4.u32 {%0, %1, %2, %3}, [%4];"
      : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p));
  return v;
}

DEVICE void copy_async(char *to, const char *from) {
#if __CUDA_ARCH__ >= 800
  u32 address = (u32)__cvta_generic_to_shared(to);
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(from) : "memory");
#else
  *(uint4 *)to = load_weights(from);
#endif
}

DEVICE void wait_for_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

#if __CUDA_ARCH__ >= 900

// Adds integers in shared memory to those at `to`, all as one operation: multiples of 16 bytes.
DEVICE void add_bytes(int *to, const int *from, int count) {
  asm volatile("cp.reduce.async.bulk.global.shared::cta.bulk_group.add.s32 [%0], [%1], %2;" ::"l"(to),
               "r"((u32)__cvta_generic_to_shared(from)), "r"(count) : "memory");
}

// What a thread wrote to shared memory is seen by such operations that follow a barrier.
DEVICE void show_writes() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// Waits for the thread's own.
DEVICE void wait_for_additions() {
  asm volatile("cp.async.bulk.commit_group;\ncp.async.bulk.wait_group 0;" ::: "memory");
}

#endif

DEVICE u32 warp_max(u32 value) {
#if __CUDA_ARCH__ >= 800
  return __reduce_max_sync(0xFFFFFFFFu, value);
#else
  for (int half = 16; half > 0; half /= 2) {
    u32 other = __shfl_xor_sync(0xFFFFFFFFu, value, half);
    value = other > value ? other : value;
  }
  return value;
#endif
}

#endif

template <class T> DEVICE T *load_pointer(T *const *p) { return (T *)load((const i64 *)p); }

// MARK: Functions, as in scalar.c

DEVICE float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }

#define ROUNDER 0x1.8p+23f
#define ROUNDER_BITS 0x4B400000u
#define NOT_A_NUMBER __uint_as_float(0x7FC00000u)
#define INFINITE __uint_as_float(0x7F800000u)

DEVICE float exp_of(float x) {
  float rounded = fma(x, 0x1.715476p+0f, ROUNDER);
  float n = rounded - ROUNDER;
  float r = fma(n, -0x1.63p-1f, x);
  r = fma(n, 0x1.bd0106p-13f, r);
  float q = fma(r, 0x1.6d117cp-10f, 0x1.120be2p-7f);
  q = fma(q, r, 0x1.555518p-5f);
  q = fma(q, r, 0x1.5554dcp-3f);
  q = fma(q, r, 0x1.0p-1f);
  float p = fma(q, r * r, r) + 1.0f;
  float result = __uint_as_float(__float_as_uint(p) + (__float_as_uint(rounded) << 23));
  if (x < -86.0f) result = 0.0f;
  if (x > 88.375f) result = INFINITE;
  // A NaN made here has all its payload bits set, which the addition above would turn finite.
  return x != x ? x : result;
}

DEVICE float exp2_of_nonpositive(float t) {
  t = t > -125.0f ? t : -125.0f;
  float rounded = t + ROUNDER;
  float r = t - (rounded - ROUNDER);
  float g = fma(r, 0x1.5bba14p-10f, 0x1.3cea86p-7f);
  g = fma(g, r, 0x1.c6b750p-5f);
  g = fma(g, r, 0x1.ebf9bcp-3f);
  g = fma(g, r, 0x1.62e42ap-1f);
  float p = fma(g, r, 1.0f);
  return __uint_as_float(__float_as_uint(p) + (__float_as_uint(rounded) << 23));
}

DEVICE float softplus_of(float x) {
  float u = exp_of(-fabsf(x));
  float s = __fdiv_rn(u, u + 2.0f);
  float z = s * s;
  float g = fma(z, 0x1.12f598p-3f, 0x1.21249ap-3f);
  g = fma(g, z, 0x1.99ad6cp-3f);
  g = fma(g, z, 0x1.55554cp-2f);
  float twice = s + s;
  float log1p = fma(twice, z * g, twice);
  return (x < 0.0f ? 0.0f : x) + log1p;
}

DEVICE float silu_of(float x) { return __fdiv_rn(x, exp_of(-x) + 1.0f); }

// One step of a scan's state.
DEVICE float advance(float state, float dt, float input, float decay, float b) {
  float value = fma(exp2_of_nonpositive(dt * decay), state, input * b);
  return fabsf(value) < 0x1.0p-100f ? 0.0f : value;
}

// MARK: Quantising

struct Quanta {
  float inverse;  // quanta in a unit; 0 when all count as zero
  float scale;    // NaN when a value is not finite
};

// `peak` has the bits of the largest magnitude.
DEVICE Quanta quanta_of(u32 peak, i64 planes) {
  float limit = planes == 2 ? 16383.0f : 127.0f;
  float largest = __uint_as_float(peak);
  bool is_finite = peak < 0x7F800000u;
  bool is_zero = !is_finite || largest < 0x1.0p-100f;
  Quanta quanta;
  quanta.scale = !is_finite ? NOT_A_NUMBER : is_zero ? 0.0f : __fdiv_rn(largest, limit);
  quanta.inverse = is_zero ? 0.0f : __fdiv_rn(limit, largest);
  return quanta;
}

DEVICE u32 magnitude_bits(float x) { return __float_as_uint(x) & 0x7FFFFFFFu; }

// The scale of a plane: of the high halves 128 times that of the low ones.
DEVICE float plane_scale(float scale, i64 planes, int plane) {
  return planes == 2 && plane == 0 ? scale * 128.0f : scale;
}

// A value's integer: the whole one, its high half or its low half, in the low 8 bits.
DEVICE u32 quantum(float x, float inverse, i64 planes, int plane) {
  u32 bits = __float_as_uint(fma(x, inverse, ROUNDER));
  if (planes == 1) return bits;
  u32 integer = bits - ROUNDER_BITS;
  return plane == 0 ? integer >> 7 : integer & 127u;
}

DEVICE u32 packed(u32 a, u32 b, u32 c, u32 d) {
  return __byte_perm(__byte_perm(a, b, 0x0040), __byte_perm(c, d, 0x0040), 0x5410);
}

DEVICE u32 quantized4(float4 v, float inverse, i64 planes, int plane) {
  return packed(quantum(v.x, inverse, planes, plane), quantum(v.y, inverse, planes, plane),
                quantum(v.z, inverse, planes, plane), quantum(v.w, inverse, planes, plane));
}

// MARK: Products

#ifndef EMULATED
DEVICE int dp4a(int a, int b, int sum) {
  int result;
  asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
}
#endif

// What integer sums add to `base` or are; `bias` may be null.
DEVICE float add_sums(float base, bool accumulates, i64 planes, int high, int low, float scale,
                      float weight, const float *bias) {
  float value = __int2float_rn(high) * plane_scale(scale, planes, 0) * weight;
  if (bias) value = value + *bias;
  float result = accumulates ? base + value : value;
  if (planes == 2) result = result + __int2float_rn(low) * scale * weight;
  return result;
}

// What a product adds to `base` or is: of integer sums one or two planes, or the bits of a float.
DEVICE float add_product(float base, bool accumulates, const Matrix &m, int high, int low,
                         float scale, i64 row) {
  if (m.kind != I8) {
    float value = __int_as_float(high);
    if (m.bias) value = value + m.bias[row];
    return accumulates ? base + value : value;
  }
  return add_sums(base, accumulates, m.planes, high, low, scale, m.scales[row], m.bias ? m.bias + row : 0);
}

DEVICE int chunks_of(i64 columns) { return (int)((columns + CHUNK - 1) / CHUNK); }

// Activations of a product: `fetch` loads 16 columns of a position, `finish` makes them bytes. Between
// the first fetch and the first finish stands `prepare`, so that loads do not wait for one another.

// Bytes that are quantised already, in shared memory or not.
template <bool SHARED> struct ByteActs {
  const char *data;  // of the plane: [rows][stride]
  int stride;
  int rows;

  typedef uint4 Raw;

  template <int SLOTS> DEVICE_MEMBER void prepare() {}
  DEVICE_MEMBER void of(int) {}

  DEVICE_MEMBER Raw fetch(int row, int chunk, int part) const {
    if (row >= rows) return make_uint4(0, 0, 0, 0);
    const uint4 *p = (const uint4 *)(data + (i64)row * stride + chunk * CHUNK + part * 16);
    return SHARED ? *p : load(p);
  }

  DEVICE_MEMBER uint4 finish(const Raw &raw, int) const { return raw; }
};

// Floats, which are quantised here: each value by one lane of the block.
struct FloatActs {
  const float *const *table;  // where positions begin, in shared memory
  const u32 *peaks;           // of the positions
  int columns;                // padded to 16
  int rows;
  int planes;
  int plane;
  float inverse[8];           // of this lane's positions

  struct Raw { float4 part[4]; };

  template <int SLOTS> DEVICE_MEMBER void prepare() {
    int g = threadIdx.x % WARP / 4;
#pragma unroll
    for (int i = 0; i < SLOTS; i++) {
      int row = min(8 * i + g, rows - 1);
      inverse[i] = quanta_of(load(peaks + row), planes).inverse;
    }
  }

  // Without tensor cores all lanes have one position at a time.
  DEVICE_MEMBER void of(int row) { inverse[0] = quanta_of(load(peaks + row), planes).inverse; }

  DEVICE_MEMBER Raw fetch(int row, int chunk, int part) const {
    int column = chunk * CHUNK + part * 16;
    Raw raw = {};
    if (row < rows && column < columns) {
      const float4 *p = (const float4 *)(table[row] + column);
#pragma unroll
      for (int i = 0; i < 4; i++) raw.part[i] = load(p + i);
    }
    return raw;
  }

  // `slot`: which of the lane's positions.
  DEVICE_MEMBER uint4 finish(const Raw &raw, int slot) const {
    float scale = inverse[slot];
    if (!(scale > 0.0f)) return make_uint4(0, 0, 0, 0);
    return make_uint4(
        quantized4(raw.part[0], scale, planes, plane), quantized4(raw.part[1], scale, planes, plane),
        quantized4(raw.part[2], scale, planes, plane), quantized4(raw.part[3], scale, planes, plane));
  }
};

// Weights of a warp: some in shared memory, chunk by chunk, the rest where they lie.
struct Weights {
  const char *data;    // of the first tile
  int chunks;          // of a tile
  const char *staged;  // [chunk][tile] from the warp's first chunk
  int stagedCount;
  int split = 1 << 30;  // tiles from here on lie `jump` tiles further on
  int jump = 0;

  DEVICE_MEMBER const char *place(int tile, int chunk, int lane) const {
    return data + ((i64)(tile + (tile < split ? 0 : jump)) * chunks + chunk) * PIECE + lane * 16;
  }

  DEVICE_MEMBER uint4 at(int tile, int chunk, int index, int lane) const {
    if (index < stagedCount) return *(const uint4 *)(staged + index * PIECE + lane * 16);
    return load_weights(place(tile, chunk, lane));
  }
};

#if __CUDA_ARCH__ >= 900

#ifndef EMULATED
// c += a b: 16 rows of a, 8 of b, 32 columns.
DEVICE void mma(int c[4], u32 a0, u32 a1, u32 a2, u32 a3, u32 b0, u32 b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
      : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}
#endif

// Up to 8 positions: two tiles of weights are the 16 rows.
template <class Acts, class Sink>
DEVICE void multiply_few(const Weights &weights, int tiles, int firstChunk, int chunkCount,
                         Acts &acts, int rows, const Sink &sink) {
  int lane = threadIdx.x % WARP, g = lane / 4, part = lane % 4;
#pragma unroll 1
  for (int first = 0; first < tiles; first += GROUP) {
    int c[GROUP / 2][4] = {};
    typename Acts::Raw next = acts.fetch(g, firstChunk, part);
    acts.template prepare<1>();
#pragma unroll 1
    for (int k = 0; k < chunkCount; k++) {
      uint4 x = acts.finish(next, 0);
      if (k + 1 < chunkCount) next = acts.fetch(g, firstChunk + k + 1, part);
#pragma unroll
      for (int i = 0; i < GROUP / 2; i++) {
        int tile = first + 2 * i;
        if (tile >= tiles) break;
        // The last tile may stand alone: then it takes both places.
        int other = min(tile + 1, tiles - 1);
        uint4 a = weights.at(tile, firstChunk + k, k * tiles + tile, lane);
        uint4 b = weights.at(other, firstChunk + k, k * tiles + other, lane);
        mma(c[i], a.x, b.x, a.y, b.y, x.x, x.y);
        mma(c[i], a.z, b.z, a.w, b.w, x.z, x.w);
      }
    }
#pragma unroll
    for (int i = 0; i < GROUP / 2; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        int tile = first + 2 * i + j / 2, position = 2 * part + j % 2;
        if (tile < tiles && position < rows) sink(tile * TILE + g, position, c[i][j]);
      }
    }
  }
}

// A warp's products of `tiles` tiles with P positions at most, 8 or 16, over some chunks; `sink(row of
// the tiles, position, sum)` receives each.
template <int P, class Acts, class Sink>
DEVICE void multiply(const Weights &weights, int tiles, int firstChunk, int chunkCount,
                     Acts &acts, int rows, const Sink &sink) {
  if (chunkCount <= 0) return;
  if (P == 8) return multiply_few(weights, tiles, firstChunk, chunkCount, acts, rows, sink);
  int lane = threadIdx.x % WARP, g = lane / 4, part = lane % 4;
#pragma unroll 1
  for (int first = 0; first < tiles; first += GROUP) {
    int c[GROUP][4] = {};
    typename Acts::Raw next[2];
    next[0] = acts.fetch(g, firstChunk, part);
    next[1] = acts.fetch(8 + g, firstChunk, part);
    acts.template prepare<2>();
#pragma unroll 1
    for (int k = 0; k < chunkCount; k++) {
      if (k > 0) {
        next[0] = acts.fetch(g, firstChunk + k, part);
        next[1] = acts.fetch(8 + g, firstChunk + k, part);
      }
      uint4 low = acts.finish(next[0], 0), high = acts.finish(next[1], 1);
#pragma unroll
      for (int i = 0; i < GROUP; i++) {
        if (first + i >= tiles) break;
        uint4 w = weights.at(first + i, firstChunk + k, k * tiles + first + i, lane);
        mma(c[i], low.x, high.x, low.y, high.y, w.x, w.y);
        mma(c[i], low.z, high.z, low.w, high.w, w.z, w.w);
      }
    }
#pragma unroll
    for (int i = 0; i < GROUP; i++) {
      if (first + i >= tiles) break;
#pragma unroll
      for (int j = 0; j < 4; j++) {
        int position = g + j / 2 * 8;
        if (position < rows) sink((first + i) * TILE + 2 * part + j % 2, position, c[i][j]);
      }
    }
  }
}

#ifndef EMULATED
DEVICE void end_copy_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int COUNT> DEVICE void wait_for_all_but() { asm volatile("cp.async.wait_group %0;" ::"n"(COUNT) : "memory"); }
#endif

// Bytes of a wide pass in memory, which each warp has on their way to `ring` some chunks ahead. A lane reads
// what it fetched itself.
struct RingActs {
  static const int DEPTH = RING_BYTES / (2 * WARP * 16);
  const char *data;  // [positions][stride]
  int stride;
  char *ring;  // of the warp
  const char *low, *high;
  int end;

  DEVICE_MEMBER void fetch(int k) {
    if (k < end) {
      char *slot = ring + (k % DEPTH * 2 * WARP + threadIdx.x % WARP) * 16;
      copy_async(slot, low + k * CHUNK);
      copy_async(slot + WARP * 16, high + k * CHUNK);
    }
    end_copy_group();
  }

  DEVICE_MEMBER void begin(int lowRow, int highRow, int part, int first, int end) {
    low = data + lowRow * stride + part * 16;
    high = data + highRow * stride + part * 16;
    this->end = end;
#pragma unroll 1
    for (int k = first; k < first + DEPTH; k++) fetch(k);
  }

  DEVICE_MEMBER void take(int k, uint4 &lowBytes, uint4 &highBytes) {
    wait_for_all_but<DEPTH - 1>();
    const uint4 *slot = (const uint4 *)(ring + (k % DEPTH * 2 * WARP + threadIdx.x % WARP) * 16);
    lowBytes = slot[0];
    highBytes = slot[WARP];
  }

  DEVICE_MEMBER void took(int k) { fetch(k + DEPTH); }
};

// Bytes of a wide pass in shared memory.
struct SliceActs {
  const char *data;  // [positions][stride]
  int stride;
  const char *low, *high;

  DEVICE_MEMBER void begin(int lowRow, int highRow, int part, int, int) {
    low = data + lowRow * stride + part * 16;
    high = data + highRow * stride + part * 16;
  }

  DEVICE_MEMBER void take(int k, uint4 &lowBytes, uint4 &highBytes) {
    lowBytes = *(const uint4 *)(low + k * CHUNK);
    highBytes = *(const uint4 *)(high + k * CHUNK);
  }

  DEVICE_MEMBER void took(int) {}
};

// The products of a whole block with more than 16 positions. A warp has 16 of them, one of `tileParts`
// parts of the tiles, and of the chunks one of as many parts as there are warps left to share them out.
// `sink(part of the chunks, row, position, sum, next)` takes the sums of a row and the next; weights are
// staged for the block.
template <int P, class Acts, class Sink>
DEVICE void multiply_wide(const Weights &weights, int tiles, int firstChunk, int chunkCount,
                          int tileParts, Acts &acts, int rows, const Sink &sink) {
  const int GROUPS_OF_16 = P / 16;
  int lane = threadIdx.x % WARP, g = lane / 4, part = lane % 4, warp = threadIdx.x / WARP;
  int base = warp % GROUPS_OF_16 * 16, share = warp / GROUPS_OF_16;
  if (base >= rows) return;
  int chunkParts = WIDE_WARPS / (GROUPS_OF_16 * tileParts);
  int tilePer = (tiles + tileParts - 1) / tileParts, tileBegin = share % tileParts * tilePer;
  int tileEnd = min(tileBegin + tilePer, tiles);
  int chunkPer = (chunkCount + chunkParts - 1) / chunkParts, begin = share / tileParts * chunkPer;
  int end = min(begin + chunkPer, chunkCount);
#pragma unroll 1
  for (int first = tileBegin; first < tileEnd; first += GROUP) {
    int c[GROUP][4] = {};
    acts.begin(min(base + g, rows - 1), min(base + 8 + g, rows - 1), part, begin, end);
#pragma unroll 1
    for (int k = begin; k < end; k++) {
      uint4 low, high;
      acts.take(k, low, high);
#pragma unroll
      for (int i = 0; i < GROUP; i++) {
        if (first + i >= tileEnd) break;
        uint4 w = weights.at(first + i, firstChunk + k, k * tiles + first + i, lane);
        mma(c[i], low.x, high.x, low.y, high.y, w.x, w.y);
        mma(c[i], low.z, high.z, low.w, high.w, w.z, w.w);
      }
      acts.took(k);
    }
#pragma unroll
    for (int i = 0; i < GROUP; i++) {
      if (first + i >= tileEnd) break;
      int row = (first + i) * TILE + 2 * part;
      if (base + g < rows) sink(share / tileParts, row, base + g, c[i][0], c[i][1]);
      if (base + 8 + g < rows) sink(share / tileParts, row, base + 8 + g, c[i][2], c[i][3]);
    }
  }
}

template <int P> DEVICE constexpr bool is_wide() { return P > 16; }

#else

template <int P> DEVICE constexpr bool is_wide() { return false; }

struct RingActs {
  const char *data;
  int stride;
  char *ring;
};

struct SliceActs {
  const char *data;
  int stride;
};

template <int P, class Acts, class Sink>
DEVICE void multiply_wide(const Weights &, int, int, int, int, Acts &, int, const Sink &);

DEVICE int dot(uint4 a, uint4 b, int sum) {
  sum = dp4a((int)a.x, (int)b.x, sum);
  sum = dp4a((int)a.y, (int)b.y, sum);
  sum = dp4a((int)a.z, (int)b.z, sum);
  return dp4a((int)a.w, (int)b.w, sum);
}

// The same without tensor cores: position by position.
template <int P, class Acts, class Sink>
DEVICE void multiply(const Weights &weights, int tiles, int firstChunk, int chunkCount,
                     Acts &acts, int rows, const Sink &sink) {
  if (chunkCount <= 0) return;
  int lane = threadIdx.x % WARP, g = lane / 4, part = lane % 4;
#pragma unroll 1
  for (int position = 0; position < rows; position++) {
    acts.of(position);
#pragma unroll 1
    for (int first = 0; first < tiles; first += GROUP) {
      int c[GROUP] = {};
#pragma unroll 1
      for (int k = 0; k < chunkCount; k++) {
        uint4 a = acts.finish(acts.fetch(position, firstChunk + k, part), 0);
#pragma unroll
        for (int i = 0; i < GROUP; i++) {
          if (first + i >= tiles) break;
          c[i] = dot(a, weights.at(first + i, firstChunk + k, k * tiles + first + i, lane), c[i]);
        }
      }
#pragma unroll
      for (int i = 0; i < GROUP; i++) {
        if (first + i >= tiles) break;
        int sum = c[i];
        sum += __shfl_xor_sync(0xFFFFFFFFu, sum, 1);
        sum += __shfl_xor_sync(0xFFFFFFFFu, sum, 2);
        if (part == 0) sink((first + i) * TILE + g, position, sum);
      }
    }
  }
}

#endif

// Fetches a warp's weights, chunk by chunk, each lane what it will read itself.
DEVICE void stage(const Weights &weights, char *to, int tiles, int firstChunk, int count) {
  int lane = threadIdx.x % WARP;
#pragma unroll 1
  for (int index = 0; index < count; index++) {
    int chunk = firstChunk + index / tiles, tile = index % tiles;
    copy_async(to + index * PIECE + lane * 16,
               weights.data + ((i64)tile * weights.chunks + chunk) * PIECE + lane * 16);
  }
}

// Fetches a block's weights, all lanes together.
DEVICE void stage_block(const Weights &weights, char *to, int tiles, int firstChunk, int count) {
#pragma unroll 1
  for (int index = threadIdx.x / WARP; index < count; index += blockDim.x / WARP) {
    int chunk = firstChunk + index / tiles, tile = index % tiles, lane = threadIdx.x % WARP;
    copy_async(to + index * PIECE + lane * 16, weights.place(tile, chunk, lane));
  }
}

// Quantises some columns of all positions into shared memory, by all threads. `inverses` has room for
// the positions.
template <int P>
DEVICE void quantize_slice(const float *const *table, const u32 *peaks, int rows, int columns, int firstChunk,
                           int chunkCount, i64 planes, int plane, float *inverses, char *bytes,
                           int stride) {
  const int BATCH = 8;
  int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP, warps = blockDim.x / WARP;
  u32 peak = threadIdx.x < rows ? load(peaks + threadIdx.x) : 0;
  if (threadIdx.x < rows) inverses[threadIdx.x] = quanta_of(peak, planes).inverse;
  __syncthreads();
#pragma unroll 1
  for (int first = warp; first < rows; first += BATCH * warps) {
#pragma unroll 1
    for (int four = lane; four < chunkCount * (CHUNK / 4); four += WARP) {
      int column = firstChunk * CHUNK + four * 4;
      float4 value[BATCH];
#pragma unroll
      for (int j = 0; j < BATCH; j++) {
        value[j] = float4{};
        if (column < columns) {
          value[j] = load((const float4 *)(table[min(first + j * warps, rows - 1)] + column));
        }
      }
#pragma unroll
      for (int j = 0; j < BATCH; j++) {
        int position = first + j * warps;
        if (position >= rows) break;
        float inverse = inverses[position];
        *(u32 *)(bytes + position * stride + four * 4) =
            inverse > 0.0f ? quantized4(value[j], inverse, planes, plane) : 0;
      }
    }
  }
  __syncthreads();
}

// Adds the products of a block with some columns of all positions, which it quantises into `bytes` first,
// to [positions][`toStride`].
template <int P>
DEVICE void multiply_slice(const Weights &weights, int tiles, int firstChunk, int chunkCount,
                           const float *const *table, const u32 *peaks, int rows, int columns, i64 planes,
                           int plane, char *bytes, int *to, int toStride) {
#if __CUDA_ARCH__ >= 900
  __shared__ float inverses[ROW_LIMIT];
  // Of odd chunks, so that two positions lie in all banks.
  int stride = (chunkCount | 1) * CHUNK, sumStride = tiles * TILE + 4;
  int *sums = (int *)(bytes + rows * stride);
  quantize_slice<P>(table, peaks, rows, columns, firstChunk, chunkCount, planes, plane, inverses, bytes,
                    stride);
  // No chunks are shared out, so that each sum is added once.
  SliceActs acts = {bytes, stride};
  multiply_wide<P>(weights, tiles, firstChunk, chunkCount, WIDE_WARPS / (P / 16), acts, rows, [&](int, int row, int position, int sum, int next) {
    *(u64 *)&sums[position * sumStride + row] = (u64)(u32)next << 32 | (u32)sum;
  });
  // A position's sums lie together: one operation adds them all, where one a word takes most of the time.
  show_writes();
  __syncthreads();
  if (threadIdx.x < rows) {
    add_bytes(to + threadIdx.x * toStride, sums + threadIdx.x * sumStride, 4 * tiles * TILE);
    wait_for_additions();
  }
  // The next plane takes the same place.
  __syncthreads();
#endif
}

DEVICE float half_to_float(u32 half) {
  u32 sign = (half & 0x8000u) << 16, exponent = (half >> 10) & 31u, fraction = half & 0x3FFu;
  if (exponent == 31u) return __uint_as_float(sign | 0x7F800000u | (fraction << 13));
  if (exponent > 0u) return __uint_as_float(sign | ((exponent + 112u) << 23) | (fraction << 13));
  float magnitude = __uint2float_rn(fraction) * 0x1.0p-24f;
  return sign ? -magnitude : magnitude;
}

static __device__ __noinline__ float element(i64 kind, const char *data, i64 index) {
  if (kind == F32) return ((const float *)data)[index];
  u32 half = ((const unsigned short *)data)[index];
  return kind == BF16 ? __uint_as_float(half << 16) : half_to_float(half);
}

// A row's product with a position of floats: one chain over ascending columns.
static __device__ __noinline__ float chain(const Matrix &m, i64 row, const float *x) {
  float sum = 0.0f;
  i64 base = row / TILE * m.columns * TILE + row % TILE;
#pragma unroll 8
  for (int k = 0; k < (int)m.columns; k++) {
    sum = fma(element(m.kind, m.weights, base + k * TILE), load(x + k), sum);
  }
  return sum;
}

// MARK: A pass begins

// Brings the pass from the host's memory and starts each position with its token's embedding.
KERNEL void __launch_bounds__(256) begin(
    const __grid_constant__ Room room, const __grid_constant__ Shape shape,
    const __grid_constant__ Matrix embedding, const Pass *host) {
  int row = blockIdx.x;
  __shared__ i64 token;
  Pass *pass = room.pass;
  if (threadIdx.x < sizeof(Row) / 8) {
    i64 word = ((const volatile i64 *)&host->row[row])[threadIdx.x];
    if (threadIdx.x == sizeof(Row) / 8 - 1) token = word;
    wait_for_inputs();
    ((i64 *)&pass->row[row])[threadIdx.x] = word;
  } else if (threadIdx.x >= 32 && threadIdx.x < 32 + sizeof(Segment) / 8) {
    i64 word = ((const volatile i64 *)&host->segment[row])[threadIdx.x - 32];
    wait_for_inputs();
    ((i64 *)&pass->segment[row])[threadIdx.x - 32] = word;
  } else if (threadIdx.x == 64) {
    i64 word = ((const volatile i64 *)host->logitRow)[row];
    wait_for_inputs();
    pass->logitRow[row] = word;
  } else if (threadIdx.x == 65) {
    i64 word = ((const volatile i64 *)host->logits)[row];
    wait_for_inputs();
    ((i64 *)pass->logits)[row] = word;
  } else if (row == 0 && threadIdx.x >= 96 && threadIdx.x < 101) {
    i64 word = ((const volatile i64 *)host)[threadIdx.x - 96];
    wait_for_inputs();
    ((i64 *)pass)[threadIdx.x - 96] = word;
  } else {
    wait_for_inputs();
  }
  __syncthreads();
  float *hidden = room.hidden + row * shape.hiddenStride;
#pragma unroll 1
  for (int i = threadIdx.x; i < shape.hidden; i += blockDim.x) {
    float value;
    if (embedding.kind == I8) {
      i64 piece = token / TILE * chunks_of(shape.hidden) + i / CHUNK;
      value = (float)((const signed char *)embedding.weights)[
                  (piece * TILE + token % TILE) * CHUNK + i % CHUNK] * embedding.scales[token];
    } else {
      value = element(embedding.kind, embedding.weights,
                      (token / TILE * embedding.columns + i) * TILE + token % TILE);
    }
    hidden[i] = value;
  }
#pragma unroll 1
  for (int i = threadIdx.x; i < 2 * shape.layers; i += blockDim.x) {
    room.peaks[i * ROW_LIMIT + row] = 0;
  }
}

// MARK: Norm

// Sums over 16 lanes, then a tree; by the first 16 threads of the block.
template <bool SQUARES> DEVICE float lane_sum(const float *x, int count, float mean) {
  float sum = 0.0f;
#pragma unroll 8
  for (int i = threadIdx.x; i < count; i += LANES) {
    float value = x[i];
    if (SQUARES) {
      value = value - mean;
      sum = fma(value, value, sum);
    } else {
      sum = sum + value;
    }
  }
  for (int half = LANES / 2; half > 0; half /= 2) {
    sum = sum + __shfl_down_sync(0xFFFFu, sum, half, LANES);
  }
  return sum;
}

DEVICE float scale_of(float mean) {
  return mean > 0x1.fffffep+127f ? NOT_A_NUMBER : __fdiv_rn(1.0f, __fsqrt_rn(mean));
}

// A copy of a vector in shared memory: each thread copies what it reads itself.
DEVICE const float *keep(const float *from, int count, float *&room) {
  if (!from) return 0;
  float *to = room;
#pragma unroll 1
  for (int i = threadIdx.x; i < count; i += blockDim.x) to[i] = from[i];
  room += count;
  return to;
}

// What a norm reads besides the position, fetched before its inputs are there.
struct NormInputs {
  const float *weight;
  const float *bias;
  Matrix before;  // whose sums are added to the residual stream; without weights: none

  // Takes room in shared memory.
  DEVICE_MEMBER NormInputs(const Norm &norm, const Matrix &before, int width, float *&room)
      : weight(keep(norm.weight, width, room)), bias(keep(norm.bias, width, room)), before(before) {
    if (!before.weights) return;
    this->before.scales = keep(before.scales, width, room);
    this->before.bias = keep(before.bias, width, room);
  }
};

// Adds the layer before to the residual stream of a position and norms it into `x`, by all threads.
//
// `layer`: the norm's; `writes`: whether this block keeps the sum. Returns how x is quantised.
DEVICE Quanta norm_position(const Room &room, const Shape &shape, const NormInputs &inputs,
                            u32 epsilon, int row, i64 layer, bool writes, i64 planes, float *x) {
  __shared__ float scale, mean;
  __shared__ u32 scratch[16];
  int width = (int)shape.hidden;
  const Matrix &before = inputs.before;
  bool adds = before.weights != 0;
  // Layer l finds the stream after layer l - 2 and leaves that after layer l - 1.
  i64 side = ROW_LIMIT * shape.hiddenStride, offset = row * shape.hiddenStride;
  const float *from = room.hidden + (layer > 0 ? (layer - 1) % 2 : 0) * side + offset;
  float *to = room.hidden + layer % 2 * side + offset;
  const int *sums = room.output + offset;
  i64 planeStride = before.planes == 2 ? ROW_LIMIT * shape.hiddenStride : 0;
  u32 peak = adds ? load(&room.peaks[(2 * layer - 1) * ROW_LIMIT + row]) : 0;
  const int BATCH = 4;
#pragma unroll 1
  for (int start = threadIdx.x; start < width; start += BATCH * blockDim.x) {
    float value[BATCH];
    int high[BATCH], low[BATCH];
#pragma unroll
    for (int j = 0; j < BATCH; j++) {
      int i = start + j * blockDim.x;
      if (i >= width) break;
      value[j] = load(from + i);
      if (!adds) continue;
      high[j] = load(sums + i);
      low[j] = load(sums + planeStride + i);
    }
    float quantum = quanta_of(peak, before.planes).scale;
#pragma unroll
    for (int j = 0; j < BATCH; j++) {
      int i = start + j * blockDim.x;
      if (i >= width) break;
      if (adds) {
        value[j] = add_product(value[j], true, before, high[j], low[j], quantum, i);
        if (writes) to[i] = value[j];
      }
      x[i] = value[j];
    }
  }
  __syncthreads();
  if (threadIdx.x < LANES) {
    float m = 0.0f;
    if (inputs.bias) m = __fdiv_rn(lane_sum<false>(x, width, 0.0f), __int2float_rn(width));
    // Of lane 0 alone the tree is whole.
    m = __shfl_sync(0xFFFFu, m, 0, LANES);
    float square = __fdiv_rn(lane_sum<true>(x, width, m), __int2float_rn(width)) +
                   __uint_as_float(epsilon);
    if (threadIdx.x == 0) {
      mean = m;
      scale = scale_of(square);
    }
  }
  __syncthreads();
  peak = 0;
#pragma unroll 1
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    float value = inputs.bias ? fma((x[i] - mean) * scale, inputs.weight[i], inputs.bias[i])
                              : x[i] * scale * inputs.weight[i];
    x[i] = value;
    u32 bits = magnitude_bits(value);
    peak = bits > peak ? bits : peak;
  }
  peak = warp_max(peak);
  if (threadIdx.x % WARP == 0) scratch[threadIdx.x / WARP] = peak;
  __syncthreads();
  peak = threadIdx.x % WARP < blockDim.x / WARP ? scratch[threadIdx.x % WARP] : 0;
  return quanta_of(warp_max(peak), planes);
}

// Four of a normed position's integers.
DEVICE u32 normed4(const float *x, int width, int word, Quanta quanta, i64 planes, int plane) {
  u32 quarter[4];
#pragma unroll
  for (int j = 0; j < 4; j++) {
    int i = word * 4 + j;
    float value = i < width && quanta.inverse > 0.0f ? x[i] : 0.0f;
    quarter[j] = quantum(value, quanta.inverse, planes, plane);
  }
  return packed(quarter[0], quarter[1], quarter[2], quarter[3]);
}

// Norms positions for `next`, a block each. `layer`: how many stand before; `before`: the last of
// them, or null. `selected`: whether block i has position logitRow[i].
KERNEL void __launch_bounds__(512) norm_rows(
    const __grid_constant__ Room room, const __grid_constant__ Shape shape,
    const __grid_constant__ Norm norm, const __grid_constant__ Matrix before,
    const __grid_constant__ Matrix next, i64 layer, i64 selected) {
  SHARED_MEMORY(float, x);  // [hidden], then the vectors that are kept
  // The first norm lets the others start once the pass is described: they read it before they wait.
  if (layer == 0) wait_for_inputs();
  let_next_start();
  int place = blockIdx.x, width = (int)shape.hidden;
  int row = selected ? (int)load(&room.pass->logitRow[place]) : place;
  float *kept = x + width;
  NormInputs inputs(norm, before, width, kept);
  if (layer > 0) wait_for_inputs();
  Quanta quanta = norm_position(
      room, shape, inputs, (u32)norm.epsilon, row, layer, true, next.planes, x);
  if (next.kind != I8) {
    float *floats = (float *)room.act + place * shape.hiddenStride;
#pragma unroll 1
    for (int i = threadIdx.x; i < width; i += blockDim.x) floats[i] = x[i];
    return;
  }
  int stride = chunks_of(width) * CHUNK;
#pragma unroll 1
  for (int plane = 0; plane < next.planes; plane++) {
    u32 *words = (u32 *)(room.act + ((i64)plane * ROW_LIMIT + place) * stride);
#pragma unroll 1
    for (int word = threadIdx.x; word < stride / 4; word += blockDim.x) {
      words[word] = normed4(x, width, word, quanta, next.planes, plane);
    }
  }
  if (threadIdx.x == 0) room.actScale[place] = quanta.scale;
}

// MARK: Input

// How a product is cut.
struct Cut {
  i64 tiles;         // of a block
  i64 slices;        // parts of the columns; the blocks that have them add their sums up
  i64 stagedPieces;  // chunks of tiles that a warp fetches ahead
};

// Where the positions of a layer lie: `column` is 0 for raw inputs, inner for x.
DEVICE void locate(const Pass *pass, i64 first, int rows, i64 layer, i64 column, float **table) {
#pragma unroll 1
  for (int i = threadIdx.x; i < rows; i += blockDim.x) {
    const Row *row = &pass->row[first + i];
    table[i] = load_pointer(&row->record) + layer * load(&row->layerStride) + column;
  }
}

static const int TAIL_SEGMENTS = 8;  // whose tails an input kernel fetches ahead

// What a wide input kernel does with its sums. A thread has some rows, and every so many positions.
struct WideInput {
  const int *sums;     // [planes][parts][rows][block rows]
  int parts, planes, rows, blockRows, channels;
  const float *rowScale;
  const float *rowBias;  // or null
  const float *scales;   // of positions
  float *const *records;  // from the block's first row on
  float *gate;            // [rows][inner], from the block's first row on
  int inner;

  DEVICE_MEMBER float value(int position, int row) const {
    int high = 0, low = 0, place = position * blockRows + row, stride = rows * blockRows;
#pragma unroll 1
    for (int part = 0; part < parts; part++) {
      high += sums[part * stride + place];
      if (planes == 2) low += sums[(parts + part) * stride + place];
    }
    return add_sums(0.0f, false, planes, high, low, scales[position], rowScale[row],
                    rowBias ? rowBias + row : 0);
  }

  // Threads that have the channels of one position, and are parts of warps.
  DEVICE_MEMBER int lanes() const { return channels <= 8 ? 8 : channels <= 16 ? 16 : 32; }

  // Leaves the inputs of the convolution in `raw` too, [rows][block rows].
  DEVICE_MEMBER void finish(float *raw) const {
    int lanes = this->lanes();
#pragma unroll 1
    for (int row = threadIdx.x % lanes; row < channels; row += lanes) {
#pragma unroll 2
      for (int position = threadIdx.x / lanes; position < rows; position += blockDim.x / lanes) {
        float value = this->value(position, row);
        records[position][row] = value;
        raw[position * blockRows + row] = value;
      }
    }
  }

  DEVICE_MEMBER void finish_gate() const {
    int lanes = this->lanes();
#pragma unroll 1
    for (int row = channels + threadIdx.x % lanes; row < 2 * channels; row += lanes) {
#pragma unroll 4
      for (int position = threadIdx.x / lanes; position < rows; position += blockDim.x / lanes) {
        gate[position * inner + row] = value(position, row);
      }
    }
  }

  // The same of segments of one position each, whose convolution over four inputs follows at once and whose
  // tails move on.
  DEVICE_MEMBER void finish_ones(const float *taps, float *const *tails, const int *keepsTail, u32 *peaks,
                                 int existing) const {
    const int BATCH = 4, KEPT = FOUR_TAPS - 1;
    int lanes = this->lanes(), each = blockDim.x / lanes;
#pragma unroll 1
    for (int start = 0; start < channels; start += lanes) {
      int row = start + threadIdx.x % lanes, channel = min(row, channels - 1);
#pragma unroll 1
      for (int first = threadIdx.x / lanes; first - (int)threadIdx.x / lanes < rows; first += BATCH * each) {
        float tail[BATCH][KEPT], value[BATCH], x[BATCH];
        u32 peak[BATCH];
#pragma unroll
        for (int j = 0; j < BATCH; j++) {
          const float *from = tails[min(first + j * each, rows - 1)] + channel;
#pragma unroll
          for (int tap = 0; tap < KEPT; tap++) tail[j][tap] = load(from + tap * inner);
        }
#pragma unroll
        for (int j = 0; j < BATCH; j++) {
          value[j] = this->value(min(first + j * each, rows - 1), channel);
          x[j] = taps[FOUR_TAPS * blockRows + channel];
#pragma unroll
          for (int tap = 0; tap < FOUR_TAPS; tap++) {
            x[j] = fma(taps[tap * blockRows + channel], tap < KEPT ? tail[j][tap] : value[j], x[j]);
          }
        }
#pragma unroll
        for (int j = 0; j < BATCH; j++) {
          x[j] = silu_of(x[j]);
          peak[j] = row < min(channels, existing) ? magnitude_bits(x[j]) : 0;
        }
#pragma unroll
        for (int j = 0; j < BATCH; j++) {
          int position = first + j * each;
          if (position >= rows || row >= channels) continue;
          records[position][row] = value[j];
          records[position][inner + row] = x[j];
          if (keepsTail[position]) continue;
          float *to = tails[position] + row;
#pragma unroll
          for (int tap = 0; tap < KEPT; tap++) to[tap * inner] = tap < KEPT - 1 ? tail[j][tap + 1] : value[j];
        }
#pragma unroll 1
        for (int half = lanes / 2; half > 0; half /= 2) {
#pragma unroll
          for (int j = 0; j < BATCH; j++) {
            peak[j] = max(peak[j], __shfl_xor_sync(0xFFFFFFFFu, peak[j], half));
          }
        }
#pragma unroll
        for (int j = 0; j < BATCH; j++) {
          int position = first + j * each;
          if (threadIdx.x % lanes == 0 && position < rows) atomicMax(&peaks[position], peak[j]);
        }
      }
    }
  }
};

// in_proj, and the convolution on the channels whose rows this block has.
//
// `fuses`: whether each block norms the positions for itself, which `before` belongs to; else a
// kernel did.
template <int P> DEVICE void run_input(
    const Room &room, const Shape &shape, const Layer &layer, i64 index, const Cut &cut,
    int rows, i64 zeroed, const Matrix &before, bool fuses) {
  SHARED_MEMORY(char, memory);
  __shared__ float *records[ROW_LIMIT];
  __shared__ float *firstRecords[ROW_LIMIT];  // from the block's first row on
  __shared__ float *tails[ROW_LIMIT];         // by position
  __shared__ int indices[ROW_LIMIT];   // of positions in their segments
  __shared__ int owners[ROW_LIMIT];
  __shared__ int recorded[ROW_LIMIT];
  __shared__ float scales[ROW_LIMIT];
  __shared__ u32 peaks[ROW_LIMIT];
  const Matrix &matrix = layer.input;
  int warps = blockDim.x / WARP, warp = threadIdx.x / WARP;
  int allTiles = (int)(matrix.rows / TILE), firstTile = blockIdx.x * (int)cut.tiles;
  int tiles = min((int)cut.tiles, allTiles - firstTile), firstRow = firstTile * TILE;
  // With many positions the convolution takes as long as the product: each block has rows of x and as many
  // of the gate.
  const bool isMixed = is_wide<P>() && matrix.kind == I8;
  if (isMixed) {
    firstTile = blockIdx.x * (int)cut.tiles / 2;
    firstRow = firstTile * TILE;
    tiles = 2 * min((int)cut.tiles / 2, (int)shape.innerStride / TILE - firstTile);
  }
  int blockRows = (int)cut.tiles * TILE, ownRows = tiles * TILE;
  // As the first norm does.
  if (fuses && index == 0) wait_for_inputs();
  let_next_start();

  const bool isWide = is_wide<P>();
  int chunks = chunks_of(matrix.columns), per = isWide ? chunks : (chunks + warps - 1) / warps;
  int firstChunk = isWide ? 0 : min(warp * per, chunks), count = min(per, chunks - firstChunk);
  char *staged = memory + (isWide ? 0 : warp * cut.stagedPieces * PIECE);
  Weights weights = {matrix.weights + (i64)firstTile * chunks * PIECE, chunks, staged,
                     min((isWide ? warps : 1) * (int)cut.stagedPieces, tiles * count)};
  if (isMixed) {
    weights.split = tiles / 2;
    weights.jump = (int)shape.innerStride / TILE - tiles / 2;
  }
  if (matrix.kind == I8) {
    if (isWide) stage_block(weights, staged, tiles, 0, weights.stagedCount);
    else stage(weights, staged, tiles, firstChunk, weights.stagedCount);
  }

  int planes = (int)matrix.planes, planeStride = rows * blockRows;
  // Parts of the chunks, whose sums stand apart.
  const int parts = isWide && matrix.kind == I8 ? WIDE_WARPS / (P / 16) : 1;
  int inner = (int)shape.innerStride, width = (int)shape.taps;
  int channels = isMixed ? ownRows / 2 : max(0, min(ownRows, inner - firstRow));
  int *sums = (int *)(memory + warps * cut.stagedPieces * PIECE);  // [planes][parts][rows][block rows]
  float *raw = (float *)(sums + planes * parts * planeStride);
  float *rowScale = raw + planeStride, *rowBias = rowScale + blockRows;
  float *taps = rowBias + blockRows;           // [taps][block rows], then the bias
  float *tailValues = taps + (width + 1) * blockRows;  // [segments][taps - 1][block rows]
  if (!isWide) {
#pragma unroll 1
    for (int i = threadIdx.x; i < planes * planeStride; i += blockDim.x) sums[i] = 0;
  }
#pragma unroll 1
  for (int i = threadIdx.x; i < ownRows; i += blockDim.x) {
    int row = firstRow + i + (isMixed && i >= channels ? inner - channels : 0);
    if (matrix.scales) rowScale[i] = matrix.scales[row];
    if (matrix.bias) rowBias[i] = matrix.bias[row];
  }
#pragma unroll 1
  for (int i = threadIdx.x; i < (width + 1) * channels; i += blockDim.x) {
    int tap = i / channels, channel = i % channels;
    taps[tap * blockRows + channel] =
        tap < width ? layer.convolution[tap * inner + firstRow + channel]
        : layer.convolutionBias ? layer.convolutionBias[firstRow + channel] : 0.0f;
  }
  const Pass *pass = room.pass;
  int segments = (int)load(&pass->segments);
  i64 tailOffset = index * (width - 1) * inner + firstRow;
#pragma unroll 1
  for (int i = threadIdx.x; i < rows; i += blockDim.x) {
    const Row *row = &pass->row[i];
    records[i] = load_pointer(&row->record) + index * load(&row->layerStride);
    firstRecords[i] = records[i] + firstRow;
    indices[i] = (int)load(&row->index);
    owners[i] = (int)load(&row->segment);
    tails[i] = load_pointer(&pass->segment[owners[i]].tails) + tailOffset;
    recorded[i] = load(&pass->segment[owners[i]].isRecorded) != 0;
    peaks[i] = 0;
  }
  // Positions that need nothing of one another are finished at once.
  const bool areOnes = isWide && segments == rows && width == FOUR_TAPS && matrix.kind == I8;
  bool keepsTails = segments <= TAIL_SEGMENTS;
  int tailRows = keepsTails ? segments * (width - 1) : 0, stride = chunks * CHUNK;
  char *act = (char *)(tailValues + tailRows * blockRows);  // [planes][rows][stride]
  char *rings = act + warp * RING_BYTES;                    // of a wide pass
  float *normed = (float *)(act + (fuses ? planes * rows * stride : 0));
  float *kept = normed + shape.hidden;
  if (keepsTails) {
#pragma unroll 1
    for (int i = threadIdx.x; i < segments * (width - 1) * channels; i += blockDim.x) {
      int segment = i / ((width - 1) * channels), tap = i / channels % (width - 1), channel = i % channels;
      tailValues[(segment * (width - 1) + tap) * blockRows + channel] =
          load(load_pointer(&pass->segment[segment].tails) + tailOffset + tap * inner + channel);
    }
  }
  Matrix local = matrix;
  if (matrix.scales) local.scales = rowScale;
  if (matrix.bias) local.bias = rowBias;
  NormInputs norm = fuses ? NormInputs(layer.norm, before, (int)shape.hidden, kept)
                          : NormInputs(Norm(), Matrix(), 0, kept);
  __syncthreads();

  if (!fuses || index > 0) wait_for_inputs();
  if (fuses) {
#pragma unroll 1
    for (int row = 0; row < rows; row++) {
      Quanta quanta = norm_position(room, shape, norm, (u32)layer.norm.epsilon, row, index,
                                    blockIdx.x == 0, planes, normed);
#pragma unroll 1
      for (int plane = 0; plane < planes; plane++) {
        u32 *words = (u32 *)(act + (plane * rows + row) * stride);
#pragma unroll 1
        for (int word = threadIdx.x; word < stride / 4; word += blockDim.x) {
          words[word] = normed4(normed, (int)shape.hidden, word, quanta, planes, plane);
        }
      }
      if (threadIdx.x == 0) scales[row] = quanta.scale;
      __syncthreads();
    }
    wait_for_copies();
#pragma unroll 1
    for (int plane = 0; plane < planes; plane++) {
      ByteActs<true> acts = {act + plane * rows * stride, stride, rows};
      int *to = sums + plane * planeStride;
      multiply<P>(weights, tiles, firstChunk, count, acts, rows, [&](int row, int position, int sum) {
        atomicAdd(&to[position * blockRows + row], sum);
      });
    }
  } else if (matrix.kind == I8) {
#pragma unroll 1
    for (int i = threadIdx.x; i < rows; i += blockDim.x) scales[i] = load(&room.actScale[i]);
    wait_for_copies();
    if (isWide) __syncthreads();
#pragma unroll 1
    for (int plane = 0; plane < planes; plane++) {
      ByteActs<false> acts = {room.act + (i64)plane * ROW_LIMIT * stride, stride, rows};
      int *to = sums + plane * parts * planeStride;
      if constexpr (is_wide<P>()) {
        RingActs ring = {acts.data, stride, rings};
        multiply_wide<P>(weights, tiles, 0, count, 1, ring, rows, [&](int part, int row, int position, int sum,
                                                                      int next) {
          // Of an even row.
          *(u64 *)&to[part * planeStride + position * blockRows + row] = (u64)(u32)next << 32 | (u32)sum;
        });
      } else {
        multiply<P>(weights, tiles, firstChunk, count, acts, rows, [&](int row, int position, int sum) {
          atomicAdd(&to[position * blockRows + row], sum);
        });
      }
    }
  } else {
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * ownRows; i += blockDim.x) {
      int row = i % ownRows, position = i / ownRows;
      const float *x = (const float *)room.act + position * shape.hiddenStride;
      sums[position * blockRows + row] = __float_as_int(chain(matrix, firstRow + row, x));
    }
  }
#pragma unroll 1
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < zeroed; i += gridDim.x * blockDim.x) {
    room.select[i] = 0;
  }
  __syncthreads();

  if (isWide && matrix.kind == I8) {
    WideInput finish = {sums, parts, planes, rows, blockRows, channels, rowScale,
                        matrix.bias ? rowBias : 0, scales, firstRecords, room.gate + firstRow - channels, inner};
    if (areOnes) {
      finish.finish_ones(taps, tails, recorded, peaks, (int)shape.inner - firstRow);
      finish.finish_gate();
      __syncthreads();
      if (threadIdx.x < rows) {
        atomicMax(&room.peaks[2 * index * ROW_LIMIT + threadIdx.x], peaks[threadIdx.x]);
      }
      return;
    }
    finish.finish(raw);
    finish.finish_gate();
  } else {
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * ownRows; i += blockDim.x) {
      int position = rows == 1 ? 0 : i / ownRows, row = i - position * ownRows;
      int place = position * blockRows + row;
      int low = planes == 2 ? sums[planeStride + place] : 0;
      float value = add_product(0.0f, false, local, sums[place], low, scales[position], row);
      if (row >= channels) {
        room.gate[(i64)position * inner + firstRow + row - inner] = value;
      } else {
        records[position][firstRow + row] = value;
        raw[place] = value;
      }
    }
  }
  if (channels == 0) return;
  __syncthreads();

#pragma unroll 1
  for (int i = threadIdx.x; i < rows * channels; i += blockDim.x) {
    int position = rows == 1 ? 0 : i / channels, channel = i - position * channels;
    int at = indices[position];
    float sum = taps[width * blockRows + channel];
    // Where the inputs of the window and those before it lie, `blockRows` apart.
    const float *own = raw + (position - (width - 1)) * blockRows + channel;
    const float *kept = tailValues + (owners[position] * (width - 1) + at) * blockRows + channel;
#pragma unroll 4
    for (int j = 0; j < width; j++) {
      float input;
      if (keepsTails || at + j >= width - 1) {
        input = *((at + j >= width - 1 ? own : kept) + j * blockRows);
      } else {
        input = load(tails[position] + (at + j) * inner + channel);
      }
      sum = fma(taps[j * blockRows + channel], input, sum);
    }
    float x = silu_of(sum);
    records[position][inner + firstRow + channel] = x;
    if (firstRow + channel < shape.inner) atomicMax(&peaks[position], magnitude_bits(x));
  }
  __syncthreads();
#pragma unroll 1
  for (int i = threadIdx.x; i < rows; i += blockDim.x) {
    atomicMax(&room.peaks[2 * index * ROW_LIMIT + i], peaks[i]);
  }

  // Windows that stand at once move their tails on.
#pragma unroll 1
  for (int i = threadIdx.x; i < segments * channels; i += blockDim.x) {
    const Segment *segment = &pass->segment[i / channels];
    if (load(&segment->isRecorded)) continue;
    int channel = i % channels, first = (int)load(&segment->first), count = (int)load(&segment->count);
    float *tail = load_pointer(&segment->tails) + tailOffset + channel;
#pragma unroll 1
    for (int row = 0; row < width - 1; row++) {
      int from = row + count;
      tail[row * inner] = from < width - 1
                              ? load(tail + from * inner)
                              : raw[(first + from - (width - 1)) * blockRows + channel];
    }
  }
}

// MARK: Select

// x_proj. A block has a slice of the columns for some tiles of rows, which its warps share out;
// blocks add up.
template <int P> DEVICE void run_select(
    const Room &room, const Shape &shape, const Layer &layer, i64 index, const Cut &cut, int rows) {
  SHARED_MEMORY(char, memory);
  __shared__ float *table[ROW_LIMIT];
  const Matrix &matrix = layer.select;
  int warps = blockDim.x / WARP, warp = threadIdx.x / WARP, inner = (int)shape.innerStride;
  int allTiles = (int)(matrix.rows / TILE), chunks = chunks_of(matrix.columns);
  let_next_start();

  int groupBegin = min((int)(blockIdx.y * cut.tiles), allTiles);
  int groupEnd = min(groupBegin + (int)cut.tiles, allTiles);
  const bool isWide = is_wide<P>();
  int per = isWide ? (int)cut.tiles : ((int)cut.tiles + warps - 1) / warps;
  int firstTile = isWide ? groupBegin : min(groupBegin + warp * per, groupEnd);
  int tiles = min(per, groupEnd - firstTile);
  int slice = (chunks + (int)cut.slices - 1) / (int)cut.slices;
  int firstChunk = min((int)blockIdx.x * slice, chunks), count = min(slice, chunks - firstChunk);
  char *staged = memory + (isWide ? 0 : warp * cut.stagedPieces * PIECE);
  Weights weights = {matrix.weights + (i64)firstTile * chunks * PIECE, chunks, staged,
                     min((isWide ? warps : 1) * (int)cut.stagedPieces, tiles * count)};
  if (matrix.kind == I8) {
    if (isWide) stage_block(weights, staged, tiles, firstChunk, weights.stagedCount);
    else stage(weights, staged, tiles, firstChunk, weights.stagedCount);
  }
  locate(room.pass, 0, rows, index, inner, table);
  __syncthreads();

  wait_for_inputs();
  if (matrix.kind != I8) {
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * TILE; i += blockDim.x) {
      int row = blockIdx.x * TILE + i % TILE, position = i / TILE;
      room.select[position * matrix.rows + row] = __float_as_int(chain(matrix, row, table[position]));
    }
    return;
  }
  wait_for_copies();
#pragma unroll 1
  for (int plane = 0; plane < matrix.planes; plane++) {
    const u32 *peaks = room.peaks + 2 * index * ROW_LIMIT;
    int *to = room.select + plane * ROW_LIMIT * matrix.rows + firstTile * TILE;
    int toStride = (int)matrix.rows;
    if constexpr (is_wide<P>()) {
      multiply_slice<P>(weights, tiles, firstChunk, count, table, peaks, rows, inner, matrix.planes, plane,
                        memory + warps * cut.stagedPieces * PIECE, to, toStride);
    } else {
      FloatActs acts = {table, peaks, inner, rows, (int)matrix.planes, plane};
      multiply<P>(weights, tiles, firstChunk, count, acts, rows, [&](int row, int position, int sum) {
        atomicAdd(&to[position * toStride + row], sum);
      });
    }
  }
}

// MARK: Scan

static const int SCAN_ROWS = 16;  // positions that are taken together at most

// Each step halves the positions and the lanes that have parts of their sums.
template <int HALF> DEVICE void halve(int parts[LANES], int lane) {
  bool isUpper = (lane & HALF) != 0;
#pragma unroll
  for (int i = 0; i < HALF; i++) {
    int sent = isUpper ? parts[i] : parts[i + HALF];
    int kept = isUpper ? parts[i + HALF] : parts[i];
    parts[i] = kept + __shfl_xor_sync(0xFFFFFFFFu, sent, HALF, LANES);
  }
}

// The sum over 16 lanes of what each has for position i, in lane i.
DEVICE int sum_of_own(int parts[LANES], int lane) {
  halve<8>(parts, lane);
  halve<4>(parts, lane);
  halve<2>(parts, lane);
  halve<1>(parts, lane);
  return parts[0];
}

// dt_proj, softplus, the scan and the gate, on 16 channels of one segment; a thread is a channel and
// one of 16 lanes, which is in turn a part of the columns, a state value and a position.
KERNEL void __launch_bounds__(256, 4) scan(
    const __grid_constant__ Room room, const __grid_constant__ Shape shape,
    const __grid_constant__ Layer layer, i64 index, i64 together, i64 zeroed) {
  SHARED_MEMORY(float, small_memory);
  __shared__ float *records[ROW_LIMIT];
  __shared__ float selectScales[ROW_LIMIT];
  __shared__ float stepScales[SCAN_ROWS];
  __shared__ float steps[SCAN_ROWS][LANES + 1];
  __shared__ float inputs[SCAN_ROWS][LANES + 1];
  __shared__ float gates[SCAN_ROWS][LANES + 1];
  __shared__ u32 peaks[ROW_LIMIT];
  const Matrix &select = layer.select, &matrix = layer.timeStep;
  int size = (int)shape.stateSize, rank = (int)shape.rank, inner = (int)shape.innerStride;
  int lane = threadIdx.x % LANES, local = threadIdx.x / LANES;
  int channel = blockIdx.x * LANES + local, columns = rank + 2 * size;
  int chunks = chunks_of(matrix.columns), planes = (int)matrix.planes;
  int stride = columns | 1, limit = (int)together;
  float *small = small_memory;              // [positions][step size, B, C]
  float *values = small + limit * stride;     // [channels][positions][state]
  u32 *words = (u32 *)(values + LANES * limit * (size + 1));  // [planes][positions][chunks][16]
  int wordStride = chunks * CHUNK / 4;
  float *selectScale = (float *)(words + planes * limit * wordStride), *selectBias = selectScale + columns;
  let_next_start();

  const char *row = matrix.weights + ((i64)(channel / TILE) * chunks * TILE + channel % TILE) * CHUNK;
  u32 ahead0 = 0, ahead1 = 0;
  if (matrix.kind == I8) {
    ahead0 = *(const u32 *)(row + lane * 4);
    if (chunks > 1) ahead1 = *(const u32 *)(row + PIECE + lane * 4);
  }
  float decay0 = lane < size ? layer.decay[(i64)channel * size + lane] : 0.0f;
  float skip = layer.skip[channel];
  float ownScale = matrix.scales ? matrix.scales[channel] : 0.0f;
  float ownBias = matrix.bias ? matrix.bias[channel] : 0.0f;
#pragma unroll 1
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    if (select.scales) selectScale[i] = select.scales[i];
    if (select.bias) selectBias[i] = select.bias[i];
  }
  Matrix localSelect = select, localStep = matrix;
  if (select.scales) localSelect.scales = selectScale;
  if (select.bias) localSelect.bias = selectBias;
  if (matrix.scales) localStep.scales = &ownScale;
  if (matrix.bias) localStep.bias = &ownBias;
  const Segment *segment = &room.pass->segment[blockIdx.y];
  int first = (int)load(&segment->first), count = (int)load(&segment->count);
  bool isRecorded = load(&segment->isRecorded) != 0;
  i64 stateOffset = (index * inner + channel) * size;
  const float *before = load_pointer(&segment->scanIn) + stateOffset;
  float *after = load_pointer(&segment->scanOut) + stateOffset;
  float state0 = lane < size ? load(before + lane) : 0.0f;
  locate(room.pass, first, count, index, 0, records);
#pragma unroll 1
  for (int i = threadIdx.x; i < count; i += blockDim.x) peaks[i] = 0;
  __syncthreads();

  wait_for_inputs();
#pragma unroll 1
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    u32 peak = load(&room.peaks[2 * index * ROW_LIMIT + first + i]);
    selectScales[i] = quanta_of(peak, select.planes).scale;
  }
#pragma unroll 1
  for (int start = 0; start < count; start += limit) {
    int rows = min(limit, count - start);
    // A thread has one input and one gate, and the first of its sums.
    int position0 = threadIdx.x / LANES;
    if (position0 < rows) {
      inputs[position0][lane] = load(records[start + position0] + inner + blockIdx.x * LANES + lane);
      i64 place = (i64)(first + start + position0) * inner + blockIdx.x * LANES + lane;
      gates[position0][lane] = load(room.gate + place);
    }
    const int *sums = room.select + (first + start) * select.rows;
    const int *lowSums = sums + (select.planes == 2 ? ROW_LIMIT * select.rows : 0);
    // A warp has every 8th position.
    int warps = blockDim.x / WARP, warp = threadIdx.x / WARP;
    const int BATCH = 5;
    int high[BATCH] = {}, low[BATCH] = {};
    auto fetch = [&](int position, int first) {
#pragma unroll
      for (int j = 0; j < BATCH; j++) {
        int column = first + j * WARP + threadIdx.x % WARP;
        if (position >= rows || column >= columns) break;
        high[j] = load(sums + position * select.rows + column);
        low[j] = load(lowSums + position * select.rows + column);
      }
    };
    fetch(warp, 0);
    // The scales of the positions are there.
    __syncthreads();
#pragma unroll 1
    for (int position = warp; position < rows; position += warps) {
#pragma unroll 1
      for (int first = 0; first < columns; first += BATCH * WARP) {
        if (position > warp || first > 0) fetch(position, first);
#pragma unroll
        for (int j = 0; j < BATCH; j++) {
          int column = first + j * WARP + threadIdx.x % WARP;
          if (column >= columns) break;
          small[position * stride + column] = add_product(
              0.0f, false, localSelect, high[j], low[j], selectScales[start + position], column);
        }
      }
    }
    __syncthreads();
    // The step sizes are quantised, a warp a position.
    if (matrix.kind == I8) {
#pragma unroll 1
      for (int position = threadIdx.x / WARP; position < rows; position += blockDim.x / WARP) {
        const float *x = small + position * stride;
        u32 peak = 0;
#pragma unroll 1
        for (int i = threadIdx.x % WARP; i < rank; i += WARP) {
          u32 bits = magnitude_bits(x[i]);
          peak = bits > peak ? bits : peak;
        }
        Quanta quanta = quanta_of(warp_max(peak), planes);
        if (threadIdx.x % WARP == 0) stepScales[position] = quanta.scale;
#pragma unroll 1
        for (int plane = 0; plane < planes; plane++) {
#pragma unroll 1
          for (int word = threadIdx.x % WARP; word < wordStride; word += WARP) {
            u32 quarter[4];
#pragma unroll 1
            for (int j = 0; j < 4; j++) {
              int i = word * 4 + j;
              float value = i < rank && quanta.inverse > 0.0f ? x[i] : 0.0f;
              quarter[j] = quantum(value, quanta.inverse, planes, plane);
            }
            words[(plane * limit + position) * wordStride + word] =
                packed(quarter[0], quarter[1], quarter[2], quarter[3]);
          }
        }
      }
      __syncthreads();
    }
    // A channel's 16 lanes share out the columns of its step size, then the positions.
    int highSum = 0, lowSum = 0;
    if (matrix.kind == I8) {
#pragma unroll 1
      for (int plane = 0; plane < planes; plane++) {
        const u32 *x = words + plane * limit * wordStride + lane;
        auto part = [&](int position) {
          const u32 *own = x + position * wordStride;
          int sum = dp4a((int)ahead0, (int)own[0], 0);
          if (chunks > 1) sum = dp4a((int)ahead1, (int)own[CHUNK / 4], sum);
#pragma unroll 1
          for (int k = 2; k < chunks; k++) {
            sum = dp4a(*(const int *)(row + k * PIECE + lane * 4), (int)own[k * CHUNK / 4], sum);
          }
          return sum;
        };
        int sum;
        {
          int parts[LANES];
#pragma unroll
          for (int i = 0; i < LANES; i++) parts[i] = i < rows ? part(i) : 0;
          sum = sum_of_own(parts, lane);
        }
        if (plane == 0) highSum = sum; else lowSum = sum;
      }
    } else if (lane < rows) {
      float sum = 0.0f;
      i64 base = (i64)channel / TILE * rank * TILE + channel % TILE;
#pragma unroll 1
      for (int k = 0; k < rank; k++) {
        sum = fma(element(matrix.kind, matrix.weights, base + k * TILE), small[lane * stride + k], sum);
      }
      highSum = __float_as_int(sum);
    }
    if (lane < rows) {
      float scale = matrix.kind == I8 ? stepScales[lane] : 0.0f;
      float step = softplus_of(add_product(0.0f, false, localStep, highSum, lowSum, scale, 0));
      steps[lane][local] = step;
      if (isRecorded) records[start + lane][2 * inner + channel] = step;
    }
    __syncwarp();
    // Each lane has a state value of its channel.
#pragma unroll 1
    for (int n = lane; n < size; n += LANES) {
      float decay = n < LANES ? decay0 : layer.decay[(i64)channel * size + n];
      float state = n < LANES ? state0 : load((start == 0 ? before : after) + n);
#pragma unroll 4
      for (int position = 0; position < rows; position++) {
        float dt = steps[position][local], x = inputs[position][local];
        state = advance(state, dt, dt * x, decay, small[position * stride + rank + n]);
        values[(local * limit + position) * (size + 1) + n] = state;
      }
      if (n < LANES) state0 = state;
      after[n] = state;
    }
    __syncwarp();
    // Then a lane has a position: its sum runs over the state in order.
    if (lane < rows) {
      float sum = 0.0f;
      const float *value = values + (local * limit + lane) * (size + 1);
      const float *c = small + lane * stride + rank + size;
#pragma unroll 8
      for (int n = 0; n < size; n++) sum = fma(value[n], c[n], sum);
      sum = fma(skip, inputs[lane][local], sum);
      float y = sum * silu_of(gates[lane][local]);
      room.scanned[(i64)(first + start + lane) * inner + channel] = y;
      if (channel < shape.inner) atomicMax(&peaks[start + lane], magnitude_bits(y));
    }
    if (isRecorded && blockIdx.x == 0) {
#pragma unroll 1
      for (int i = threadIdx.x; i < rows * size; i += blockDim.x) {
        records[start + i / size][3 * inner + i % size] = small[i / size * stride + rank + i % size];
      }
    }
    __syncthreads();
  }
#pragma unroll 1
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    atomicMax(&room.peaks[(2 * index + 1) * ROW_LIMIT + first + i], peaks[i]);
  }
  int linear = (blockIdx.y * gridDim.x + blockIdx.x) * blockDim.x + threadIdx.x;
#pragma unroll 1
  for (int i = linear; i < zeroed; i += gridDim.x * gridDim.y * blockDim.x) room.output[i] = 0;
}

// The same for segments of one position each: nothing is shared out over positions, and the step
// size is quantised in registers.
KERNEL void __launch_bounds__(256, 4) scan_one(
    const __grid_constant__ Room room, const __grid_constant__ Shape shape,
    const __grid_constant__ Layer layer, i64 index, i64 together, i64 zeroed) {
  SHARED_MEMORY(float, small_memory);
  __shared__ u32 blockPeak;
  const Matrix &select = layer.select, &matrix = layer.timeStep;
  int size = (int)shape.stateSize, rank = (int)shape.rank, inner = (int)shape.innerStride;
  int lane = threadIdx.x % LANES, local = threadIdx.x / LANES;
  int channel = blockIdx.x * LANES + local, columns = rank + 2 * size;
  int chunks = chunks_of(matrix.columns), planes = (int)matrix.planes;
  int valueStride = (size + 3) / 4 * 4 + 4;
  float *values = small_memory;                // [channels][state]
  float *small = values + LANES * valueStride;   // step size, B, C
  let_next_start();

  const char *row = matrix.weights + ((i64)(channel / TILE) * chunks * TILE + channel % TILE) * CHUNK;
  u32 ahead0 = 0, ahead1 = 0;
  if (matrix.kind == I8) {
    ahead0 = *(const u32 *)(row + lane * 4);
    if (chunks > 1) ahead1 = *(const u32 *)(row + PIECE + lane * 4);
  }
  float decay0 = lane < size ? layer.decay[(i64)channel * size + lane] : 0.0f;
  float skip = layer.skip[channel];
  float ownScale = matrix.scales ? matrix.scales[channel] : 0.0f;
  float ownBias = matrix.bias ? matrix.bias[channel] : 0.0f;
  float columnScale = 0.0f, columnBias = 0.0f;
  if (threadIdx.x < columns) {
    if (select.scales) columnScale = select.scales[threadIdx.x];
    if (select.bias) columnBias = select.bias[threadIdx.x];
  }
  Matrix localSelect = select, localStep = matrix;
  if (matrix.scales) localStep.scales = &ownScale;
  if (matrix.bias) localStep.bias = &ownBias;
  const Segment *segment = &room.pass->segment[blockIdx.y];
  int at = (int)load(&segment->first);
  bool isRecorded = load(&segment->isRecorded) != 0;
  i64 stateOffset = (index * inner + channel) * size;
  const float *before = load_pointer(&segment->scanIn) + stateOffset;
  float *after = load_pointer(&segment->scanOut) + stateOffset;
  const Row *place = room.pass->row + at;
  float *record = load_pointer(&place->record) + index * load(&place->layerStride);
  float state0 = lane < size ? load(before + lane) : 0.0f;
  if (threadIdx.x == 0) blockPeak = 0;

  wait_for_inputs();
  u32 peak = load(&room.peaks[2 * index * ROW_LIMIT + at]);
  const int *sums = room.select + at * select.rows;
  const int *lowSums = sums + (select.planes == 2 ? ROW_LIMIT * select.rows : 0);
  int high = 0, low = 0;
  if (threadIdx.x < columns) {
    high = load(sums + threadIdx.x);
    low = load(lowSums + threadIdx.x);
  }
  float x = load(record + inner + channel), z = load(room.gate + (i64)at * inner + channel);
  float selectScale = quanta_of(peak, select.planes).scale;
  if (threadIdx.x < columns) {
    if (select.scales) localSelect.scales = &columnScale;
    if (select.bias) localSelect.bias = &columnBias;
    small[threadIdx.x] = add_product(0.0f, false, localSelect, high, low, selectScale, 0);
  }
#pragma unroll 1
  for (int i = threadIdx.x + blockDim.x; i < columns; i += blockDim.x) {
    small[i] = add_product(0.0f, false, select, load(sums + i), load(lowSums + i), selectScale, i);
  }
  float gate = silu_of(z);
  __syncthreads();

  int highSum = 0, lowSum = 0;
  Quanta quanta = {};
  if (matrix.kind == I8) {
    // Each warp finds the peak for itself.
    peak = 0;
#pragma unroll 4
    for (int i = threadIdx.x % WARP; i < rank; i += WARP) {
      u32 bits = magnitude_bits(small[i]);
      peak = bits > peak ? bits : peak;
    }
    quanta = quanta_of(warp_max(peak), planes);
#pragma unroll 1
    for (int plane = 0; plane < planes; plane++) {
      int sum = 0;
#pragma unroll 1
      for (int k = 0; k < chunks; k++) {
        u32 w = k == 0 ? ahead0 : k == 1 ? ahead1 : *(const u32 *)(row + k * PIECE + lane * 4);
        sum = dp4a((int)w, (int)normed4(small, rank, k * (CHUNK / 4) + lane, quanta, planes, plane), sum);
      }
#pragma unroll
      for (int half = LANES / 2; half > 0; half /= 2) {
        sum += __shfl_xor_sync(0xFFFFFFFFu, sum, half, LANES);
      }
      if (plane == 0) highSum = sum; else lowSum = sum;
    }
  } else {
    float sum = 0.0f;
    i64 base = (i64)channel / TILE * rank * TILE + channel % TILE;
#pragma unroll 1
    for (int k = 0; k < rank; k++) {
      sum = fma(element(matrix.kind, matrix.weights, base + k * TILE), small[k], sum);
    }
    highSum = __float_as_int(sum);
  }
  float dt = softplus_of(add_product(0.0f, false, localStep, highSum, lowSum, quanta.scale, 0));
  float input = dt * x;
  // Each lane has a state value of its channel.
#pragma unroll 1
  for (int n = lane; n < size; n += LANES) {
    float decay = n < LANES ? decay0 : layer.decay[(i64)channel * size + n];
    float state = advance(n < LANES ? state0 : load(before + n), dt, input, decay, small[rank + n]);
    values[local * valueStride + n] = state;
    after[n] = state;
  }
  __syncwarp();
  // All lanes know the sum, which runs over the state in order.
  float sum = 0.0f;
  const float *own = values + local * valueStride, *c = small + rank + size;
#pragma unroll 16
  for (int n = 0; n < size; n++) sum = fma(own[n], c[n], sum);
  float y = fma(skip, x, sum) * gate;
  if (lane == 0) {
    room.scanned[(i64)at * inner + channel] = y;
    if (channel < shape.inner) atomicMax(&blockPeak, magnitude_bits(y));
    if (isRecorded) record[2 * inner + channel] = dt;
  }
  if (isRecorded && blockIdx.x == 0) {
#pragma unroll 1
    for (int i = threadIdx.x; i < size; i += blockDim.x) record[3 * inner + i] = small[rank + i];
  }
  __syncthreads();
  if (threadIdx.x == 0) atomicMax(&room.peaks[(2 * index + 1) * ROW_LIMIT + at], blockPeak);
  int linear = (blockIdx.y * gridDim.x + blockIdx.x) * blockDim.x + threadIdx.x;
#pragma unroll 1
  for (int i = linear; i < zeroed; i += gridDim.x * gridDim.y * blockDim.x) room.output[i] = 0;
}

static const int MANY_CHANNELS = 128;  // of a block, a thread each
static const int MANY_SEGMENTS = 4;    // of a block, a warp each at first
static const int MANY_STATE = 16;      // values of a channel's state
static const int MANY_STRIDE = 20;     // floats from a channel's state to the next: eight lie in all banks
static const int MANY_CHUNKS = 2;      // of dt_proj's columns, at most

// The same for many segments of one position each, of models whose matrices are int8 of one plane and
// whose states have 16 values: 128 channels of some segments, whose states are fetched ahead.
KERNEL void __launch_bounds__(MANY_CHANNELS, 4) scan_many(
    const __grid_constant__ Room room, const __grid_constant__ Shape shape,
    const __grid_constant__ Layer layer, i64 index, i64 together, i64 zeroed) {
  SHARED_MEMORY(float, memory);
  __shared__ float stepScales[MANY_SEGMENTS];
  __shared__ float *records[MANY_SEGMENTS];
  __shared__ float *afters[MANY_SEGMENTS];
  __shared__ int places[MANY_SEGMENTS];
  __shared__ int recorded[MANY_SEGMENTS];
  const Matrix &select = layer.select, &matrix = layer.timeStep;
  int rank = (int)shape.rank, inner = (int)shape.innerStride, columns = rank + 2 * MANY_STATE;
  int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
  int channel = blockIdx.x * MANY_CHANNELS + threadIdx.x;
  bool exists = channel < inner;
  if (!exists) channel = inner - 1;
  int chunks = chunks_of(matrix.columns), wordStride = chunks * CHUNK / 4;
  float *states = memory;                                               // [segments][channels][MANY_STRIDE]
  u32 *words = (u32 *)(states + together * MANY_CHANNELS * MANY_STRIDE);  // [segments][words]
  float *vectors = (float *)(words + together * wordStride);              // [segments][B, C]
  float *small = vectors + together * 2 * MANY_STATE;                     // [segments][step size]
  float *selectScale = small + together * rank, *selectBias = selectScale + columns;
  int first = blockIdx.y * (int)together, count = min((int)together, (int)load(&room.pass->segments) - first);
  let_next_start();

  if (threadIdx.x < count) {
    const Segment *segment = &room.pass->segment[first + threadIdx.x];
    int at = (int)load(&segment->first);
    const Row *row = &room.pass->row[at];
    places[threadIdx.x] = at;
    recorded[threadIdx.x] = load(&segment->isRecorded) != 0;
    records[threadIdx.x] = load_pointer(&row->record) + index * load(&row->layerStride);
    afters[threadIdx.x] = load_pointer(&segment->scanOut) + index * inner * MANY_STATE;
  }
  // A warp fetches the states of its channels, 16 bytes a lane.
  int firstChannel = blockIdx.x * MANY_CHANNELS + warp * (int)WARP;
  int pieces = max(0, min((int)WARP, inner - firstChannel)) * (MANY_STATE / 4);
  float *own = states + warp * WARP * MANY_STRIDE;
#pragma unroll 1
  for (int s = 0; s < count; s++) {
    const float *before = load_pointer(&room.pass->segment[first + s].scanIn) +
                          (index * inner + firstChannel) * MANY_STATE;
#pragma unroll
    for (int j = 0; j < MANY_STATE / 4; j++) {
      int piece = j * WARP + lane;
      if (piece >= pieces) break;
      copy_async((char *)(own + (s * MANY_CHANNELS + piece / 4) * MANY_STRIDE + piece % 4 * 4),
                 (const char *)(before + piece * 4));
    }
  }
  uint4 weights[MANY_CHUNKS * 4];
#pragma unroll
  for (int j = 0; j < MANY_CHUNKS * 4; j++) {
    const char *row = matrix.weights + ((i64)(channel / TILE) * chunks * TILE + channel % TILE) * CHUNK;
    weights[j] = j / 4 < chunks ? load_weights(row + j / 4 * PIECE + j % 4 * 16) : make_uint4(0, 0, 0, 0);
  }
  float decay[MANY_STATE];
#pragma unroll
  for (int j = 0; j < MANY_STATE / 4; j++) {
    uint4 four = load_weights((const char *)(layer.decay + (i64)channel * MANY_STATE + 4 * j));
    decay[4 * j] = __uint_as_float(four.x);
    decay[4 * j + 1] = __uint_as_float(four.y);
    decay[4 * j + 2] = __uint_as_float(four.z);
    decay[4 * j + 3] = __uint_as_float(four.w);
  }
  float skip = layer.skip[channel], ownScale = matrix.scales[channel];
  float ownBias = matrix.bias ? matrix.bias[channel] : 0.0f;
#pragma unroll 1
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    selectScale[i] = select.scales[i];
    if (select.bias) selectBias[i] = select.bias[i];
  }
  __syncthreads();

  wait_for_inputs();
  float nextX = load(records[0] + inner + channel), nextZ = load(room.gate + (i64)places[0] * inner + channel);
  // A warp finishes the sums of a segment, and quantises its step size.
  if (warp < count) {
    int at = places[warp];
    float *x = small + warp * rank, *after = vectors + warp * 2 * MANY_STATE - rank;
    const int BATCH = 5;
    const int *sums = room.select + at * select.rows;
    u32 largest = load(&room.peaks[2 * index * ROW_LIMIT + at]), peak = 0;
#pragma unroll 1
    for (int start = lane; start < columns; start += BATCH * WARP) {
      int sum[BATCH];
#pragma unroll
      for (int j = 0; j < BATCH; j++) {
        int i = start + j * WARP;
        sum[j] = i < columns ? load(sums + i) : 0;
      }
      float scale = quanta_of(largest, 1).scale;
#pragma unroll
      for (int j = 0; j < BATCH; j++) {
        int i = start + j * WARP;
        if (i >= columns) break;
        float value = add_sums(0.0f, false, 1, sum[j], 0, scale, selectScale[i],
                               select.bias ? selectBias + i : 0);
        (i < rank ? x : after)[i] = value;
        if (i < rank) peak = max(peak, magnitude_bits(value));
      }
    }
    Quanta quanta = quanta_of(warp_max(peak), 1);
    if (lane == 0) stepScales[warp] = quanta.scale;
    __syncwarp();
#pragma unroll 1
    for (int word = lane; word < wordStride; word += WARP) {
      words[warp * wordStride + word] = normed4(x, rank, word, quanta, 1, 0);
    }
    if (recorded[warp] && blockIdx.x == 0 && lane < MANY_STATE) {
      records[warp][3 * inner + lane] = after[rank + lane];
    }
  }
  wait_for_copies();
  __syncthreads();

#pragma unroll 1
  for (int s = 0; s < count; s++) {
    float x = nextX, z = nextZ;
    if (s + 1 < count) {
      nextX = load(records[s + 1] + inner + channel);
      nextZ = load(room.gate + (i64)places[s + 1] * inner + channel);
    }
    const uint4 *bytes = (const uint4 *)(words + s * wordStride);
    int sum = 0;
#pragma unroll
    for (int j = 0; j < MANY_CHUNKS * 4; j++) {
      if (j / 4 < chunks) {
        uint4 four = bytes[j];
        sum = dp4a((int)weights[j].x, (int)four.x, sum);
        sum = dp4a((int)weights[j].y, (int)four.y, sum);
        sum = dp4a((int)weights[j].z, (int)four.z, sum);
        sum = dp4a((int)weights[j].w, (int)four.w, sum);
      }
    }
    float step = add_sums(0.0f, false, 1, sum, 0, stepScales[s], ownScale, 0);
    if (matrix.bias) step = step + ownBias;
    float dt = softplus_of(step), input = dt * x;
    const float4 *b = (const float4 *)(vectors + s * 2 * MANY_STATE), *c = b + MANY_STATE / 4;
    float4 *state = (float4 *)(own + (s * MANY_CHANNELS + lane) * MANY_STRIDE);
    float y = 0.0f;
#pragma unroll
    for (int j = 0; j < MANY_STATE / 4; j++) {
      float4 four = state[j];
      float4 inputs = b[j], outputs = c[j];
      four.x = advance(four.x, dt, input, decay[4 * j], inputs.x);
      four.y = advance(four.y, dt, input, decay[4 * j + 1], inputs.y);
      four.z = advance(four.z, dt, input, decay[4 * j + 2], inputs.z);
      four.w = advance(four.w, dt, input, decay[4 * j + 3], inputs.w);
      state[j] = four;
      y = fma(four.x, outputs.x, y);
      y = fma(four.y, outputs.y, y);
      y = fma(four.z, outputs.z, y);
      y = fma(four.w, outputs.w, y);
    }
    y = fma(skip, x, y) * silu_of(z);
    if (exists) {
      room.scanned[(i64)places[s] * inner + channel] = y;
      if (recorded[s]) records[s][2 * inner + channel] = dt;
    }
    u32 peak = warp_max(exists && channel < shape.inner ? magnitude_bits(y) : 0);
    if (lane == 0) atomicMax(&room.peaks[(2 * index + 1) * ROW_LIMIT + places[s]], peak);
    __syncwarp();
    float4 *after = (float4 *)(afters[s] + (i64)firstChannel * MANY_STATE);
#pragma unroll
    for (int j = 0; j < MANY_STATE / 4; j++) {
      int piece = j * WARP + lane;
      if (piece >= pieces) break;
      after[piece] = *(const float4 *)(own + (s * MANY_CHANNELS + piece / 4) * MANY_STRIDE + piece % 4 * 4);
    }
  }
  int linear = (blockIdx.y * gridDim.x + blockIdx.x) * blockDim.x + threadIdx.x;
#pragma unroll 1
  for (int i = linear; i < zeroed; i += gridDim.x * gridDim.y * blockDim.x) room.output[i] = 0;
}

// MARK: Output

// out_proj. A block has a slice of the columns for some tiles of rows; blocks add up.
template <int P> DEVICE void run_output(
    const Room &room, const Shape &shape, const Layer &layer, i64 index, const Cut &cut, int rows) {
  SHARED_MEMORY(char, memory);
  __shared__ const float *table[ROW_LIMIT];
  const Matrix &matrix = layer.output;
  int warps = blockDim.x / WARP, warp = threadIdx.x / WARP, inner = (int)shape.innerStride;
  int allTiles = (int)(matrix.rows / TILE), chunks = chunks_of(matrix.columns);
  let_next_start();

  int firstTile = blockIdx.x * (int)cut.tiles, tiles = min((int)cut.tiles, allTiles - firstTile);
  int slice = (chunks + (int)cut.slices - 1) / (int)cut.slices;
  int sliceBegin = min((int)blockIdx.y * slice, chunks), sliceEnd = min(sliceBegin + slice, chunks);
  const bool isWide = is_wide<P>();
  int per = isWide ? slice : (sliceEnd - sliceBegin + warps - 1) / warps;
  int firstChunk = isWide ? sliceBegin : min(sliceBegin + warp * per, sliceEnd);
  int count = min(per, sliceEnd - firstChunk);
  char *staged = memory + (isWide ? 0 : warp * cut.stagedPieces * PIECE);
  Weights weights = {matrix.weights + (i64)firstTile * chunks * PIECE, chunks, staged,
                     min((isWide ? warps : 1) * (int)cut.stagedPieces, tiles * count)};
  if (matrix.kind == I8) {
    if (isWide) stage_block(weights, staged, tiles, firstChunk, weights.stagedCount);
    else stage(weights, staged, tiles, firstChunk, weights.stagedCount);
  }

  int blockRows = (int)cut.tiles * TILE, ownRows = tiles * TILE, planes = (int)matrix.planes;
  int *sums = (int *)(memory + warps * cut.stagedPieces * PIECE);  // [planes][rows][block rows]
  int planeStride = rows * blockRows;
  if (matrix.kind == I8 && !isWide) {
#pragma unroll 1
    for (int i = threadIdx.x; i < planes * planeStride; i += blockDim.x) sums[i] = 0;
  }
#pragma unroll 1
  for (int i = threadIdx.x; i < rows; i += blockDim.x) table[i] = room.scanned + (i64)i * inner;
  __syncthreads();

  wait_for_inputs();
  if (matrix.kind != I8) {
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * ownRows; i += blockDim.x) {
      int row = firstTile * TILE + i % ownRows, position = i / ownRows;
      room.output[position * shape.hiddenStride + row] =
          __float_as_int(chain(matrix, row, table[position]));
    }
    return;
  }
  wait_for_copies();
  if constexpr (is_wide<P>()) {
#pragma unroll 1
    for (int plane = 0; plane < planes; plane++) {
      int *to = room.output + plane * ROW_LIMIT * shape.hiddenStride + firstTile * TILE;
      multiply_slice<P>(weights, tiles, firstChunk, count, table, room.peaks + (2 * index + 1) * ROW_LIMIT,
                        rows, inner, planes, plane, (char *)sums, to, (int)shape.hiddenStride);
    }
  } else {
#pragma unroll 1
    for (int plane = 0; plane < planes; plane++) {
      FloatActs acts = {table, room.peaks + (2 * index + 1) * ROW_LIMIT, inner, rows, planes, plane};
      int *to = sums + plane * planeStride;
      multiply<P>(weights, tiles, firstChunk, count, acts, rows, [&](int row, int position, int sum) {
        atomicAdd(&to[position * blockRows + row], sum);
      });
    }
    __syncthreads();
#pragma unroll 1
    for (int i = threadIdx.x; i < planes * rows * ownRows; i += blockDim.x) {
      int all = i < ownRows ? 0 : i / ownRows, row = i - all * ownRows;
      int plane = all < rows ? 0 : 1, position = all - plane * rows;
      atomicAdd(&room.output[(plane * ROW_LIMIT + position) * shape.hiddenStride + firstTile * TILE + row],
                sums[plane * planeStride + position * blockRows + row]);
    }
  }
}

// MARK: Logits

// The rows of the head that the host asked for, after the positions that it asked for.
template <int P> DEVICE void run_head(
    const Room &room, const Shape &shape, const Matrix &matrix, const Cut &cut, int rows) {
  SHARED_MEMORY(char, memory);
  __shared__ float *targets[ROW_LIMIT];
  __shared__ float scales[ROW_LIMIT];
  int warps = blockDim.x / WARP, warp = threadIdx.x / WARP, planes = (int)matrix.planes;
  let_next_start();
  int begin = (int)load(&room.pass->firstTile), end = begin + (int)load(&room.pass->tiles);
  const bool isWide = is_wide<P>();
  int chunks = chunks_of(matrix.columns), per = isWide ? chunks : (chunks + warps - 1) / warps;
  int firstChunk = isWide ? 0 : min(warp * per, chunks), count = min(per, chunks - firstChunk);
  int blockRows = (int)cut.tiles * TILE, planeStride = rows * blockRows, stride = chunks * CHUNK;
  char *staged = memory + (isWide ? 0 : warp * cut.stagedPieces * PIECE);
  int *sums = (int *)(memory + warps * cut.stagedPieces * PIECE);  // [planes][rows][block rows]
  int first = begin + blockIdx.x * (int)cut.tiles;
  int firstTiles = min((int)cut.tiles, end - first);
  int stagedCount = matrix.kind != I8 || firstTiles <= 0 ? 0
      : min((isWide ? warps : 1) * (int)cut.stagedPieces, firstTiles * count);
  Weights weights = {matrix.weights + (i64)first * chunks * PIECE, chunks, staged, stagedCount};
  if (stagedCount > 0) {
    if (isWide) stage_block(weights, staged, firstTiles, 0, stagedCount);
    else stage(weights, staged, firstTiles, firstChunk, stagedCount);
  }
#pragma unroll 1
  for (int i = threadIdx.x; i < rows; i += blockDim.x) {
    targets[i] = load_pointer(&room.pass->logits[i]);
  }
  wait_for_inputs();
#pragma unroll 1
  for (int i = threadIdx.x; i < rows; i += blockDim.x) scales[i] = load(&room.actScale[i]);
  wait_for_copies();
#pragma unroll 1
  for (int tile = first; tile < end; tile += gridDim.x * (int)cut.tiles) {
    int tiles = min((int)cut.tiles, end - tile), ownRows = tiles * TILE;
#pragma unroll 1
    for (int i = threadIdx.x; i < planes * planeStride; i += blockDim.x) sums[i] = 0;
    __syncthreads();
    if (matrix.kind == I8) {
      weights.data = matrix.weights + (i64)tile * chunks * PIECE;
#pragma unroll 1
      for (int plane = 0; plane < planes; plane++) {
        ByteActs<false> acts = {room.act + (i64)plane * ROW_LIMIT * stride, stride, rows};
        int *to = sums + plane * planeStride;
        if constexpr (is_wide<P>()) {
          RingActs ring = {acts.data, stride, (char *)(sums + planes * planeStride) + warp * RING_BYTES};
          multiply_wide<P>(weights, tiles, 0, count, 1, ring, rows, [&](int, int row, int position, int sum, int next) {
            atomicAdd(&to[position * blockRows + row], sum);
            atomicAdd(&to[position * blockRows + row + 1], next);
          });
        } else {
          multiply<P>(weights, tiles, firstChunk, count, acts, rows, [&](int row, int position, int sum) {
            atomicAdd(&to[position * blockRows + row], sum);
          });
        }
      }
      weights.stagedCount = 0;
    } else {
#pragma unroll 1
      for (int i = threadIdx.x; i < rows * ownRows; i += blockDim.x) {
        int row = i % ownRows, position = i / ownRows;
        const float *x = (const float *)room.act + position * shape.hiddenStride;
        sums[position * blockRows + row] = __float_as_int(chain(matrix, tile * TILE + row, x));
      }
    }
    __syncthreads();
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * ownRows; i += blockDim.x) {
      int row = i % ownRows, position = i / ownRows, place = position * blockRows + row;
      int low = planes == 2 ? sums[planeStride + place] : 0;
      targets[position][tile * TILE + row] =
          add_product(0.0f, false, matrix, sums[place], low, scales[position], tile * TILE + row);
    }
    __syncthreads();
  }
}

#define PER_SIZE(P, THREADS, BLOCKS)                                                                     \
  KERNEL void __launch_bounds__(THREADS, BLOCKS) input##P(                                \
      const __grid_constant__ Room room, const __grid_constant__ Shape shape,                     \
      const __grid_constant__ Layer layer, i64 index, const __grid_constant__ Cut cut, i64 rows,               \
      i64 zeroed, const __grid_constant__ Matrix before, i64 fuses) {                             \
    run_input<P>(room, shape, layer, index, cut, (int)rows, zeroed, before, P == 8 && fuses);                                        \
  }                                                                                               \
  KERNEL void __launch_bounds__(THREADS, BLOCKS) select##P(                               \
      const __grid_constant__ Room room, const __grid_constant__ Shape shape,                     \
      const __grid_constant__ Layer layer, i64 index, const __grid_constant__ Cut cut,                         \
      i64 rows) {                                                                                 \
    run_select<P>(room, shape, layer, index, cut, (int)rows);                                               \
  }                                                                                               \
  KERNEL void __launch_bounds__(THREADS, BLOCKS) output##P(                               \
      const __grid_constant__ Room room, const __grid_constant__ Shape shape,                     \
      const __grid_constant__ Layer layer, i64 index, const __grid_constant__ Cut cut,                         \
      i64 rows) {                                                                                 \
    run_output<P>(room, shape, layer, index, cut, (int)rows);                                               \
  }                                                                                               \
  KERNEL void __launch_bounds__(THREADS, BLOCKS) head##P(                                 \
      const __grid_constant__ Room room, const __grid_constant__ Shape shape,                     \
      const __grid_constant__ Matrix matrix, const __grid_constant__ Cut cut, i64 rows) {         \
    run_head<P>(room, shape, matrix, cut, (int)rows);                                                       \
  }

#if __CUDA_ARCH__ >= 900
PER_SIZE(8, 256, 2)
PER_SIZE(16, 512, 1)
PER_SIZE(32, 32 * WIDE_WARPS, 2)
PER_SIZE(64, 32 * WIDE_WARPS, 2)
#else
PER_SIZE(64, 256, 1)
#endif

// MARK: Settling a recorded window

// Brings a state from the start of a recorded window to one of its positions: the tails always, the
// scans unless those after the position are at hand. A block has 16 channels of a layer.
KERNEL void __launch_bounds__(256) settle(
    const __grid_constant__ Shape shape, const float *decays, const float *record, float *scans,
    float *tails, i64 rowStride, i64 windowLimit, i64 count, i64 replays) {
  int inner = (int)shape.innerStride, size = (int)shape.stateSize, width = (int)shape.taps;
  int lane = threadIdx.x % LANES, channel = blockIdx.x * LANES + threadIdx.x / LANES;
  i64 layer = blockIdx.y;
  const float *rows = record + layer * windowLimit * rowStride;
  let_next_start();
  wait_for_inputs();
  if (lane == 0) {
    float *tail = tails + layer * (width - 1) * inner + channel;
#pragma unroll 1
    for (int row = 0; row < width - 1; row++) {
      int from = row + (int)count;
      tail[row * inner] = from < width - 1 ? tail[from * inner]
                                           : load(rows + (from - (width - 1)) * rowStride + channel);
    }
  }
  if (!replays) return;
  i64 offset = (layer * inner + channel) * size;
#pragma unroll 1
  for (int n = lane; n < size; n += LANES) {
    float decay = decays[offset + n], state = scans[offset + n];
#pragma unroll 1
    for (int position = 0; position < count; position++) {
      const float *row = rows + position * rowStride;
      float dt = load(row + 2 * inner + channel), x = load(row + inner + channel);
      state = advance(state, dt, dt * x, decay, load(row + 3 * inner + n));
    }
    scans[offset + n] = state;
  }
}

// MARK: For tests

// exp, 2^x, softplus, SiLU of each value, one after the other.
KERNEL void functions(const float *x, float *y, i64 count, i64 which) {
  i64 i = (i64)blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  float v = x[i];
  y[i] = which == 0 ? exp_of(v) : which == 1 ? exp2_of_nonpositive(v)
         : which == 2 ? softplus_of(v) : silu_of(v);
}
