// A pass over up to 16 positions of an int8 model in one kernel. Follows kernels.cu, whose functions it
// uses.
//
// A block owns some channels: their rows of in_proj and dt_proj, their convolution, scan and gate, their
// columns of x_proj; and some rows of out_proj with their part of the residual stream. What blocks
// need of one another goes through memory, four times a layer for one position:
//
//   peaks of x      by which x is quantised
//   x_proj          64-bit words which only grow: sums of two positions, above them how many blocks have added
//   y               floats; their peak is found by every block
//   the stream      floats; every block norms them for itself
//
// Each word carries the number of its exchange in its upper half, so that to see it is to have it. Who asks
// too early, or for more than he needs, holds up what others post.
// Of several positions there is too much for that: y is quantised where it is made, by peaks that are
// exchanged before, a position of the stream is normed by one block, and bytes are read after a barrier.
//
// Weights of a block lie together and come into shared memory a layer ahead, in portions right after
// an exchange, when no other block waits for memory. A warp has a position wherever it can, so that code
// is short and nothing is divided: what threads do one after another costs most.

#if __CUDA_ARCH__ >= 900

static const int FEW = 16;            // positions at most
static const int PASS_THREADS = 512;
static const int PASS_WARPS = 16;
static const int PAIRS = 2;           // of the stream that a thread has
static const int OUTPUT_PAIRS = 4;    // of y
static const int BLOCKS = 192;        // at most
static const int LIMIT = 2048;        // of the hidden size
static const int INPUT_CHUNKS = 2;    // of columns that a warp multiplies, at most
static const int OUTPUT_CHUNKS = 4;
static const int UNIT = 16;           // columns of a product over a block's channels
static const int BATCH = 16;          // values of a lane of a norm that are read together

// Sums lie apart, in as many parts of the second cache.
static const int SUM_STRIDE = 16;

// Where a block's weights lie: the same for all layers and blocks.
struct Plan {
  const char *weights;      // [layers][blocks][blockSize]
  i64 blockSize;
  i64 outputSize;           // bytes of each part, in this order: out_proj and its scales and biases,
  i64 inputSize;            // in_proj,
  i64 smallSize;            // x_proj, dt_proj, vectors
  i64 outputVectorsAt;      // offsets in these parts
  i64 stepAt;
  i64 vectorsAt;
  i64 channels;             // of a block
  i64 outputTiles;          // of a block
  i64 hasBias;              // of in_proj and out_proj
  const float *normWeight;  // [layers + 1][hidden stride]
  i64 epsilon;              // bits of a float
};

// Offsets in a block's shared memory.
struct Places {
  i64 input, output, small, act, values, words, sums, convolved, steps, quantized, tails, state, stream, pass,
      misc;
  i64 actStride;
  i64 stagedTiles;  // of the head, that fit in the input's place
};

// Where blocks meet.
struct Meeting {
  u32 *arrivals;
  u64 *peaks;       // [2][blocks][positions]
  u64 *select;      // [pairs of positions][rows of x_proj], fours SUM_STRIDE apart
  u64 *y;           // of one position: [channels of all blocks]
  u64 *stream;      // [positions][hidden stride]
  char *bytes;      // of y after even and after odd exchanges: [2][positions][stride]
  i64 byteStride;
  char *normed;     // [positions][columns of in_proj in whole chunks]
  float *normedScale;
};

struct FewPass {
  i64 rows;
  i64 segments;
  i64 logitRows;
  i64 firstTile;
  i64 tiles;
  i64 layersBefore;    // in all passes so far
  i64 arrivalsBefore;
  Row row[FEW];
  Segment segment[FEW];
  i64 logitRow[FEW];
  float *logits[FEW];
};

#ifndef EMULATED

// Copies whose bytes a barrier in shared memory counts; they hold up no thread.
DEVICE u32 shared_address(const void *p) { return (u32)__cvta_generic_to_shared(p); }

DEVICE void make_barrier(u64 *barrier) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(shared_address(barrier)) : "memory");
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

DEVICE void expect_bytes(u64 *barrier, int count) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(count) : "memory");
}

DEVICE void copy_bytes(char *to, const char *from, int count, u64 *barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
          shared_address(to)),
      "l"(from), "r"(count), "r"(shared_address(barrier)) : "memory");
}

DEVICE void wait_for_bytes(u64 *barrier, int parity) {
  u32 done;
  do {
    asm volatile(
        "{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; selp.u32 %0, 1, 0, p; }"
        : "=r"(done) : "r"(shared_address(barrier)), "r"(parity) : "memory");
  } while (!done);
}

DEVICE int thread_index() {
  int i;
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(i));
  return i;
}

DEVICE void copy_word_async(float *to, const float *from) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(shared_address(to)), "l"(from) : "memory");
}

DEVICE uint4 load_shared(const char *p) {
  uint4 v;
  asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "r"(shared_address(p)));
  return v;
}

DEVICE float2 load_shared2(const float *p) {
  float2 v;
  asm volatile("ld.shared.v2.f32 {%0, %1}, [%2];" : "=f"(v.x), "=f"(v.y) : "r"(shared_address(p)));
  return v;
}

// Largest of words of all warps.
DEVICE void raise(u32 *p, u32 v) {
  asm volatile("red.shared.max.u32 [%0], %1;" ::"r"(shared_address(p)), "r"(v) : "memory");
}

DEVICE u64 poll(const u64 *p) {
  u64 v;
  asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(v) : "l"(p) : "memory");
  return v;
}

// Each of the words by itself is whole. A warp's pairs lie side by side, or parts of memory are read twice.
DEVICE void poll_two(const u64 *p, u64 v[2]) {
  asm volatile("ld.relaxed.gpu.global.v2.u64 {%0, %1}, [%2];"
               : "=l"(v[0]), "=l"(v[1]) : "l"(p) : "memory");
}

// Until what others post now can be there: who asks before only holds it up.
DEVICE void hesitate() {
  u32 begin, now;
  asm volatile("mov.u32 %0, %%clock;" : "=r"(begin));
  do {
    asm volatile("mov.u32 %0, %%clock;" : "=r"(now));
  } while (now - begin < 200);
}

DEVICE void post(u64 *p, u64 v) {
  asm volatile("st.relaxed.gpu.global.u64 [%0], %1;" ::"l"(p), "l"(v) : "memory");
}

DEVICE void add(u64 *p, u64 v) {
  asm volatile("red.relaxed.gpu.global.add.u64 [%0], %1;" ::"l"(p), "l"(v) : "memory");
}

// All that the block wrote before can be read by who sees the arrival.
DEVICE void arrive(u32 *p) {
  asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(p) : "memory");
}

DEVICE u32 arrivals(const u32 *p) {
  u32 v;
  asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(v) : "l"(p) : "memory");
  return v;
}

DEVICE void pause() {}

// c += a b: 16 rows of a, 8 of b, 16 columns.
DEVICE void mma_half(int c[4], u32 a0, u32 a1, u32 b0) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, "
      "{%0, %1, %2, %3};"
      : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
      : "r"(a0), "r"(a1), "r"(b0));
}

#endif

// In a word of x_proj's sums: 28 bits of a position, 28 of the next, 8 of blocks.
static const int SUM_BITS = 28;

DEVICE u64 sums_of(int first, int second) {
  return (1ull << 2 * SUM_BITS) + ((u64)(i64)second << SUM_BITS) + (u64)(i64)first;
}

