// A pass over up to 16 positions of an int8 model in one kernel. Follows kernels.cu, whose functions it
// uses.
//
// A block owns some channels: their rows of in_proj and dt_proj, their convolution, scan and gate, their
// columns of x_proj; and some rows of out_proj with their part of the residual stream. What blocks
// need of one another goes through memory, four times a layer for one position:
//
//   peaks of x      by which x is quantised
//   x_proj          64-bit sums which only grow: below the sum, above it how many blocks have added
//   y               floats; their peak is found by every block
//   the stream      floats; every block norms them for itself
//
// Each word carries the number of its exchange in its upper half, so that to see it is to have it.
// Of several positions there is too much for that: y is quantised where it is made, by peaks that are
// exchanged before, a position of the stream is normed by one block, and bytes are read after a barrier.
//
// Weights of a block lie together and come into shared memory a layer ahead, in portions right after
// an exchange, when no other block waits for memory. A warp has a position wherever it can, so that code
// is short and nothing is divided: code that does not stay in the instruction cache costs most.

#if __CUDA_ARCH__ >= 900

static const int FEW = 16;            // positions at most
static const int PASS_THREADS = 512;
static const int PASS_WARPS = 16;
static const int EACH = 4;            // values of the stream that a thread has of one position
static const int GROUPS = 2;          // fours of y that a thread has
static const int AHEAD = 4;           // chunks of activations that a warp reads together
static const int UNIT = 16;           // columns of a product over a block's channels
static const int BATCH = 8;           // values of a norm that are read together

// Words that all blocks watch lie apart, in as many parts of the second cache.
static const int PEAK_STRIDE = 16;
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
  u64 *peaks;       // [2][positions][blocks, padded to 32], PEAK_STRIDE apart
  u64 *select;      // [positions][rows of x_proj], fours SUM_STRIDE apart
  u64 *y;           // [channels of all blocks]
  u64 *stream;      // [hidden]
  char *bytes;      // of y: [positions][stride]
  i64 byteStride;
  float *streams;   // [positions][hidden stride]
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

DEVICE u64 poll(const u64 *p) {
  u64 v;
  asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(v) : "l"(p) : "memory");
  return v;
}