// How many blocks have added to a word; sums may be negative.
DEVICE int blocks_in(u64 word) { return (int)((word + (1ull << (2 * SUM_BITS - 1))) >> 2 * SUM_BITS); }
DEVICE int first_in(u64 word) { return (int)((u32)word << (32 - SUM_BITS)) >> (32 - SUM_BITS); }
DEVICE int second_in(u64 word) { return first_in((word - (u64)(i64)first_in(word)) >> SUM_BITS); }

DEVICE u32 sum_place(u32 i) { return i / 4 * SUM_STRIDE + i % 4; }

// The largest magnitude's bits.
DEVICE u32 peak_of(const float2 &v) {
  return (u32)max((int)magnitude_bits(v.x), (int)magnitude_bits(v.y));
}

DEVICE u32 peak_of(const float4 &v) {
  int first = max((int)magnitude_bits(v.x), (int)magnitude_bits(v.y));
  int second = max((int)magnitude_bits(v.z), (int)magnitude_bits(v.w));
  return (u32)max(first, second);
}

// Two bytes, zeros when all counts as zero.
DEVICE unsigned short quantized2(const float2 &v, float inverse) {
  u32 both = __byte_perm(quantum(v.x, inverse, 1, 0), quantum(v.y, inverse, 1, 0), 0x0040);
  return (unsigned short)(inverse > 0.0f ? both : 0);
}

DEVICE u64 tagged(u32 number, u32 word) { return (u64)number << 32 | word; }

// Sixteen products added up in order.
DEVICE float dot(const float *a, const float *b) {
  float4 left[4], right[4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    left[i] = ((const float4 *)a)[i];
    right[i] = ((const float4 *)b)[i];
  }
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sum = fma(left[i].x, right[i].x, sum);
    sum = fma(left[i].y, right[i].y, sum);
    sum = fma(left[i].z, right[i].z, sum);
    sum = fma(left[i].w, right[i].w, sum);
  }
  return sum;
}

// The lower half of a word, once it carries the number.
DEVICE u32 word_of(const u64 *p, u32 number) {
  u64 word = poll(p);
  while ((u32)(word >> 32) != number) {
    pause();
    word = poll(p);
  }
  return (u32)word;
}

// Two floats, once both carry the number; `word` is what was seen of them last.
DEVICE float2 floats_of(const u64 *p, u64 word[2], u32 number) {
  while ((u32)(word[0] >> 32) != number || (u32)(word[1] >> 32) != number) {
    pause();
    poll_two(p, word);
  }
  float2 v = {__uint_as_float((u32)word[0]), __uint_as_float((u32)word[1])};
  return v;
}

// Waits until so many blocks have arrived.
DEVICE void await(const u32 *count, u32 target) {
  if (threadIdx.x == 0) {
    while ((int)(arrivals(count) - target) < 0) pause();
  }
  __syncthreads();
}

// The lane's part of some positions as a product takes it, and products with a piece of weights. Positions
// that are not there are multiplied like others, and looked at by nobody.
template <int P> struct Operand {
  uint4 low, high;

  // `fetch(position)` is what a lane has of a chunk.
  template <class Fetch> DEVICE_MEMBER void set(int lane, int rows, const Fetch &fetch) {
    if (P < 16) {
      if (lane / 4 < rows) low = fetch(lane / 4);
      return;
    }
    uint4 first = fetch(min(lane / 4, rows - 1)), second = fetch(min(8 + lane / 4, rows - 1));
    low = make_uint4(first.x, second.x, first.y, second.y);
    high = make_uint4(first.z, second.z, first.w, second.w);
  }

  // Up to 8 positions are the upper 8 of 16 rows. A pair of words stands in for one: the product with the first
  // is right in the upper rows, that with the second in the lower ones, and no word is moved.
  DEVICE_MEMBER void multiply(const uint4 &w, int c[2][4]) const {
    if (P == 16) {
      mma(c[0], low.x, low.y, low.z, low.w, w.x, w.y);
      mma(c[1], high.x, high.y, high.z, high.w, w.z, w.w);
    } else {
      mma_half(c[0], low.x, low.y, w.x);
      mma_half(c[1], low.x, low.y, w.y);
      mma_half(c[0], low.z, low.w, w.z);
      mma_half(c[1], low.z, low.w, w.w);
    }
  }
};

// Adds a warp's products of all tiles with up to CHUNKS chunks to sums of [position][row]; weights are
// [chunk][tile] from its first one. `fetch(position, chunk)` is the lane's part of a position.
template <int P, int CHUNKS, class Fetch>
DEVICE void multiply_chunks(const char *weights, int tiles, int count, int lane, int rows, const Fetch &fetch,
                            int *sums, int stride) {
  if (count <= 0) return;
  Operand<P> operand[CHUNKS];
  uint4 w[CHUNKS];
  weights += lane * 16;
  sums += lane / 4 * stride + lane % 4 * 2;
#pragma unroll
  for (int k = 0; k < CHUNKS; k++) {
    w[k] = operand[k].low = operand[k].high = make_uint4(0, 0, 0, 0);
    operand[k].set(lane, rows, [&](int position) { return fetch(position, min(k, count - 1)); });
    if (k < count) w[k] = load_shared(weights + k * tiles * PIECE);
  }
#pragma unroll 1
  for (int tile = 0; tile < tiles; tile++) {
    int c[2][4] = {};
    if (tile + 1 < tiles) weights += PIECE;
#pragma unroll
    for (int k = 0; k < CHUNKS; k++) {
      operand[k].multiply(w[k], c);
      if (k < count) w[k] = load_shared(weights + k * tiles * PIECE);
    }
#pragma unroll
    for (int j = 0; j < (P == 16 ? 4 : 2); j += 2) {
      int other = P == 16 ? j : j + 2;
      if (lane / 4 + j * 4 >= rows) continue;
      atomicAdd(sums + j * 4 * stride, c[0][j] + c[1][other]);
      atomicAdd(sums + j * 4 * stride + 1, c[0][j + 1] + c[1][other + 1]);
    }
    sums += TILE;
  }
}

// What of shared memory is small.
struct Misc {
  u64 barriers[2];          // of the copies of in_proj, of out_proj
  float normScale;
  u32 normPeak;
  u32 peaks[2][FEW];        // of x and y
  float actScale[FEW];
  float stepScale[FEW];
#ifdef STAMPS
  i64 cycles[24];
#endif
};

// Cycles of a block by stage, for experiments: compile.py --stamps.
#ifdef STAMPS
#define STAMP(stage) stamp(stage)
#else
#define STAMP(stage)
#endif