// Each of the words by itself is whole.
DEVICE void poll_four(const u64 *p, u64 v[4]) {
  asm volatile("ld.relaxed.gpu.global.v2.u64 {%0, %1}, [%2];"
               : "=l"(v[0]), "=l"(v[1]) : "l"(p) : "memory");
  asm volatile("ld.relaxed.gpu.global.v2.u64 {%0, %1}, [%2];"
               : "=l"(v[2]), "=l"(v[3]) : "l"(p + 2) : "memory");
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

static const u64 ONE_BLOCK = 1ull << 40;  // in a sum of x_proj

// How many blocks have added to a sum, which may be negative.
DEVICE int blocks_in(u64 word) { return (int)((word + (ONE_BLOCK >> 1)) >> 40); }
DEVICE int sum_in(u64 word) { return (int)(u32)word; }

DEVICE i64 sum_place(int i) { return (i64)(i / 4) * SUM_STRIDE + i % 4; }

DEVICE u64 tagged(u32 number, u32 word) { return (u64)number << 32 | word; }

// Waits until so many blocks have arrived.
DEVICE void await(const u32 *count, u32 target) {
  if (threadIdx.x == 0) {
    while ((int)(arrivals(count) - target) < 0) pause();
  }
  __syncthreads();
}

// A warp's products of some tiles with bytes over some chunks; weights are [chunk][tile] from its first
// chunk. `fetch(position, chunk)` is the lane's part of a position. Positions that are not there are
// multiplied like others, and looked at by nobody.
template <int P, class Fetch, class Sink>
DEVICE void multiply_chunks(const char *weights, int tiles, int count, int rows, const Fetch &fetch,
                            const Sink &sink) {
  int lane = threadIdx.x % WARP, g = lane / 4, part = lane % 4;
  weights += lane * 16;
#pragma unroll 1
  for (int first = 0; first < count; first += AHEAD) {
    uint4 low[AHEAD], high[P == 16 ? AHEAD : 1];
#pragma unroll
    for (int k = 0; k < AHEAD; k++) {
      int chunk = min(first + k, count - 1);
      low[k] = fetch(min(g, rows - 1), chunk);
      if (P == 16) high[k] = fetch(min(8 + g, rows - 1), chunk);
    }
#pragma unroll 1
    for (int tile = 0; tile < tiles; tile += P == 16 ? 1 : 2) {
      int c[4] = {}, other = min(tile + 1, tiles - 1) - tile;
#pragma unroll
      for (int k = 0; k < AHEAD; k++) {
        if (first + k >= count) break;
        const char *from = weights + ((first + k) * tiles + tile) * PIECE;
        uint4 w = *(const uint4 *)from;
        if (P == 16) {
          mma(c, low[k].x, high[k].x, low[k].y, high[k].y, w.x, w.y);
          mma(c, low[k].z, high[k].z, low[k].w, high[k].w, w.z, w.w);
        } else {
          // The last tile may stand alone: then it takes both places.
          uint4 second = *(const uint4 *)(from + other * PIECE);
          mma(c, w.x, second.x, w.y, second.y, low[k].x, low[k].y);
          mma(c, w.z, second.z, w.w, second.w, low[k].z, low[k].w);
        }
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (P == 16) {
          int position = g + j / 2 * 8;
          if (position < rows) sink(tile * TILE + 2 * part + j % 2, position, c[j]);
        } else {
          int position = 2 * part + j % 2;
          if (j / 2 <= other && position < rows) sink((tile + j / 2) * TILE + g, position, c[j]);
        }
      }
    }
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
  static const int SUMS = P == 1 ? 1 : P == 8 ? 3 : 5;
  u64 before[SUMS];     // sums of x_proj that this thread has seen whole

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
    i64 token = pass.row[row].token, piece = token / TILE * chunks + i / CHUNK;
    return (float)((const signed char *)
                       embedding.weights)[(piece * TILE + token % TILE) * CHUNK + i % CHUNK] *
           embedding.scales[token];
  }

  // MARK: Norm

  // The scale that follows from lane_sum's sum, which lane 16 has.
  DEVICE_MEMBER float norm_scale(float sum) const {
#pragma unroll
    for (int half = LANES / 2; half > 0; half /= 2) {
      sum = sum + __shfl_down_sync(0xFFFFFFFFu, sum, half, LANES);
    }
    sum = __shfl_sync(0xFFFFFFFFu, sum, LANES);
    return scale_of(__fdiv_rn(sum, __int2float_rn(width)) + __uint_as_float((u32)plan.epsilon));
  }

  // All threads norm one position, of which each has every 512th value.
  // Leaves the bytes at `bytes` and returns their scale.
  DEVICE_MEMBER float norm_by_block(float value[EACH], const float weight[EACH], char *bytes) {
    float *x = place<float>(places.values);
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      int i = thread + j * PASS_THREADS;
      if (i < width) x[i] = value[j];
    }
    if (thread == 0) misc->normPeak = 0;
    __syncthreads();
    if (warp == 0) {
      // Both halves of the warp do the same.
      float sum = 0.0f, own[BATCH];
      const float *from = x + lane % LANES;
      int whole = width / (BATCH * LANES);
#pragma unroll 1
      for (int batch = 0; batch < whole; batch++) {
#pragma unroll
        for (int j = 0; j < BATCH; j++) own[j] = from[(batch * BATCH + j) * LANES];
#pragma unroll
        for (int j = 0; j < BATCH; j++) sum = fma(own[j], own[j], sum);
      }
#pragma unroll 1
      for (int i = whole * BATCH * LANES + lane % LANES; i < width; i += LANES) sum = fma(x[i], x[i], sum);
      float scale = norm_scale(sum);
      if (lane == 0) misc->normScale = scale;
    }
    __syncthreads();
    float scale = misc->normScale;
    u32 peak = 0;
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      value[j] = value[j] * scale * weight[j];
      u32 bits = magnitude_bits(value[j]);
      if (thread + j * PASS_THREADS < width) peak = bits > peak ? bits : peak;
    }
    peak = warp_max(peak);
    if (lane == 0) atomicMax(&misc->normPeak, peak);
    __syncthreads();
    Quanta quanta = quanta_of(misc->normPeak, 1);
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      int i = thread + j * PASS_THREADS;
      if (i >= chunks * CHUNK) break;
      bool counts = i < width && quanta.inverse > 0.0f;
      bytes[i] = (char)quantum(counts ? value[j] : 0.0f, quanta.inverse, 1, 0);
    }
    return quanta.scale;
  }

  // Norms the stream for a layer, or for the head the positions with logits. Several positions are normed
  // by a block each, which passes their bytes on.
  DEVICE_MEMBER void norm(i64 layer, const Matrix &embedding) {
    bool isFinal = layer == shape.layers;
    int count = P == 1 ? 1 : isFinal ? (int)pass.logitRows : rows;
    int row = P == 1 ? 0 : block < count ? isFinal ? (int)pass.logitRow[block] : block : -1;
    float value[EACH] = {}, weight[EACH] = {};
    if (P == 1 || row >= 0) {
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = thread + j * PASS_THREADS;
        if (i < width) weight[j] = plan.normWeight[layer * shape.hiddenStride + i];
      }
      if (layer > 0) {
        read_stream((u32)(pass.layersBefore + layer), row, value);
      } else {
#pragma unroll 1
        for (int j = 0; j < EACH; j++) {
          int i = thread + j * PASS_THREADS;
          float v = i < width ? embedded(embedding, row, i) : 0.0f;
#pragma unroll
          for (int k = 0; k < EACH; k++) {
            if (k == j) value[k] = v;
          }
        }
      }
    }
    STAMP(1);
    if (!isFinal) fetch_output(layer);
    if (P == 1) {
      misc->actScale[0] = norm_by_block(value, weight, memory + places.act);
      return;
    }
    int size = chunks * CHUNK;
    if (row >= 0) {
      float scale = norm_by_block(value, weight, meeting.normed + (i64)block * size);
      if (thread == 0) meeting.normedScale[block] = scale;
      __syncthreads();
      if (thread == 0) arrive(meeting.arrivals);
    }
    expected += (u32)count;
    await(meeting.arrivals, expected);
    STAMP(3);
#pragma unroll 1
    for (int position = 0; position < count; position++) {
      // A warp or two a position at a time.
      int i = (thread + position * (size / 16)) % PASS_THREADS;
#pragma unroll 1
      for (; i < size / 16; i += PASS_THREADS) {
        *place<uint4>(places.act + position * places.actStride + i * 16) =
            load((const uint4 *)(meeting.normed + (i64)position * size + i * 16));
      }
    }
    if (thread < count) misc->actScale[thread] = load(&meeting.normedScale[thread]);
  }

  // This thread's part of a position of the stream, once it is there.
  DEVICE_MEMBER void read_stream(u32 number, int row, float value[EACH]) {
    if (P > 1) {
      await(meeting.arrivals, expected);
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = thread + j * PASS_THREADS;
        if (i < width) value[j] = load(meeting.streams + row * shape.hiddenStride + i);
      }
    } else {
      u64 word[EACH];
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = thread + j * PASS_THREADS;
        if (i < width) word[j] = poll(meeting.stream + i);
      }
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = thread + j * PASS_THREADS;
        if (i >= width) break;
        while ((u32)(word[j] >> 32) != number) {
          pause();
          word[j] = poll(meeting.stream + i);
        }
        value[j] = __uint_as_float((u32)word[j]);
      }
    }
  }

  // MARK: Exchanges of peaks

  DEVICE_MEMBER u64 *peaks(int kind) const {
    return meeting.peaks + kind * FEW * ((blocks + 31) / 32 * 32) * PEAK_STRIDE;
  }

  // Of a warp's position.
  DEVICE_MEMBER void post_peak(int kind, u32 number, float value) {
    u32 peak = warp_max(lane < owned ? magnitude_bits(value) : 0);
    if (lane == 0) {
      post(peaks(kind) + (warp * ((blocks + 31) / 32 * 32) + block) * PEAK_STRIDE, tagged(number, peak));
    }
  }

  // Brings the peaks of all blocks together, after which all threads have passed.
  DEVICE_MEMBER void gather_peaks(int kind, u32 number) {
    int padded = (blocks + 31) / 32 * 32;
    const u64 *slots = peaks(kind);
#pragma unroll 1
    for (int i = thread; i < rows * padded; i += PASS_THREADS) {
      int position = P == 1 ? 0 : i / padded;
      u32 peak = 0;
      if (i - position * padded < blocks) {
        u64 word = poll(slots + i * PEAK_STRIDE);
        while ((u32)(word >> 32) != number) {
          pause();
          word = poll(slots + i * PEAK_STRIDE);
        }
        peak = (u32)word;
      }
      peak = warp_max(peak);
      if (lane == 0) atomicMax(&misc->peaks[kind][position], peak);
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
    if (thread == PASS_THREADS - 1 && ownedOutput > 0) {
      expect_bytes(&misc->barriers[1], (int)plan.outputSize);
      copy_bytes(memory + places.output, weights(layer), (int)plan.outputSize, &misc->barriers[1]);
    }
  }

  // in_proj; leaves integer sums.
  DEVICE_MEMBER void project_input() {
    int ownRows = 2 * channels, tiles = ownRows / TILE;
    int *sums = place<int>(places.sums);
    int per = (chunks + PASS_WARPS - 1) / PASS_WARPS, first = warp * per;
    const char *act = memory + places.act + first * CHUNK + lane % 4 * 16;
    multiply_chunks<P>(
        memory + places.input + first * tiles * PIECE, tiles, min(per, chunks - first), rows,
        [&](int position, int k) {
          return *(const uint4 *)(act + position * places.actStride + k * CHUNK);
        },
        [&](int row, int position, int sum) { atomicAdd(&sums[position * ownRows + row], sum); });
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
    if (P == 1) __syncwarp(); else __syncthreads();
    if (warp < rows) {
      float value = 0.0f;
      if (lane < owned) {
        int at = P == 1 ? 0 : (int)pass.row[warp].index;
        const float *before = tails + ((P == 1 ? 0 : pass.row[warp].segment) * kept + at) * channels + lane;
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

  // Windows that stand at once move their tails on; what was raw is read.
  DEVICE_MEMBER void advance_tails(i64 layer) {
    int kept = (int)shape.taps - 1;
    const float *raw = place<float>(places.sums), *tails = place<float>(places.tails);
    if (warp >= pass.segments || lane >= owned) return;
    const Segment &segment = pass.segment[P == 1 ? 0 : warp];
    if (segment.isRecorded) return;
#pragma unroll 1
    for (int tap = 0; tap < kept; tap++) {
      int from = tap + (int)segment.count;
      segment.tails[(layer * kept + tap) * shape.innerStride + firstChannel + lane] =
          from < kept ? tails[(warp * kept + from) * channels + lane]
                      : raw[(segment.first + from - kept) * 2 * channels + lane];
    }
  }

  // x_proj: adds this block's columns to the sums, and reads what all blocks added.
  DEVICE_MEMBER void select(const char *small, const float *scales) {
    int tiles = (selectRows + 15) / 16, g = lane / 4, part = lane % 4, stride = selectRows | 1;
    const char *bytes = memory + places.quantized;
#pragma unroll 1
    for (int tile = warp; tile < tiles; tile += PASS_WARPS) {
      int c[(P + 7) / 8][4] = {};
#pragma unroll 2
      for (int unit = 0; unit < units; unit++) {
        uint2 a = *(const uint2 *)(small + ((tile * units + unit) * WARP + lane) * 8);
#pragma unroll
        for (int n = 0; n < (P + 7) / 8; n++) {
          int position = 8 * n + g;
          u32 b = position < rows ? *(const u32 *)(bytes + (position * units + unit) * UNIT + part * 4) : 0;
          mma_half(c[n], a.x, a.y, b);
        }
      }
#pragma unroll
      for (int n = 0; n < (P + 7) / 8; n++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          int position = 8 * n + 2 * part + j % 2, row = tile * 16 + g + j / 2 * 8;
          if (position < rows && row < selectRows) {
            add(&meeting.select[sum_place(position * selectRows + row)], ONE_BLOCK + (u64)(i64)c[n][j]);
          }
        }
      }
    }
    STAMP(11);
    float *values = place<float>(places.values);
    u64 word[SUMS];
    float scale[SUMS];
#pragma unroll
    for (int j = 0; j < SUMS; j++) {
      int i = thread + j * PASS_THREADS;
      word[j] = before[j];
      if (i >= rows * selectRows) continue;
      int position = P == 1 ? 0 : i / selectRows;
      scale[j] = quanta_of(misc->peaks[0][position], 1).scale;
      word[j] = poll(meeting.select + sum_place(i));
    }
#pragma unroll
    for (int j = 0; j < SUMS; j++) {
      int i = thread + j * PASS_THREADS;
      if (i >= rows * selectRows) break;
      while (blocks_in(word[j] - before[j]) != blocks) {
        pause();
        word[j] = poll(meeting.select + sum_place(i));
      }
      int position = P == 1 ? 0 : i / selectRows, column = i - position * selectRows;
      values[position * stride + column] =
          __int2float_rn(sum_in(word[j] - before[j])) * scale[j] * scales[column];
      before[j] = word[j];
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
  // value, a position. One position's y goes out at once.
  DEVICE_MEMBER void scan(i64 layer, const char *small, const float *vectors, u32 number) {
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
      int sum = 0;
      if (P == 1) {
#pragma unroll 2
        for (int k = 0; k < stepChunks; k++) {
          sum = dp4a((int)row[k * CHUNK / 4], (int)acts[k * CHUNK / 4], sum);
        }
#pragma unroll
        for (int half = LANES / 2; half > 0; half /= 2) {
          sum += __shfl_xor_sync(0xFFFFFFFFu, sum, half, LANES);
        }
      } else {
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
        sum = sum_of_own(parts, part);
      }
      float *steps = place<float>(places.steps);
      const float *x = place<float>(places.convolved), *gate = place<float>(places.sums) + channels;
      float step = 0.0f;
      if (P == 1 || part < rows) {
        int position = P == 1 ? 0 : part;
        step = softplus_of(__int2float_rn(sum) * misc->stepScale[position] * stepScale[own] + stepBias[own]);
        if (P > 1) steps[position * channels + own] = step;
        if (isOwned && is_recorded(position) && (P > 1 || part == 0)) {
          record(position, layer)[2 * shape.innerStride + firstChannel + own] = step;
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
        for (int index = 0; index < (P == 1 ? 1 : (int)pass.segments); index++) {
          const Segment &segment = pass.segment[index];
          int first = P == 1 ? 0 : (int)segment.first, end = P == 1 ? 1 : first + (int)segment.count;
          float state = index == 0 && n < LANES ? place<float>(places.state)[thread]
                                               : load(segment.scanIn + offset + n);
#pragma unroll 4
          for (int position = first; position < end; position++) {
            float dt = P == 1 ? step : steps[position * channels + own];
            state = advance(state, dt, dt * x[position * channels + own], decay,
                            values[position * stride + rank + n]);
            products[position * (size + 1) + n] = state;
          }
          if (isOwned) segment.scanOut[offset + n] = state;
        }
      }
      __syncwarp();
      // A lane has a position: its sum runs over the state in order.
      if (P == 1 || part < rows) {
        int position = P == 1 ? 0 : part;
        const float *product = products + position * (size + 1);
        const float *c = values + position * stride + rank + size;
        float y = 0.0f;
#pragma unroll 8
        for (int n = 0; n < size; n++) y = fma(product[n], c[n], y);
        y = fma(skip[own], x[position * channels + own], y) * gate[position * ownRows + own];
        if (P == 1 && part == 0 && isOwned) {
          post(meeting.y + firstChannel + channel, tagged(number, __float_as_uint(y)));
        }
        if (P > 1 && isOwned) steps[position * channels + own] = y;
      }
    }
    // Fours of y are whole.
    if (P == 1 && part == 0 && channel >= owned && channel < (owned + 3) / 4 * 4) {
      post(meeting.y + firstChannel + channel, tagged(number, 0));
    }
    if (block == 0 && warp < rows && is_recorded(warp)) {
      for (int n = lane; n < size; n += WARP) {
        record(warp, layer)[3 * shape.innerStride + n] = values[warp * stride + rank + n];
      }
    }
  }

  // MARK: y and out_proj

  // Brings one position's y into shared memory as bytes.
  DEVICE_MEMBER void gather_y(u32 number) {
    int groups = ((int)shape.inner + 3) / 4;
    u64 word[GROUPS][4];
    float value[GROUPS][4];
    u32 peak = 0;
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
      int group = thread + g * PASS_THREADS;
      if (group >= groups) break;
      poll_four(meeting.y + group * 4, word[g]);
    }
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
      int group = thread + g * PASS_THREADS;
      if (group >= groups) break;
      while ((u32)(word[g][0] >> 32) != number || (u32)(word[g][1] >> 32) != number ||
             (u32)(word[g][2] >> 32) != number || (u32)(word[g][3] >> 32) != number) {
        pause();
        poll_four(meeting.y + group * 4, word[g]);
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
        value[g][j] = __uint_as_float((u32)word[g][j]);
        u32 bits = magnitude_bits(value[g][j]);
        peak = bits > peak ? bits : peak;
      }
    }
    peak = warp_max(peak);
    if (lane == 0) atomicMax(&misc->peaks[1][0], peak);
    __syncthreads();
    STAMP(15);
    float inverse = quanta_of(misc->peaks[1][0], 1).inverse;
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
      int group = thread + g * PASS_THREADS;
      if (group >= groups) break;
      float4 four = {value[g][0], value[g][1], value[g][2], value[g][3]};
      place<u32>(places.act)[group] = inverse > 0.0f ? quantized4(four, inverse, 1, 0) : 0;
    }
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
      if (lane < channels) meeting.bytes[warp * meeting.byteStride + firstChannel + lane] = (char)byte;
    }
    __syncthreads();
    if (thread == 0) arrive(meeting.arrivals);
    expected += (u32)blocks;
    await(meeting.arrivals, expected);
  }

  // Products of this block's rows; adds them to its part of the stream, and passes that on.
  DEVICE_MEMBER void project_output(i64 layer) {
    int all = chunks_of(shape.inner), tiles = (int)plan.outputTiles;
    int per = (all + PASS_WARPS - 1) / PASS_WARPS, first = warp * per;
    int *sums = place<int>(places.sums);
    const char *act = memory + places.act + first * CHUNK + lane % 4 * 16;
    const char *bytes = meeting.bytes + first * CHUNK + lane % 4 * 16;
    if (ownedOutput > 0) {
      multiply_chunks<P>(
          memory + places.output + first * tiles * PIECE, tiles, min(per, all - first), rows,
          [&](int position, int k) {
            if (P == 1) return *(const uint4 *)(act + k * CHUNK);
            return load((const uint4 *)(bytes + position * meeting.byteStride + k * CHUNK));
          },
          [&](int row, int position, int sum) { atomicAdd(&sums[position * outputRows + row], sum); });
    }
    __syncthreads();
    STAMP(18);
    const float *scale = place<float>(places.output + plan.outputVectorsAt);
#pragma unroll 1
    for (int i = thread; i < rows * outputRows; i += PASS_THREADS) {
      int position = P == 1 ? 0 : i / outputRows, row = i - position * outputRows;
      if (row >= ownedOutput) continue;
      float value = __int2float_rn(sums[i]) * quanta_of(misc->peaks[1][position], 1).scale * scale[row];
      if (plan.hasBias) value = value + scale[outputRows + row];
      float *own = place<float>(places.stream) + i;
      value = *own + value;
      *own = value;
      if (P == 1) {
        u32 number = (u32)(pass.layersBefore + layer + 1);
        post(meeting.stream + firstOutput + row, tagged(number, __float_as_uint(value)));
      } else {
        meeting.streams[position * shape.hiddenStride + firstOutput + row] = value;
      }
    }
    if (P > 1) {
      __syncthreads();
      if (thread == 0) arrive(meeting.arrivals);
      expected += (u32)blocks;
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
      int i = thread + j * PASS_THREADS;
      before[j] = i < rows * selectRows ? poll(meeting.select + sum_place(i)) : 0;
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
      int channel = thread / LANES, part = thread % LANES;
      float *tails = place<float>(places.tails);
      if (layer < layers) {
        if (channel < owned && part < shape.stateSize) {
          copy_word_async(
              place<float>(places.state) + thread,
              pass.segment[0].scanIn +
                  ((i64)layer * shape.innerStride + firstChannel + channel) * shape.stateSize + part);
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
      convolve(layer, vectors, number);
      STAMP(8);
      gather_peaks(0, number);
      STAMP(9);
      fetch_ahead<0>(head, layer);
      if (warp < rows && lane < units * UNIT) {
        float x = lane < owned ? place<float>(places.convolved)[warp * channels + lane] : 0.0f;
        (memory + places.quantized)[warp * units * UNIT + lane] = (char)quantum_of(0, x);
      }
      advance_tails(layer);
      __syncthreads();
      STAMP(10);
      select(own, vectors + 4 * channels + (shape.taps + 4) * channels);
      STAMP(12);
      fetch_ahead<1>(head, layer);
      quantize_steps();
      STAMP(13);
      scan(layer, own, vectors, number);
      if (P > 1) __syncthreads();
      STAMP(14);
      if (P == 1) gather_y(number); else exchange_y(number);
      fetch_ahead<2>(head, layer);
      // The sums of in_proj, which held the gate, make room for those of out_proj.
      clear();
      if (ownedOutput > 0) wait_for_bytes(&misc->barriers[1], layer & 1);
      __syncthreads();
      STAMP(16);
      project_output(layer);
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