// One block's part of a pass of up to P positions: 1, 8 or 16.
template <int P> struct WholePass {
  const Plan &plan;
  const Shape &shape;
  const Places &places;
  const Meeting &meeting;
  const FewPass &pass;
  char *memory;
  Misc *misc;
  int rows, block, blocks, channels, firstChannel, owned, width, chunks, units, selectRows;
  int outputRows, firstOutput, ownedOutput;
  int thread, warp, lane;
  u32 expected;         // arrivals
  // Threads that read x_proj's sums of two positions, and words of each.
  static const int READERS = P == 1 ? PASS_THREADS : PASS_THREADS * 2 / P;
  static const int SUMS = P == 1 ? 1 : P == 8 ? 2 : 3;
  u64 before[SUMS];     // which this thread has seen whole

  DEVICE_MEMBER WholePass(const Plan &plan, const Shape &shape, const Places &places,
                          const Meeting &meeting, const FewPass &given, char *memory)
      : plan(plan), shape(shape), places(places), meeting(meeting),
        pass(P == 1 ? given : *(const FewPass *)(memory + places.pass)), memory(memory) {
    misc = (Misc *)(memory + places.misc);
    rows = P == 1 ? 1 : (int)given.rows;
    block = blockIdx.x;
    blocks = gridDim.x;
    channels = (int)plan.channels;
    firstChannel = block * channels;
    owned = max(0, min(channels, (int)shape.inner - firstChannel));
    width = (int)shape.hidden;
    chunks = chunks_of(width);
    units = (channels + UNIT - 1) / UNIT;
    selectRows = (int)(shape.rank + 2 * shape.stateSize);
    outputRows = (int)plan.outputTiles * TILE;
    firstOutput = block * outputRows;
    ownedOutput = max(0, min(outputRows, width - firstOutput));
    look_up_thread();
    expected = (u32)given.arrivalsBefore;
    // What several threads look up in different places.
    for (int i = thread; P > 1 && i < sizeof(FewPass) / 8; i += PASS_THREADS) {
      ((i64 *)(memory + places.pass))[i] = ((const i64 *)&given)[i];
    }
    __syncthreads();
  }

#ifdef STAMPS
  i64 last;

  DEVICE_MEMBER void stamp(int stage) {
    if (thread != 0) return;
    i64 now = clock64();
    misc->cycles[stage] += now - last;
    last = now;
  }
#endif

  // Once a layer, so that what follows from it is not kept in registers all the while.
  DEVICE_MEMBER void look_up_thread() {
    thread = thread_index();
    warp = thread / WARP;
    lane = thread % WARP;
  }

  template <class T> DEVICE_MEMBER T *place(i64 offset) const { return (T *)(memory + offset); }

  DEVICE_MEMBER const char *weights(i64 layer) const {
    return plan.weights + (layer * blocks + block) * plan.blockSize;
  }

  DEVICE_MEMBER bool is_recorded(int row) const {
    return pass.segment[P == 1 ? 0 : pass.row[row].segment].isRecorded != 0;
  }

  DEVICE_MEMBER float *record(int row, i64 layer) const {
    return pass.row[row].record + layer * pass.row[row].layerStride;
  }

  DEVICE_MEMBER float embedded(const Matrix &embedding, int row, int i) const {
    return embedded_bytes(embedding, row, i)[0] * embedding.scales[pass.row[row].token];
  }

  // The pair that begins at `i`.
  DEVICE_MEMBER float2 embedded_pair(const Matrix &embedding, int row, int i) const {
    const signed char *bytes = embedded_bytes(embedding, row, i);
    float scale = embedding.scales[pass.row[row].token];
    float2 value = {bytes[0] * scale, bytes[1] * scale};
    return value;
  }

  DEVICE_MEMBER const signed char *embedded_bytes(const Matrix &embedding, int row, int i) const {
    i64 token = pass.row[row].token, piece = token / TILE * chunks + i / CHUNK;
    return (const signed char *)embedding.weights + (piece * TILE + token % TILE) * CHUNK + i % CHUNK;
  }

  // MARK: Norm

  // Of a position's values.
  DEVICE_MEMBER int batches() const { return (width + BATCH * LANES - 1) / (BATCH * LANES); }

  // Lanes of a sum lie apart, each with a run of its values.
  DEVICE_MEMBER int lane_stride() const { return batches() * BATCH + 2; }

  // The scale of the position whose values lie in shared memory, filled up with zeros to whole batches:
  // sums of 16 lanes, then a tree. Both halves of a warp do the same; its first lane has the result.
  DEVICE_MEMBER float norm_scale(const float *x) const {
    float sum = 0.0f;
    const float *from = x + lane % LANES * lane_stride();
    float2 next[BATCH / 2];
#pragma unroll
    for (int j = 0; j < BATCH / 2; j++) next[j] = load_shared2(from + 2 * j);
#pragma unroll 1
    for (int left = batches() - 1; left >= 0; left--) {
      if (left > 0) from += BATCH;
      float2 own[BATCH / 2];
#pragma unroll
      for (int j = 0; j < BATCH / 2; j++) own[j] = next[j];
#pragma unroll
      for (int j = 0; j < BATCH / 2; j++) {
        next[j] = load_shared2(from + 2 * j);
        sum = fma(own[j].x, own[j].x, sum);
        sum = fma(own[j].y, own[j].y, sum);
      }
    }
#pragma unroll
    for (int half = LANES / 2; half > 0; half /= 2) {
      sum = sum + __shfl_down_sync(0xFFFFFFFFu, sum, half, LANES);
    }
    return scale_of(__fdiv_rn(sum, __int2float_rn(width)) + __uint_as_float((u32)plan.epsilon));
  }

  // A thread's pairs of a position.
  DEVICE_MEMBER int pair(int j) const { return thread + j * PASS_THREADS; }

  // All threads norm one position, whose end is zeros.
  // Leaves the bytes at `bytes` and returns their scale.
  DEVICE_MEMBER float norm_by_block(float2 value[PAIRS], const float2 weight[PAIRS], char *bytes, i64 layer) {
    float *x = place<float>(places.values);
#pragma unroll
    for (int j = 0; j < PAIRS; j++) {
      if (pair(j) * 2 >= batches() * BATCH * LANES) break;
      float *to = x + pair(j) % 8 * 2 * lane_stride() + pair(j) / 8;
      to[0] = value[j].x;
      to[lane_stride()] = value[j].y;
    }
    if (thread == 0) misc->normPeak = 0;
    __syncthreads();
    if (warp == 0) {
      float scale = norm_scale(x);
      if (lane == 0) misc->normScale = scale;
    } else {
      fetch_output(layer);
    }
    __syncthreads();
    float scale = misc->normScale;
    u32 peak = 0;
#pragma unroll
    for (int j = 0; j < PAIRS; j++) {
      value[j].x = value[j].x * scale * weight[j].x;
      value[j].y = value[j].y * scale * weight[j].y;
      peak = max((int)peak, (int)peak_of(value[j]));
    }
    peak = warp_max(peak);
    if (lane == 0) raise(&misc->normPeak, peak);
    __syncthreads();
    u32 largest = misc->normPeak;
    float inverse = quanta_of(largest, 1).inverse;
#pragma unroll
    for (int j = 0; j < PAIRS; j++) {
      if (pair(j) * 2 < chunks * CHUNK) {
        ((unsigned short *)bytes)[pair(j)] = quantized2(value[j], inverse);
      }
    }
    return quanta_of(largest, 1).scale;
  }

  // Norms the stream for a layer, or for the head the positions with logits. Several positions are normed
  // by a block each, which passes their bytes on.
  DEVICE_MEMBER void norm(i64 layer, const Matrix &embedding) {
    bool isFinal = layer == shape.layers;
    int count = P == 1 ? 1 : isFinal ? (int)pass.logitRows : rows;
    int row = P == 1 ? 0 : block < count ? isFinal ? (int)pass.logitRow[block] : block : -1;
    float2 value[PAIRS] = {}, weight[PAIRS] = {};
    if (row >= 0) {
#pragma unroll
      for (int j = 0; j < PAIRS; j++) {
        if (pair(j) * 2 >= width) break;
        weight[j] = *(const float2 *)(plan.normWeight + layer * shape.hiddenStride + pair(j) * 2);
        if (layer == 0) value[j] = embedded_pair(embedding, row, pair(j) * 2);
      }
      if (layer > 0) read_stream((u32)(pass.layersBefore + layer), row, value);
    }
    STAMP(1);
    if (P == 1) {
      misc->actScale[0] = norm_by_block(value, weight, memory + places.act, layer);
      return;
    }
    int size = chunks * CHUNK;
    if (row >= 0) {
      float scale = norm_by_block(value, weight, meeting.normed + (i64)block * size, layer);
      if (thread == 0) meeting.normedScale[block] = scale;
      __syncthreads();
      if (thread == 0) arrive(meeting.arrivals);
    } else {
      fetch_output(layer);
    }
    expected += (u32)count;
    await(meeting.arrivals, expected);
    STAMP(3);
    // Threads of a position, and parts that each brings.
    const int EACH = PASS_THREADS / P, PARTS = (LIMIT / 16 + EACH - 1) / EACH;
    int position = thread / EACH;
    uint4 bytes[PARTS];
#pragma unroll
    for (int j = 0; j < PARTS; j++) {
      int i = thread % EACH + j * EACH;
      if (position < count && i < size / 16) {
        bytes[j] = load((const uint4 *)(meeting.normed + (i64)position * size) + i);
      }
    }
#pragma unroll
    for (int j = 0; j < PARTS; j++) {
      int i = thread % EACH + j * EACH;
      if (position < count && i < size / 16) {
        place<uint4>(places.act + position * places.actStride)[i] = bytes[j];
      }
    }
    if (thread < count) misc->actScale[thread] = load(&meeting.normedScale[thread]);
  }

  // This thread's part of a position of the stream, once it is there.
  DEVICE_MEMBER void read_stream(u32 number, int row, float2 value[PAIRS]) const {
    const u64 *from = meeting.stream + row * shape.hiddenStride;
    u64 word[PAIRS][2];
#pragma unroll
    for (int j = 0; j < PAIRS; j++) {
      if (pair(j) * 2 < width) poll_two(from + pair(j) * 2, word[j]);
    }
#pragma unroll
    for (int j = 0; j < PAIRS; j++) {
      if (pair(j) * 2 < width) value[j] = floats_of(from + pair(j) * 2, word[j], number);
    }
  }

  // MARK: Exchanges of peaks

  // Words of a block lie together, those of a single position in a sector of their own.
  static const int PEAKS = P == 1 ? 4 : P;
  DEVICE_MEMBER u64 *peaks(int kind) const { return meeting.peaks + kind * blocks * FEW; }

  // Of a warp's position.
  DEVICE_MEMBER void post_peak(int kind, u32 number, float value) {
    u32 peak = warp_max(lane < owned ? magnitude_bits(value) : 0);
    if (lane == 0) post(peaks(kind) + block * PEAKS + warp, tagged(number, peak));
  }

  // Brings the peaks of all blocks together, after which all threads have passed.
  DEVICE_MEMBER void gather_peaks(int kind, u32 number) {
    const int APART = PASS_THREADS / P, COUNT = (BLOCKS + APART - 1) / APART;
    const u64 *slots = peaks(kind) + thread / P * PEAKS + thread % P;
    if (P == 1) __syncthreads();
    hesitate();
    bool isThere = thread % P < rows;
    u64 word[COUNT];
    u32 peak = 0;
#pragma unroll
    for (int j = 0; j < COUNT; j++) {
      if (isThere && thread / P + j * APART < blocks) word[j] = poll(slots + j * APART * PEAKS);
    }
#pragma unroll
    for (int j = 0; j < COUNT; j++) {
      if (isThere && thread / P + j * APART < blocks) {
        while ((u32)(word[j] >> 32) != number) {
          pause();
          word[j] = poll(slots + j * APART * PEAKS);
        }
        peak = max((int)peak, (int)word[j]);
      }
    }
    if (P == 1) {
      peak = warp_max(peak);
      if (lane == 0) raise(&misc->peaks[kind][0], peak);
    } else if (isThere) {
      raise(&misc->peaks[kind][thread % P], peak);
    }
    __syncthreads();
  }

  // A warp's position: a byte of each of this block's channels.
  DEVICE_MEMBER u32 quantum_of(int kind, float value) const {
    float inverse = quanta_of(misc->peaks[kind][warp], 1).inverse;
    return quantum(lane < owned && inverse > 0.0f ? value : 0.0f, inverse, 1, 0);
  }

  // MARK: Layer

  DEVICE_MEMBER void fetch_output(i64 layer) {
    if (thread == PASS_THREADS - 1 && ownedOutput > 0 && layer < shape.layers) {
      expect_bytes(&misc->barriers[1], (int)plan.outputSize);
      copy_bytes(memory + places.output, weights(layer), (int)plan.outputSize, &misc->barriers[1]);
    }
  }

  // in_proj; leaves integer sums.
  DEVICE_MEMBER void project_input() {
    int ownRows = 2 * channels, tiles = ownRows / TILE;
    int per = (chunks + PASS_WARPS - 1) / PASS_WARPS, first = warp * per;
    const char *act = memory + places.act + first * CHUNK + lane % 4 * 16;
    multiply_chunks<P, INPUT_CHUNKS>(
        memory + places.input + first * tiles * PIECE, tiles, min(per, chunks - first), lane, rows,
        [&](int position, int k) { return load_shared(act + position * places.actStride + k * CHUNK); },
        place<int>(places.sums), ownRows);
    __syncthreads();
  }

  // Convolution of a warp's position, and its peak; raw inputs and gates take the place of the sums.
  DEVICE_MEMBER void convolve(i64 layer, const float *vectors, u32 number) {
    int taps = (int)shape.taps, kept = taps - 1, ownRows = 2 * channels;
    const float *weight = vectors + 2 * ownRows, *bias = weight + taps * channels;
    float *values = place<float>(places.sums);
    const float *tails = place<float>(places.tails);
    if (warp < rows) {
#pragma unroll 1
      for (int row = lane; row < ownRows; row += WARP) {
        int i = warp * ownRows + row;
        float value = __int2float_rn(((const int *)values)[i]) * misc->actScale[warp] * vectors[row];
        if (plan.hasBias) value = value + vectors[ownRows + row];
        values[i] = value;
        if (row < owned && is_recorded(warp)) record(warp, layer)[firstChannel + row] = value;
      }
    }
    __syncthreads();
    if (warp < rows) {
      float value = 0.0f;
      if (lane < owned) {
        int at = (int)pass.row[warp].index;
        const float *before = tails + (pass.row[warp].segment * kept + at) * channels + lane;
        float sum = bias[lane];
#pragma unroll 4
        for (int j = 0; j < taps; j++) {
          float input = at + j >= kept ? values[(warp - kept + j) * ownRows + lane] : before[j * channels];
          sum = fma(weight[j * channels + lane], input, sum);
        }
        value = silu_of(sum);
        place<float>(places.convolved)[warp * channels + lane] = value;
      }
      post_peak(0, number, value);
      if (lane < owned) {
        float *gate = values + warp * ownRows + channels + lane;
        *gate = silu_of(*gate);
      }
      if (lane < owned && is_recorded(warp)) {
        record(warp, layer)[shape.innerStride + firstChannel + lane] = value;
      }
    }
  }

  // The same of a single position: a warp has its inputs, the next its gates.
  DEVICE_MEMBER void convolve_one(i64 layer, const float *vectors, u32 number) {
    if (warp > 1) return;
    int kept = (int)shape.taps - 1, row = warp * channels + lane;
    const float *weight = vectors + 4 * channels + lane, *before = place<float>(places.tails) + lane;
    float *values = place<float>(places.sums);
    float value = 0.0f;
    if (lane < owned) {
      float raw = __int2float_rn(((const int *)values)[row]) * misc->actScale[0] * vectors[row];
      if (plan.hasBias) raw = raw + vectors[2 * channels + row];
      value = raw;
      if (warp == 0) {
        values[row] = raw;
        value = weight[(kept + 1) * channels];
#pragma unroll 1
        for (int j = 0; j < kept; j++) value = fma(weight[j * channels], before[j * channels], value);
        value = fma(weight[kept * channels], raw, value);
      }
      value = silu_of(value);
      (warp == 0 ? place<float>(places.convolved) : values + channels)[lane] = value;
      if (warp == 0 && is_recorded(0)) {
        float *own = record(0, layer) + firstChannel + lane;
        own[0] = raw;
        own[shape.innerStride] = value;
      }
    }
    if (warp == 0) post_peak(0, number, value);
  }

  // Windows that stand at once move their tails on; what was raw is read.
  DEVICE_MEMBER void advance_tails(i64 layer) {
    int kept = (int)shape.taps - 1;
    const float *raw = place<float>(places.sums), *tails = place<float>(places.tails);
    // The last warps have least to do.
    int index = PASS_WARPS - 1 - warp;
    if (index >= pass.segments || lane >= owned) return;
    const Segment &segment = pass.segment[P == 1 ? 0 : index];
    if (segment.isRecorded) return;
#pragma unroll 1
    for (int tap = 0; tap < kept; tap++) {
      int from = tap + (int)segment.count;
      segment.tails[(layer * kept + tap) * shape.innerStride + firstChannel + lane] =
          from < kept ? tails[(index * kept + from) * channels + lane]
                      : raw[(segment.first + from - kept) * 2 * channels + lane];
    }
  }

  // The sums that a thread reads: of two positions one row of x_proj, if it is one.
  DEVICE_MEMBER int sum_column(int j) const {
    bool isThere = thread / READERS * 2 < rows;
    return isThere ? thread % READERS + j * READERS : selectRows;
  }
  DEVICE_MEMBER const u64 *sum_word(int j) const {
    return meeting.select + sum_place(thread / READERS * selectRows + sum_column(j));
  }

  // Where B begins in what x_proj gave for a position: the inputs of a single position's step sizes are
  // filled up with zeros.
  DEVICE_MEMBER int b_at() const { return P == 1 ? chunks_of(shape.rank) * CHUNK : (int)shape.rank; }

  // x_proj: adds this block's columns to the sums.
  DEVICE_MEMBER void add_columns(const char *small) {
    int tiles = (selectRows + 15) / 16, g = lane / 4, part = lane % 4;
    const char *bytes = memory + places.quantized;
    // A single position is quantised by every warp. What follows a block's channels meets zeros.
    float inverse = P == 1 ? quanta_of(misc->peaks[0][0], 1).inverse : 0.0f;
#pragma unroll 1
    for (int tile = warp; tile < tiles; tile += PASS_WARPS) {
      int c[(P + 7) / 8][4] = {};
#pragma unroll 2
      for (int unit = 0; unit < units; unit++) {
        uint2 a = *(const uint2 *)(small + ((tile * units + unit) * WARP + lane) * 8);
#pragma unroll
        for (int n = 0; n < (P + 7) / 8; n++) {
          int position = 8 * n + g;
          u32 b = 0;
          if (P == 1) {
            float4 x = *place<float4>(places.convolved + (unit * UNIT + part * 4) * 4);
            if (inverse > 0.0f) b = quantized4(x, inverse, 1, 0);
          } else if (position < rows) {
            b = *(const u32 *)(bytes + (position * units + unit) * UNIT + part * 4);
          }
          mma_half(c[n], a.x, a.y, b);
        }
      }
#pragma unroll
      for (int n = 0; n < (P + 7) / 8; n++) {
#pragma unroll
        for (int j = 0; j < 2; j++) {
          int position = 8 * n + 2 * part, row = tile * 16 + g + j * 8;
          if (position < rows && row < selectRows) {
            add(meeting.select + sum_place(position / 2 * selectRows + row),
                sums_of(c[n][2 * j], P == 1 ? 0 : c[n][2 * j + 1]));
          }
        }
      }
    }
  }

  // What all blocks added.
  DEVICE_MEMBER void gather_sums(const float *scales) {
    float *values = place<float>(places.values);
    int position = thread / READERS * 2, stride = selectRows | 1;
    float first = quanta_of(misc->peaks[0][position], 1).scale;
    float second = P == 1 ? 0.0f : quanta_of(misc->peaks[0][position + 1], 1).scale;
    if (P == 1) hesitate();
    u64 word[SUMS];
#pragma unroll
    for (int j = 0; j < SUMS; j++) {
      word[j] = before[j];
      if (sum_column(j) < selectRows) word[j] = poll(sum_word(j));
    }
#pragma unroll
    for (int j = 0; j < SUMS; j++) {
      int column = sum_column(j);
      if (column >= selectRows) break;
      while (blocks_in(word[j] - before[j]) != blocks) {
        pause();
        word[j] = poll(sum_word(j));
      }
      u64 sums = word[j] - before[j];
      float *value = values + position * stride + (column < (int)shape.rank ? 0 : b_at() - (int)shape.rank) + column;
      value[0] = __int2float_rn(first_in(sums)) * first * scales[column];
      if (P > 1) value[stride] = __int2float_rn(second_in(sums)) * second * scales[column];
      before[j] = word[j];
    }
    if (P == 1 && thread >= PASS_THREADS - (b_at() - (int)shape.rank)) {
      values[b_at() + thread - PASS_THREADS] = 0.0f;
    }
    __syncthreads();
  }

  // Quantises the step sizes' inputs of a warp's position.
  DEVICE_MEMBER void quantize_steps() {
    int rank = (int)shape.rank, stride = selectRows | 1;
    int wordCount = chunks_of(rank) * CHUNK / 4;
    if (warp < rows) {
      const float *x = place<float>(places.values) + warp * stride;
      u32 peak = 0;
#pragma unroll 4
      for (int i = lane; i < rank; i += WARP) {
        u32 bits = magnitude_bits(x[i]);
        peak = bits > peak ? bits : peak;
      }
      Quanta quanta = quanta_of(warp_max(peak), 1);
      if (lane == 0) misc->stepScale[warp] = quanta.scale;
      char *bytes = memory + places.words + warp * wordCount * 4;
#pragma unroll 4
      for (int i = lane; i < wordCount * 4; i += WARP) {
        bool counts = i < rank && quanta.inverse > 0.0f;
        bytes[i] = (char)quantum(counts ? x[i] : 0.0f, quanta.inverse, 1, 0);
      }
    }
    __syncthreads();
  }

  // dt_proj, scan and gate: 16 lanes a channel, each in turn a part of the columns, a position, a state
  // value, a position.
  DEVICE_MEMBER void scan(i64 layer, const char *small, const float *vectors) {
    int channel = thread / LANES, part = thread % LANES;
    int size = (int)shape.stateSize, rank = (int)shape.rank, stride = selectRows | 1;
    const float *values = place<float>(places.values);  // step size, B, C
    int ownRows = 2 * channels, stepChunks = chunks_of(rank), wordCount = stepChunks * CHUNK / 4;
    const float *stepScale = vectors + 2 * ownRows + (shape.taps + 1) * channels;
    const float *stepBias = stepScale + channels, *skip = stepBias + channels;
    const float *decays = skip + channels + selectRows;
    // Whole warps, which have two channels.
    if (channel / 2 * 2 < owned) {
      bool isOwned = channel < owned;
      int own = isOwned ? channel : owned - 1;
      const u32 *row = (const u32 *)(small + plan.stepAt) + own * wordCount + part;
      const u32 *acts = place<u32>(places.words) + part;
      int parts[LANES] = {};
#pragma unroll 1
      for (int k = 0; k < stepChunks; k++) {
        int weight = (int)row[k * CHUNK / 4];
#pragma unroll
        for (int i = 0; i < P; i++) {
          // Rows that are not there are never read.
          parts[i] = dp4a(weight, (int)acts[i * wordCount + k * CHUNK / 4], parts[i]);
        }
      }
      int sum = sum_of_own(parts, part);
      float *steps = place<float>(places.steps);
      const float *x = place<float>(places.convolved), *gate = place<float>(places.sums) + channels;
      if (part < rows) {
        float step = softplus_of(__int2float_rn(sum) * misc->stepScale[part] * stepScale[own] + stepBias[own]);
        steps[part * channels + own] = step;
        if (isOwned && is_recorded(part)) {
          record(part, layer)[2 * shape.innerStride + firstChannel + own] = step;
        }
      }
      __syncwarp();
      // [channel][position][state], in the place of what was normed.
      float *products = place<float>(places.act) + channel * P * (size + 1);
      i64 offset = (layer * shape.innerStride + firstChannel + own) * size;
#pragma unroll 1
      for (int n = part; n < size; n += LANES) {
        float decay = decays[own * size + n];
#pragma unroll 1
        for (int index = 0; index < (int)pass.segments; index++) {
          const Segment &segment = pass.segment[index];
          int first = (int)segment.first, end = first + (int)segment.count;
          float state = index == 0 && n < LANES ? place<float>(places.state)[thread]
                                               : load(segment.scanIn + offset + n);
#pragma unroll 4
          for (int position = first; position < end; position++) {
            float dt = steps[position * channels + own];
            state = advance(state, dt, dt * x[position * channels + own], decay,
                            values[position * stride + rank + n]);
            products[position * (size + 1) + n] = state;
          }
          if (isOwned) segment.scanOut[offset + n] = state;
        }
      }
      __syncwarp();
      // A lane has a position: its sum runs over the state in order.
      if (part < rows) {
        const float *product = products + part * (size + 1), *c = values + part * stride + rank + size;
        float y = 0.0f;
#pragma unroll 8
        for (int n = 0; n < size; n++) y = fma(product[n], c[n], y);
        y = fma(skip[own], x[part * channels + own], y) * gate[part * ownRows + own];
        if (isOwned) steps[part * channels + own] = y;
      }
    }
    record_b(layer);
  }

  // What the scan of a single position needs of a lane's channel, fetched while x_proj's sums are on their way.
  struct Channel {
    const u32 *steps;   // the lane's words of a row of dt_proj
    const float *decays;
    float stepScale, stepBias, skip, x, gate, decay, state;
  };

  DEVICE_MEMBER Channel channel_of(const char *small, const float *vectors) const {
    int own = max(0, min(thread / LANES, owned - 1)), part = thread % LANES, size = (int)shape.stateSize;
    const float *scales = vectors + (shape.taps + 5) * channels + own;
    Channel channel;
    channel.steps = (const u32 *)(small + plan.stepAt) + own * chunks_of(shape.rank) * LANES + part;
    channel.decays = vectors + (shape.taps + 8) * channels + selectRows + own * size;
    channel.stepScale = scales[0];
    channel.stepBias = scales[channels];
    channel.skip = scales[2 * channels];
    channel.x = place<float>(places.convolved)[own];
    channel.gate = place<float>(places.sums)[channels + own];
    channel.decay = channel.decays[min(part, size - 1)];
    channel.state = place<float>(places.state)[thread];
    return channel;
  }

  // The same of a single position, whose y goes out at once. A lane is in turn a part of the columns of
  // dt_proj and a state value; each warp quantises the inputs for itself.
  DEVICE_MEMBER void scan_one(i64 layer, const Channel &own, u32 number) {
    int channel = thread / LANES, part = thread % LANES, size = (int)shape.stateSize;
    const float *values = place<float>(places.values), *b = values + b_at(), *c = b + size;
    // Whole warps, which have two channels.
    if (channel / 2 * 2 < owned) {
      const float4 *inputs = (const float4 *)values + part;
      int stepChunks = chunks_of(shape.rank), sum = 0;
      u32 peak = 0;
#pragma unroll 2
      for (int k = 0; k < stepChunks; k++) peak = max((int)peak, (int)peak_of(inputs[k * LANES]));
      peak = warp_max(peak);
      float inverse = quanta_of(peak, 1).inverse;
#pragma unroll 2
      for (int k = 0; k < stepChunks; k++) {
        u32 bytes = inverse > 0.0f ? quantized4(inputs[k * LANES], inverse, 1, 0) : 0;
        sum = dp4a((int)own.steps[k * LANES], (int)bytes, sum);
      }
#pragma unroll
      for (int half = LANES / 2; half > 0; half /= 2) {
        sum += __shfl_xor_sync(0xFFFFFFFFu, sum, half, LANES);
      }
      float step = softplus_of(__int2float_rn(sum) * quanta_of(peak, 1).scale * own.stepScale + own.stepBias);
      bool isOwned = channel < owned;
      const Segment &segment = pass.segment[0];
      i64 offset = (layer * shape.innerStride + firstChannel + channel) * size;
      // [channel][state], in the place of what was normed.
      float *products = place<float>(places.act) + channel * ((size + 3) / 4 * 4);
#pragma unroll 1
      for (int n = part; n < size; n += LANES) {
        bool isFirst = n < LANES;
        float state = isFirst || !isOwned ? own.state : load(segment.scanIn + offset + n);
        state = advance(state, step, step * own.x, isFirst ? own.decay : own.decays[n], b[n]);
        products[n] = state;
        if (isOwned) segment.scanOut[offset + n] = state;
      }
      __syncwarp();
      float y = 0.0f;
      if (size == LANES) {
        y = dot(products, c);
      } else {
#pragma unroll 1
        for (int n = 0; n < size; n++) y = fma(products[n], c[n], y);
      }
      y = fma(own.skip, own.x, y) * own.gate;
      // Fours of y are whole.
      if (part == 0 && channel < (owned + 3) / 4 * 4) {
        post(meeting.y + firstChannel + channel, tagged(number, isOwned ? __float_as_uint(y) : 0));
      }
      if (part == 0 && isOwned && is_recorded(0)) {
        record(0, layer)[2 * shape.innerStride + firstChannel + channel] = step;
      }
    }
    // Fours whose second half no warp has.
    int last = (owned + 1) / 2 * 2;
    if (part == 0 && channel >= last && channel < (owned + 3) / 4 * 4) {
      post(meeting.y + firstChannel + channel, tagged(number, 0));
    }
    record_b(layer);
  }

  // B, which is the same for all blocks.
  DEVICE_MEMBER void record_b(i64 layer) const {
    int size = (int)shape.stateSize, stride = selectRows | 1;
    const float *values = place<float>(places.values) + b_at();
    if (block == 0 && warp < rows && is_recorded(warp)) {
#pragma unroll 1
      for (int n = lane; n < size; n += WARP) {
        record(warp, layer)[3 * shape.innerStride + n] = values[warp * stride + n];
      }
    }
  }

  // MARK: y and out_proj

  // Brings one position's y into shared memory as bytes.
  DEVICE_MEMBER void gather_y(u32 number) {
    int pairs = ((int)shape.inner + 1) / 2;
    // A lane looks out for its first word before all is asked for.
    hesitate();
    if (lane == 0 && thread < pairs) word_of(meeting.y + thread * 2, number);
    __syncwarp();
    u64 word[OUTPUT_PAIRS][2];
    float2 value[OUTPUT_PAIRS] = {};
    u32 peak = 0;
#pragma unroll
    for (int j = 0; j < OUTPUT_PAIRS; j++) {
      if (pair(j) < pairs) poll_two(meeting.y + pair(j) * 2, word[j]);
    }
#pragma unroll
    for (int j = 0; j < OUTPUT_PAIRS; j++) {
      if (pair(j) >= pairs) break;
      value[j] = floats_of(meeting.y + pair(j) * 2, word[j], number);
      peak = max((int)peak, (int)peak_of(value[j]));
    }
    peak = warp_max(peak);
    if (lane == 0) raise(&misc->peaks[1][0], peak);
    __syncthreads();
    STAMP(15);
    float inverse = quanta_of(misc->peaks[1][0], 1).inverse;
#pragma unroll
    for (int j = 0; j < OUTPUT_PAIRS; j++) {
      if (pair(j) < pairs) place<unsigned short>(places.act)[pair(j)] = quantized2(value[j], inverse);
    }
  }

  DEVICE_MEMBER char *bytes_of_y(u32 number) const {
    return meeting.bytes + number % 2 * FEW * meeting.byteStride;
  }

  // Leaves the bytes of several positions' y where all blocks find them.
  DEVICE_MEMBER void exchange_y(u32 number) {
    float value = 0.0f;
    if (warp < rows) {
      if (lane < owned) value = place<float>(places.steps)[warp * channels + lane];
      post_peak(1, number, value);
    }
    gather_peaks(1, number);
    STAMP(15);
    if (warp < rows) {
      u32 byte = quantum_of(1, value);
      if (lane < channels) bytes_of_y(number)[warp * meeting.byteStride + firstChannel + lane] = (char)byte;
    }
    __syncthreads();
    if (thread == 0) arrive(meeting.arrivals);
    expected += (u32)blocks;
    await(meeting.arrivals, expected);
  }

  // Products of this block's rows; adds them to its part of the stream, and passes that on.
  DEVICE_MEMBER void project_output(i64 layer, const Matrix &head) {
    int all = chunks_of(shape.inner), tiles = (int)plan.outputTiles;
    int *sums = place<int>(places.sums);
    int per = (all + PASS_WARPS - 1) / PASS_WARPS, first = warp * per;
    const char *act = memory + places.act + first * CHUNK + lane % 4 * 16;
    u32 number = (u32)(pass.layersBefore + layer + 1);
    const char *bytes = bytes_of_y(number) + first * CHUNK + lane % 4 * 16;
    if (ownedOutput > 0) {
      multiply_chunks<P, OUTPUT_CHUNKS>(
          memory + places.output + first * tiles * PIECE, tiles, min(per, all - first), lane, rows,
          [&](int position, int k) {
            if (P == 1) return load_shared(act + k * CHUNK);
            return load((const uint4 *)(bytes + position * meeting.byteStride + k * CHUNK));
          },
          sums, outputRows);
    }
    float actScale = quanta_of(misc->peaks[1][P == 1 ? 0 : warp], 1).scale;
    __syncthreads();
    if (P > 1) fetch_ahead<2>(head, (int)layer);
    STAMP(18);
    const float *scale = place<float>(places.output + plan.outputVectorsAt);
    if (warp >= rows) return;
    // Fours are whole.
#pragma unroll 1
    for (int row = lane; row < (ownedOutput + 3) / 4 * 4; row += WARP) {
      float value = 0.0f;
      if (row < ownedOutput) {
        int i = warp * outputRows + row;
        value = __int2float_rn(sums[i]) * actScale * scale[row];
        if (plan.hasBias) value = value + scale[outputRows + row];
        float *own = place<float>(places.stream) + i;
        value = *own + value;
        *own = value;
      }
      post(meeting.stream + warp * shape.hiddenStride + firstOutput + row,
           tagged(number, __float_as_uint(value)));
    }
  }

  // MARK: Pass

  // What of the last layer is to be read no more.
  DEVICE_MEMBER void clear() {
    int *sums = place<int>(places.sums);
#pragma unroll 1
    for (int i = thread; i < rows * max(2 * channels, outputRows); i += PASS_THREADS) sums[i] = 0;
  }

  DEVICE_MEMBER void begin(const Matrix &embedding) {
#pragma unroll 1
    for (int i = thread; i < rows * outputRows; i += PASS_THREADS) {
      int position = i / outputRows, row = i % outputRows;
      if (row < ownedOutput) {
        place<float>(places.stream)[i] = embedded(embedding, position, firstOutput + row);
      }
    }
#pragma unroll
    for (int j = 0; j < SUMS; j++) {
      before[j] = sum_column(j) < selectRows ? poll(sum_word(j)) : 0;
    }
    if (thread == 0) {
      make_barrier(&misc->barriers[0]);
      make_barrier(&misc->barriers[1]);
      fetch_input(0, 0, 1);
    }
    __syncthreads();
  }

  DEVICE_MEMBER void run(const Matrix &embedding, const Matrix &head) {
#ifdef STAMPS
    if (thread == 0) {
      for (int i = 0; i < 24; i++) misc->cycles[i] = 0;
      last = clock64();
    }
#endif
    begin(embedding);
    int layers = (int)shape.layers, kept = (int)shape.taps - 1;
#pragma unroll 1
    for (int layer = 0; layer < layers + 1; layer++) {
      if (layer == layers && pass.logitRows == 0) break;
      look_up_thread();
      // The state and the tail of the first sequence are fetched before they are needed.
      int state = thread / LANES, part = thread % LANES;
      float *tails = place<float>(places.tails);
      if (layer < layers) {
        if (state < owned && part < shape.stateSize) {
          copy_word_async(
              place<float>(places.state) + thread,
              pass.segment[0].scanIn +
                  ((i64)layer * shape.innerStride + firstChannel + state) * shape.stateSize + part);
        }
        if (warp < kept && lane < owned) {
          copy_word_async(tails + warp * channels + lane,
                          pass.segment[0].tails + ((i64)layer * kept + warp) * shape.innerStride +
                              firstChannel + lane);
        }
      }
      clear();
      STAMP(0);
      norm(layer, embedding);
      STAMP(2);
      if (layer == layers) break;
      // Those of other sequences, by a warp each.
      if (P > 1 && warp > 0 && warp < pass.segments && lane < owned) {
        for (int tap = 0; tap < kept; tap++) {
          tails[(warp * kept + tap) * channels + lane] = load(
              pass.segment[warp].tails + ((i64)layer * kept + tap) * shape.innerStride + firstChannel + lane);
        }
      }
      if (thread < 2 * FEW) misc->peaks[0][thread] = 0;
      wait_for_copies();
      wait_for_bytes(&misc->barriers[0], layer & 1);
      __syncthreads();
      STAMP(5);
      const char *own = memory + places.small;
      const float *vectors = (const float *)(own + plan.vectorsAt);
      u32 number = (u32)(pass.layersBefore + layer + 1);
      project_input();
      STAMP(6);
      if (P == 1) convolve_one(layer, vectors, number); else convolve(layer, vectors, number);
      STAMP(8);
      gather_peaks(0, number);
      STAMP(9);
      if (P == 1) fetch_ahead<0>(head, layer);
      if (P > 1 && warp < rows && lane < units * UNIT) {
        float x = lane < owned ? place<float>(places.convolved)[warp * channels + lane] : 0.0f;
        (memory + places.quantized)[warp * units * UNIT + lane] = (char)quantum_of(0, x);
      }
      advance_tails(layer);
      if (P > 1) __syncthreads();
      STAMP(10);
      add_columns(own);
      STAMP(11);
      Channel channel;
      if (P == 1) channel = channel_of(own, vectors);
      gather_sums(vectors + (shape.taps + 8) * channels);
      STAMP(12);
      if (P > 1) fetch_ahead<0>(head, layer);
      fetch_ahead<1>(head, layer);
      if (P == 1) {
        scan_one(layer, channel, number);
      } else {
        quantize_steps();
        STAMP(13);
        scan(layer, own, vectors);
        __syncthreads();
      }
      STAMP(14);
      if (P == 1) gather_y(number); else exchange_y(number);
      if (P == 1) fetch_ahead<2>(head, layer);
      // The sums of in_proj, which held the gate, make room for those of out_proj.
      clear();
      if (ownedOutput > 0) wait_for_bytes(&misc->barriers[1], layer & 1);
      __syncthreads();
      STAMP(16);
      project_output(layer, head);
      STAMP(19);
      __syncthreads();
    }
    if (pass.logitRows > 0) compute_logits(head);
#ifdef STAMPS
    STAMP(20);
    if (thread == 0 && block == blocks / 2 && pass.layersBefore / layers % 32 == 31) {
      for (int i = 0; i < 21; i++) printf("%d ", (int)(misc->cycles[i] / layers));
      printf("of %d rows\n", rows);
    }
#endif
  }

  // This block's tiles of the head.
  DEVICE_MEMBER int head_first() const { return (int)(pass.firstTile + pass.tiles * block / blocks); }
  DEVICE_MEMBER int head_count() const {
    return (int)(pass.firstTile + pass.tiles * (block + 1) / blocks) - head_first();
  }

  // One of some parts of in_proj; with the last what is small, which is in use till then. By one thread.
  DEVICE_MEMBER void fetch_input(i64 layer, int part, int parts) {
    u64 *barrier = &misc->barriers[0];
    const char *from = weights(layer) + plan.outputSize;
    int size = (int)plan.inputSize, begin = size / 16 * part / parts * 16;
    if (part == 0) expect_bytes(barrier, size + (int)plan.smallSize);
    if (part == parts - 1) {
      copy_bytes(memory + places.small, from + size, (int)plan.smallSize, barrier);
    }
    copy_bytes(memory + places.input + begin, from + begin, size / 16 * (part + 1) / parts * 16 - begin,
               barrier);
  }

  // How many of this block's tiles of the head are fetched ahead.
  DEVICE_MEMBER int head_staged() const { return min((int)places.stagedTiles, head_count()); }

  // One of three parts of the next layer's weights, or of the head's.
  template <int PART> DEVICE_MEMBER void fetch_ahead(const Matrix &head, int layer) {
    // The last warp has least to do.
    if (warp != PASS_WARPS - 1) return;
    if (layer + 1 < shape.layers) {
      if (lane == 0) fetch_input(layer + 1, PART, 3);
    } else if (PART == 0 && pass.logitRows > 0) {
      // Groups of tiles, in each chunk by chunk.
      int staged = head_staged();
      u64 *barrier = &misc->barriers[0];
      if (lane == 0 && staged > 0) expect_bytes(barrier, staged * chunks * PIECE);
      __syncwarp();
      const char *first = head.weights + (i64)head_first() * chunks * PIECE;
#pragma unroll 1
      for (int piece = lane; piece < staged * chunks; piece += WARP) {
        int group = piece / (GROUP * chunks), tiles = min(GROUP, staged - group * GROUP);
        int rest = piece - group * GROUP * chunks, tile = group * GROUP + rest % tiles;
        copy_bytes(memory + places.input + piece * PIECE,
                   first + ((i64)tile * chunks + rest / tiles) * PIECE, PIECE, barrier);
      }
    }
  }

  // Of what was normed for the head.
  DEVICE_MEMBER void compute_logits(const Matrix &head) {
    int staged = head_staged();
    if (staged > 0) wait_for_bytes(&misc->barriers[0], (int)shape.layers & 1);
    int *sums = place<int>(places.sums), count = P == 1 ? 1 : (int)pass.logitRows;
    int per = (chunks + PASS_WARPS - 1) / PASS_WARPS, first = min(warp * per, chunks);
    int chunkCount = min(per, chunks - first), all = head_count();
#pragma unroll 1
    for (int begin = 0; begin < all; begin += GROUP) {
      // A group is staged as a whole or not at all.
      bool isStaged = begin < staged;
      int tiles = min(GROUP, (isStaged ? staged : all) - begin), tile = head_first() + begin;
#pragma unroll 1
      for (int i = thread; i < count * GROUP * TILE; i += PASS_THREADS) sums[i] = 0;
      __syncthreads();
      Weights weights = {head.weights + (i64)tile * chunks * PIECE, chunks,
                         memory + places.input + (begin * chunks + first * tiles) * PIECE,
                         isStaged ? 1 << 30 : 0};
      ByteActs<true> acts = {memory + places.act, (int)places.actStride, count};
      multiply<P == 16 ? 16 : 8>(weights, tiles, first, chunkCount, acts, count,
                                 [&](int row, int position, int sum) {
        atomicAdd(&sums[position * GROUP * TILE + row], sum);
      });
      __syncthreads();
#pragma unroll 1
      for (int i = thread; i < count * tiles * TILE; i += PASS_THREADS) {
        int position = i / (tiles * TILE), row = i % (tiles * TILE);
        pass.logits[position][tile * TILE + row] = __int2float_rn(sums[position * GROUP * TILE + row]) *
                                                   misc->actScale[position] * head.scales[tile * TILE + row];
      }
      __syncthreads();
    }
  }
};

#define WHOLE_PASS(P)                                                                           \
  KERNEL void __launch_bounds__(PASS_THREADS, 1) pass##P(                                       \
      const __grid_constant__ Plan plan, const __grid_constant__ Shape shape,                   \
      const __grid_constant__ Places places, const __grid_constant__ Meeting meeting,           \
      const __grid_constant__ Matrix embedding, const __grid_constant__ Matrix head,            \
      const __grid_constant__ FewPass pass) {                                                   \
    SHARED_MEMORY(char, memory);                                                                \
    WholePass<P>(plan, shape, places, meeting, pass, memory).run(embedding, head);              \
  }

WHOLE_PASS(1)
WHOLE_PASS(8)
WHOLE_PASS(16)

#endif
