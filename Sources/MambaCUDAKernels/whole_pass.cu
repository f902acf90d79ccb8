// A pass over up to 16 positions of an int8 model in one kernel. Follows kernels.cu, whose functions it
// uses.
//
// A block owns some channels: their rows of in_proj and dt_proj, their convolution, scan and gate, and
// their columns of x_proj and out_proj. So x, the gate, step sizes and y never leave a block; what
// leaves are the largest magnitudes of x and y, by which all are quantised, and integer sums, which
// blocks add up in memory in any order. A layer has four exchanges:
//
//   1. peaks of x        a word a block, with the number of the exchange in its upper half
//   2. sums of x_proj    64 bits each: the sum, and above it how many blocks have added to it
//   3. peaks of y        as 1
//   4. sums of out_proj  then a barrier: a count of arrivals that only grows
//
// Up to 2 positions every block norms the residual stream for itself. More are normed by a block each,
// which passes their bytes on (a fifth exchange).
//
// Weights of a block lie together and come into shared memory a layer ahead, in portions right after
// an exchange, when no other block waits for memory.

#if __CUDA_ARCH__ >= 800

static const int FEW = 16;            // positions at most
static const int PASS_THREADS = 512;
static const int PASS_WARPS = 16;
static const int EACH = 4;            // values of the residual stream that a thread holds
static const int UNIT = 16;           // columns of a product over a block's channels
static const int NORM_LOCALLY = 2;    // positions that every block norms for itself

// Where a block's weights lie, and what they share: the same for all layers and blocks.
struct Plan {
  const char *weights;      // [layers][blocks][blockSize]
  i64 blockSize;
  i64 inputSize;            // bytes of each part, in this order
  i64 outputSize;
  i64 smallSize;            // x_proj, dt_proj, vectors
  i64 stepAt;               // offsets in the small part
  i64 vectorsAt;
  i64 channels;             // of a block
  i64 hasBias;              // of in_proj and out_proj
  const float *normWeight;  // [layers + 1][hidden stride]
  const float *normBias;    // or null
  const float *outputScale; // [layers][hidden stride]
  const float *outputBias;  // or null
  i64 epsilon;              // bits of a float
};

// Offsets in a block's shared memory.
struct Places {
  i64 input, output, small, act, normed, words, sums, convolved, steps, quantized, tails, misc;
  i64 actStride;
  i64 stagedTiles;  // of the head, that fit in the input's place
};

// Where blocks meet.
struct Meeting {
  u32 *arrivals;
  u64 *peaks;       // [2][positions][blocks, padded to 32]
  u64 *select;      // [2][positions][rows of x_proj]
  int *output;      // [3][positions][hidden stride]
  char *act;        // [positions][columns of in_proj in whole chunks]
  float *actScale;  // [positions]
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

DEVICE void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits for all groups of copies but the last.
DEVICE void wait_for_earlier_copies() { asm volatile("cp.async.wait_group 1;" ::: "memory"); }

DEVICE u64 poll(const u64 *p) {
  u64 v;
  asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(v) : "l"(p) : "memory");
  return v;
}

DEVICE void post(u64 *p, u64 v) {
  asm volatile("st.relaxed.gpu.global.u64 [%0], %1;" ::"l"(p), "l"(v) : "memory");
}

DEVICE void add(u64 *p, u64 v) {
  asm volatile("red.relaxed.gpu.global.add.u64 [%0], %1;" ::"l"(p), "l"(v) : "memory");
}

DEVICE void add(int *p, int v) {
  asm volatile("red.relaxed.gpu.global.add.s32 [%0], %1;" ::"l"(p), "r"(v) : "memory");
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

// Fetches one of `parts` parts of some bytes.
DEVICE void fetch(char *to, const char *from, i64 size, int part, int parts) {
  int pieces = (int)(size / 16), end = pieces * (part + 1) / parts;
#pragma unroll 4
  for (int i = pieces * part / parts + threadIdx.x; i < end; i += PASS_THREADS) {
    copy_async(to + i * 16, from + i * 16);
  }
}

// Waits until so many blocks have arrived, by one thread.
DEVICE void await(const u32 *count, u32 target) {
  if (threadIdx.x == 0) {
    while ((int)(arrivals(count) - target) < 0) pause();
  }
  __syncthreads();
}

// Brings the peaks of all blocks together: into `peaks`, which is zero before.
DEVICE void gather_peaks(const u64 *slots, u32 number, int rows, int blocks, u32 *peaks) {
  int padded = (blocks + 31) / 32 * 32;
#pragma unroll 1
  for (int i = threadIdx.x; i < rows * padded; i += PASS_THREADS) {
    u32 peak = 0;
    if (i % padded < blocks) {
      u64 word = poll(slots + i);
      while ((u32)(word >> 32) != number) {
        pause();
        word = poll(slots + i);
      }
      peak = (u32)word;
    }
    peak = warp_max(peak);
    if (threadIdx.x % WARP == 0) atomicMax(&peaks[i / padded], peak);
  }
  __syncthreads();
}

// A position's values of this block as bytes, [position][units of columns], from floats
// [position][channels].
DEVICE void quantize_own(const float *x, int rows, int channels, int units, const u32 *peaks,
                         char *bytes) {
  int words = units * UNIT / 4;
#pragma unroll 1
  for (int i = threadIdx.x; i < rows * words; i += PASS_THREADS) {
    int position = i / words, first = i % words * 4;
    float inverse = quanta_of(peaks[position], 1).inverse;
    u32 part[4];
#pragma unroll
    for (int j = 0; j < 4; j++) {
      bool counts = first + j < channels && inverse > 0.0f;
      part[j] = quantum(counts ? x[position * channels + first + j] : 0.0f, inverse, 1, 0);
    }
    ((u32 *)bytes)[i] = packed(part[0], part[1], part[2], part[3]);
  }
}

// Products of this block's columns: tiles of 16 rows over the warps; `sink(row, position, sum)`.
template <int P, class Sink>
DEVICE void multiply_own(const char *weights, int tiles, int units, const char *bytes, int rows,
                         const Sink &sink) {
  int lane = threadIdx.x % WARP, g = lane / 4, part = lane % 4;
#pragma unroll 1
  for (int tile = threadIdx.x / WARP; tile < tiles; tile += PASS_WARPS) {
    int c[P / 8][4] = {};
#pragma unroll 2
    for (int unit = 0; unit < units; unit++) {
      uint2 a = *(const uint2 *)(weights + ((tile * units + unit) * WARP + lane) * 8);
#pragma unroll
      for (int n = 0; n < P / 8; n++) {
        int position = 8 * n + g;
        u32 b = position < rows ? *(const u32 *)(bytes + (position * units + unit) * UNIT + part * 4) : 0;
        mma_half(c[n], a.x, a.y, b);
      }
    }
#pragma unroll
    for (int n = 0; n < P / 8; n++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        int position = 8 * n + 2 * part + j % 2;
        if (position < rows) sink(tile * 16 + g + j / 2 * 8, position, c[n][j]);
      }
    }
  }
}

// A norm's sum by the first 16 lanes of a warp.
template <bool SQUARES> DEVICE float lane_sum_of(const float *x, int count, float mean) {
  float sum = 0.0f;
#pragma unroll 16
  for (int i = threadIdx.x % WARP; i < count; i += LANES) {
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

// What of shared memory is small.
struct Misc {
  float scale[2], mean[2];  // of norms
  u32 normPeak[2];
  u32 peaks[2][FEW];        // of x and y
  float actScale[FEW];
  float stepScale[FEW];
};

// One block's part of a pass; a member a thing that threads keep or share.
template <int P> struct WholePass {
  const Plan &plan;
  const Shape &shape;
  const Places &places;
  const Meeting &meeting;
  const FewPass &pass;
  char *memory;
  Misc *misc;
  int rows, block, blocks, channels, firstChannel, owned, width, units;
  int selectRows, held, firstHeld;
  bool isLocal;  // every block norms
  u32 expected;  // arrivals
  float stream[NORM_LOCALLY][EACH];

  DEVICE_MEMBER WholePass(const Plan &plan, const Shape &shape, const Places &places,
                          const Meeting &meeting, const FewPass &pass, char *memory)
      : plan(plan), shape(shape), places(places), meeting(meeting), pass(pass), memory(memory) {
    misc = (Misc *)(memory + places.misc);
    rows = (int)pass.rows;
    block = blockIdx.x;
    blocks = gridDim.x;
    channels = (int)plan.channels;
    firstChannel = block * channels;
    owned = max(0, min(channels, (int)shape.inner - firstChannel));
    width = (int)shape.hidden;
    units = (channels + UNIT - 1) / UNIT;
    selectRows = (int)(shape.rank + 2 * shape.stateSize);
    isLocal = rows <= NORM_LOCALLY;
    held = isLocal ? rows : block < rows ? 1 : 0;
    firstHeld = isLocal ? 0 : block;
    expected = (u32)pass.arrivalsBefore;
  }

  template <class T> DEVICE_MEMBER T *place(i64 offset) const { return (T *)(memory + offset); }

  DEVICE_MEMBER const char *weights(i64 layer) const {
    return plan.weights + (layer * blocks + block) * plan.blockSize;
  }

  DEVICE_MEMBER char *small(i64 layer) const {
    return memory + places.small + layer % 2 * plan.smallSize;
  }

  DEVICE_MEMBER int chunks() const { return chunks_of(width); }

  // The residual stream begins with the tokens' embeddings.
  DEVICE_MEMBER void begin(const Matrix &embedding) {
#pragma unroll
    for (int r = 0; r < NORM_LOCALLY; r++) {
      if (r >= held) break;
      i64 token = pass.row[firstHeld + r].token;
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = threadIdx.x + j * PASS_THREADS;
        if (i >= width) break;
        i64 piece = token / TILE * chunks() + i / CHUNK;
        stream[r][j] = (float)((const signed char *)embedding.weights)[
                           (piece * TILE + token % TILE) * CHUNK + i % CHUNK] * embedding.scales[token];
      }
    }
  }

  // Adds out_proj of the layer before `layer` to the stream, once its sums are there.
  DEVICE_MEMBER void add_output(i64 layer) {
    i64 before = (layer - 1) * shape.hiddenStride;
    float scale[EACH], bias[EACH];
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      int i = threadIdx.x + j * PASS_THREADS;
      if (i >= width) break;
      scale[j] = plan.outputScale[before + i];
      bias[j] = plan.outputBias ? plan.outputBias[before + i] : 0.0f;
    }
    await(meeting.arrivals, expected);
    const int *sums = meeting.output +
                      ((pass.layersBefore + layer - 1) % 3 * FEW + firstHeld) * shape.hiddenStride;
    int sum[NORM_LOCALLY][EACH];
#pragma unroll
    for (int r = 0; r < NORM_LOCALLY; r++) {
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = threadIdx.x + j * PASS_THREADS;
        if (r < held && i < width) sum[r][j] = load(sums + r * shape.hiddenStride + i);
      }
    }
#pragma unroll
    for (int r = 0; r < NORM_LOCALLY; r++) {
      if (r >= held) break;
      float quantum = quanta_of(misc->peaks[1][firstHeld + r], 1).scale;
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = threadIdx.x + j * PASS_THREADS;
        if (i >= width) break;
        float value = __int2float_rn(sum[r][j]) * quantum * scale[j];
        if (plan.outputBias) value = value + bias[j];
        stream[r][j] = stream[r][j] + value;
      }
    }
  }

  // Norms what this block holds, and leaves the bytes where `to(held row)` says and the scales in
  // misc->scale.
  template <class To> DEVICE_MEMBER void norm(i64 layer, const To &to) {
    float *x = place<float>(places.normed);
    float weight[EACH], bias[EACH];
    i64 offset = layer * shape.hiddenStride;
#pragma unroll
    for (int j = 0; j < EACH; j++) {
      int i = threadIdx.x + j * PASS_THREADS;
      if (i >= width) break;
      weight[j] = plan.normWeight[offset + i];
      bias[j] = plan.normBias ? plan.normBias[offset + i] : 0.0f;
#pragma unroll
      for (int r = 0; r < NORM_LOCALLY; r++) {
        if (r < held) x[r * width + i] = stream[r][j];
      }
    }
    if (threadIdx.x < NORM_LOCALLY) misc->normPeak[threadIdx.x] = 0;
    __syncthreads();
    int warp = threadIdx.x / WARP, lane = threadIdx.x % WARP;
    if (warp < held && lane < LANES) {
      const float *own = x + warp * width;
      float mean = 0.0f;
      if (plan.normBias) mean = __fdiv_rn(lane_sum_of<false>(own, width, 0.0f), __int2float_rn(width));
      // Of lane 0 alone the tree is whole.
      mean = __shfl_sync(0xFFFFu, mean, 0, LANES);
      float square = __fdiv_rn(lane_sum_of<true>(own, width, mean), __int2float_rn(width)) +
                     __uint_as_float((u32)plan.epsilon);
      if (lane == 0) {
        misc->mean[warp] = mean;
        misc->scale[warp] = scale_of(square);
      }
    }
    __syncthreads();
#pragma unroll
    for (int r = 0; r < NORM_LOCALLY; r++) {
      if (r >= held) break;
      float mean = misc->mean[r], scale = misc->scale[r];
      u32 peak = 0;
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = threadIdx.x + j * PASS_THREADS;
        if (i >= width) break;
        float value = plan.normBias ? fma((stream[r][j] - mean) * scale, weight[j], bias[j])
                                    : stream[r][j] * scale * weight[j];
        x[r * width + i] = value;
        u32 bits = magnitude_bits(value);
        peak = bits > peak ? bits : peak;
      }
      peak = warp_max(peak);
      if (lane == 0) atomicMax(&misc->normPeak[r], peak);
    }
    __syncthreads();
#pragma unroll 1
    for (int r = 0; r < held; r++) {
      Quanta quanta = quanta_of(misc->normPeak[r], 1);
      u32 *words = to(r);
#pragma unroll 1
      for (int word = threadIdx.x; word < chunks() * CHUNK / 4; word += PASS_THREADS) {
        words[word] = normed4(x + r * width, width, word, quanta, 1, 0);
      }
      if (threadIdx.x == 0) misc->scale[r] = quanta.scale;
    }
  }

  // Norms the stream into shared memory: all positions, or those with logits, in their order.
  DEVICE_MEMBER void norm_all(i64 layer, bool selected) {
    int stride = (int)places.actStride, count = selected ? (int)pass.logitRows : rows;
    if (isLocal) {
      norm(layer, [&](int r) {
        return place<u32>(places.act + r * stride);
      });
      __syncthreads();
      if (threadIdx.x < rows) misc->actScale[threadIdx.x] = misc->scale[threadIdx.x];
      __syncthreads();
      return;
    }
    int target = firstHeld;
    if (selected) {
      target = -1;
      for (int i = 0; i < count; i++) {
        if (pass.logitRow[i] == block) target = i;
      }
    }
    if (held > 0 && target >= 0) {
      norm(layer, [&](int) { return (u32 *)(meeting.act + (i64)target * chunks() * CHUNK); });
      if (threadIdx.x == 0) meeting.actScale[target] = misc->scale[0];
      __syncthreads();
      if (threadIdx.x == 0) arrive(meeting.arrivals);
    }
    expected += (u32)count;
    await(meeting.arrivals, expected);
    int parts = chunks() * CHUNK / 16;
#pragma unroll 4
    for (int i = threadIdx.x; i < count * parts; i += PASS_THREADS) {
      int position = i / parts, part = i % parts;
      *place<uint4>(places.act + position * stride + part * 16) =
          load((const uint4 *)(meeting.act + i * 16));
    }
    if (threadIdx.x < count) misc->actScale[threadIdx.x] = load(&meeting.actScale[threadIdx.x]);
    __syncthreads();
  }

  DEVICE_MEMBER bool is_recorded(int row) const { return pass.segment[pass.row[row].segment].isRecorded != 0; }

  DEVICE_MEMBER float *record(int row, i64 layer) const {
    return pass.row[row].record + layer * pass.row[row].layerStride;
  }

  DEVICE_MEMBER void post_peaks(int kind, u32 number, const float *x) {
    int warp = threadIdx.x / WARP, lane = threadIdx.x % WARP;
    if (warp >= rows) return;
    u32 peak = warp_max(lane < owned ? magnitude_bits(x[warp * channels + lane]) : 0);
    if (lane == 0) {
      int padded = (blocks + 31) / 32 * 32;
      post(meeting.peaks + (kind * FEW + warp) * padded + block, (u64)number << 32 | peak);
    }
  }

  DEVICE_MEMBER void gather(int kind, u32 number) {
    int padded = (blocks + 31) / 32 * 32;
    gather_peaks(meeting.peaks + kind * FEW * padded, number, rows, blocks, misc->peaks[kind]);
  }

  // Products of in_proj with what was normed; leaves x before the convolution and the gate in `sums`.
  DEVICE_MEMBER void project_input(i64 layer, const float *vectors) {
    int ownRows = 2 * channels, tiles = (ownRows + TILE - 1) / TILE, warp = threadIdx.x / WARP;
    int *sums = place<int>(places.sums);
    int per = (chunks() + PASS_WARPS - 1) / PASS_WARPS, first = min(warp * per, chunks());
    int count = min(per, chunks() - first);
    Weights weights = {0, chunks(), memory + places.input + first * tiles * PIECE, 1 << 30};
    ByteActs<true> acts = {memory + places.act, (int)places.actStride, rows};
    multiply<P>(weights, tiles, first, count, acts, rows, [&](int row, int position, int sum) {
      if (row < ownRows) atomicAdd(&sums[position * ownRows + row], sum);
    });
    __syncthreads();
    const float *scale = vectors, *bias = vectors + ownRows;
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * ownRows; i += PASS_THREADS) {
      int position = i / ownRows, row = i % ownRows;
      float value = __int2float_rn(sums[i]) * misc->actScale[position] * scale[row];
      if (plan.hasBias) value = value + bias[row];
      ((float *)sums)[i] = value;
      if (row < owned && is_recorded(position)) record(position, layer)[firstChannel + row] = value;
    }
    __syncthreads();
  }

  DEVICE_MEMBER void load_tails(i64 layer) {
    int kept = (int)shape.taps - 1;
    float *tails = place<float>(places.tails);
#pragma unroll 1
    for (int i = threadIdx.x; i < pass.segments * kept * owned; i += PASS_THREADS) {
      int channel = i % owned, tap = i / owned % kept, segment = i / owned / kept;
      tails[(segment * kept + tap) * channels + channel] = load(
          pass.segment[segment].tails + (layer * kept + tap) * shape.innerStride + firstChannel + channel);
    }
  }

  DEVICE_MEMBER void convolve(i64 layer, const float *vectors) {
    int taps = (int)shape.taps, kept = taps - 1, ownRows = 2 * channels;
    const float *weight = vectors + 2 * ownRows, *bias = weight + taps * channels;
    const float *raw = place<float>(places.sums), *tails = place<float>(places.tails);
    float *x = place<float>(places.convolved);
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * channels; i += PASS_THREADS) {
      int position = i / channels, channel = i % channels, at = (int)pass.row[position].index;
      if (channel >= owned) continue;
      const float *own = tails + (pass.row[position].segment * kept + at) * channels + channel;
      float sum = bias[channel];
#pragma unroll 4
      for (int j = 0; j < taps; j++) {
        float input = at + j >= kept ? raw[(position - kept + j) * ownRows + channel]
                                     : own[j * channels];
        sum = fma(weight[j * channels + channel], input, sum);
      }
      float value = silu_of(sum);
      x[i] = value;
      if (is_recorded(position)) {
        record(position, layer)[shape.innerStride + firstChannel + channel] = value;
      }
    }
    // Windows that stand at once move their tails on.
#pragma unroll 1
    for (int i = threadIdx.x; i < pass.segments * kept * owned; i += PASS_THREADS) {
      int channel = i % owned, tap = i / owned % kept, index = i / owned / kept;
      const Segment &segment = pass.segment[index];
      if (segment.isRecorded) continue;
      int from = tap + (int)segment.count;
      segment.tails[(layer * kept + tap) * shape.innerStride + firstChannel + channel] =
          from < kept ? tails[(index * kept + from) * channels + channel]
                      : raw[(segment.first + from - kept) * ownRows + channel];
    }
    __syncthreads();
  }

  // x_proj: adds this block's columns to the sums, and reads what all blocks added.
  DEVICE_MEMBER void select(i64 layer, const char *small, const float *scales) {
    i64 number = pass.layersBefore + layer;
    u64 *sums = meeting.select + number % 2 * FEW * selectRows;
    int tiles = (selectRows + 15) / 16;
    multiply_own<P>(small, tiles, units, place<char>(places.quantized), rows,
                    [&](int row, int position, int sum) {
      if (row < selectRows) add(&sums[position * selectRows + row], ONE_BLOCK + (u64)(i64)sum);
    });
    float *values = place<float>(places.normed);
    int stride = selectRows | 1;
#pragma unroll 1
    for (int start = threadIdx.x; start < rows * selectRows; start += EACH * PASS_THREADS) {
      u64 word[EACH];
      bool isWhole;
      do {
        isWhole = true;
#pragma unroll
        for (int j = 0; j < EACH; j++) {
          int i = start + j * PASS_THREADS;
          if (i >= rows * selectRows) break;
          word[j] = poll(sums + i);
        }
#pragma unroll
        for (int j = 0; j < EACH; j++) {
          int i = start + j * PASS_THREADS;
          if (i >= rows * selectRows) break;
          isWhole = isWhole && blocks_in(word[j]) == blocks;
        }
        if (!isWhole) pause();
      } while (!isWhole);
#pragma unroll
      for (int j = 0; j < EACH; j++) {
        int i = start + j * PASS_THREADS;
        if (i >= rows * selectRows) break;
        int position = i / selectRows, column = i % selectRows;
        float scale = quanta_of(misc->peaks[0][position], 1).scale;
        values[position * stride + column] = __int2float_rn(sum_in(word[j])) * scale * scales[column];
      }
    }
    __syncthreads();
  }

  // Quantises the step sizes' inputs, a warp a position.
  DEVICE_MEMBER void quantize_steps() {
    int rank = (int)shape.rank, stride = selectRows | 1, lane = threadIdx.x % WARP;
    int wordCount = chunks_of(rank) * CHUNK / 4, position = threadIdx.x / WARP;
    if (position < rows) {
      const float *x = place<float>(places.normed) + position * stride;
      u32 peak = 0;
#pragma unroll 4
      for (int i = lane; i < rank; i += WARP) {
        u32 bits = magnitude_bits(x[i]);
        peak = bits > peak ? bits : peak;
      }
      Quanta quanta = quanta_of(warp_max(peak), 1);
      if (lane == 0) misc->stepScale[position] = quanta.scale;
      u32 *words = place<u32>(places.words) + position * wordCount;
#pragma unroll 1
      for (int word = lane; word < wordCount; word += WARP) {
        words[word] = normed4(x, rank, word, quanta, 1, 0);
      }
    }
    __syncthreads();
  }

  // dt_proj, scan and gate: 16 lanes a channel, each in turn a part of the columns, a position, a state
  // value, a position.
  DEVICE_MEMBER void scan(i64 layer, const char *small, const float *vectors, float state0) {
    int channel = threadIdx.x / LANES, lane = threadIdx.x % LANES;
    int size = (int)shape.stateSize, rank = (int)shape.rank, stride = selectRows | 1;
    const float *values = place<float>(places.normed);  // step size, B, C
    int ownRows = 2 * channels, chunks = chunks_of(rank), wordCount = chunks * CHUNK / 4;
    const float *stepScale = vectors + 2 * ownRows + (shape.taps + 1) * channels;
    const float *stepBias = stepScale + channels, *skip = stepBias + channels;
    const float *decays = skip + channels + selectRows;
    if (block == 0) {
#pragma unroll 1
      for (int i = threadIdx.x; i < rows * size; i += PASS_THREADS) {
        int position = i / size, n = i % size;
        if (is_recorded(position)) {
          record(position, layer)[3 * shape.innerStride + n] = values[position * stride + rank + n];
        }
      }
    }
    // Whole warps: a warp has two channels.
    if (channel / 2 * 2 < owned) {
      int own = min(channel, owned - 1);
      const u32 *row = (const u32 *)(small + plan.stepAt) + own * wordCount + lane;
      const u32 *acts = place<u32>(places.words) + lane;
      int sum = 0;
      if (rows == 1) {
#pragma unroll 2
        for (int k = 0; k < chunks; k++) {
          sum = dp4a((int)row[k * CHUNK / 4], (int)acts[k * CHUNK / 4], sum);
        }
#pragma unroll
        for (int half = LANES / 2; half > 0; half /= 2) {
          sum += __shfl_xor_sync(0xFFFFFFFFu, sum, half, LANES);
        }
      } else {
        // Lane i ends with the sum of position i: each step halves the positions and the lanes.
        int parts[LANES] = {};
#pragma unroll 1
        for (int k = 0; k < chunks; k++) {
          int weight = (int)row[k * CHUNK / 4];
#pragma unroll
          for (int i = 0; i < P; i++) {
            if (i < rows) {
              parts[i] = dp4a(weight, (int)acts[i * wordCount + k * CHUNK / 4], parts[i]);
            }
          }
        }
#pragma unroll
        for (int half = LANES / 2; half > 0; half /= 2) {
          bool isUpper = (lane & half) != 0;
#pragma unroll
          for (int i = 0; i < half; i++) {
            int sent = isUpper ? parts[i] : parts[i + half];
            int kept = isUpper ? parts[i + half] : parts[i];
            parts[i] = kept + __shfl_xor_sync(0xFFFFFFFFu, sent, half, LANES);
          }
        }
        sum = parts[0];
      }
      float *steps = place<float>(places.steps);
      const float *x = place<float>(places.convolved), *gate = place<float>(places.sums) + channels;
      bool isOwned = channel < owned;
      if (lane < rows) {
        float value = __int2float_rn(sum) * misc->stepScale[lane] * stepScale[own] + stepBias[own];
        float step = softplus_of(value);
        steps[lane * channels + own] = step;
        if (isOwned && is_recorded(lane)) {
          record(lane, layer)[2 * shape.innerStride + firstChannel + own] = step;
        }
      }
      __syncwarp();
      // [channel][position][state], in the place of what was normed.
      float *products = place<float>(places.act) + own * P * (size + 1);
      i64 offset = (layer * shape.innerStride + firstChannel + own) * size;
#pragma unroll 1
      for (int n = lane; n < size; n += LANES) {
        float decay = decays[own * size + n];
#pragma unroll 1
        for (int index = 0; index < pass.segments; index++) {
          const Segment &segment = pass.segment[index];
          int first = (int)segment.first, end = first + (int)segment.count;
          float state = index == 0 && n < LANES ? state0 : load(segment.scanIn + offset + n);
#pragma unroll 4
          for (int position = first; position < end; position++) {
            float dt = steps[position * channels + own];
            state = advance(state, dt, dt * x[position * channels + own], decay,
                            values[position * stride + rank + n]);
            if (isOwned) products[position * (size + 1) + n] = state;
          }
          if (isOwned) segment.scanOut[offset + n] = state;
        }
      }
      __syncwarp();
      // A lane has a position: its sum runs over the state in order.
      float y = 0.0f;
      if (lane < rows) {
        const float *product = products + lane * (size + 1);
        const float *c = values + lane * stride + rank + size;
        float sum = 0.0f;
#pragma unroll 8
        for (int n = 0; n < size; n++) sum = fma(product[n], c[n], sum);
        sum = fma(skip[own], x[lane * channels + own], sum);
        y = sum * silu_of(gate[lane * ownRows + own]);
      }
      __syncwarp();
      if (lane < rows && isOwned) place<float>(places.steps)[lane * channels + own] = y;
    }
    __syncthreads();
  }

  // out_proj: adds this block's columns to the sums.
  DEVICE_MEMBER void project_output(i64 layer) {
    i64 number = pass.layersBefore + layer;
    int *sums = meeting.output + number % 3 * FEW * shape.hiddenStride;
    multiply_own<P>(memory + places.output, (width + 15) / 16, units, place<char>(places.quantized), rows,
                    [&](int row, int position, int sum) {
      if (row < width) add(&sums[position * shape.hiddenStride + row], sum);
    });
    __syncthreads();
    if (threadIdx.x == 0) arrive(meeting.arrivals);
    expected += (u32)blocks;
  }

  // Sums that nobody reads any more.
  DEVICE_MEMBER void clear_sums(i64 layer) {
    i64 number = pass.layersBefore + layer;
    int linear = block * PASS_THREADS + threadIdx.x, all = blocks * PASS_THREADS;
    u64 *select = meeting.select + (number + 1) % 2 * FEW * selectRows;
#pragma unroll 1
    for (int i = linear; i < FEW * selectRows; i += all) select[i] = 0;
    int *output = meeting.output + (number + 1) % 3 * FEW * shape.hiddenStride;
#pragma unroll 1
    for (int i = linear; i < FEW * shape.hiddenStride; i += all) output[i] = 0;
    int *own = place<int>(places.sums);
#pragma unroll 1
    for (int i = threadIdx.x; i < rows * 2 * channels; i += PASS_THREADS) own[i] = 0;
  }

  DEVICE_MEMBER void run(const Matrix &head) {
    int layers = (int)shape.layers;
    const char *from = weights(0);
    fetch(memory + places.input, from, plan.inputSize, 0, 1);
    fetch(small(0), from + plan.inputSize + plan.outputSize, plan.smallSize, 0, 1);
    commit_copies();
#pragma unroll 1
    for (int layer = 0; layer < layers; layer++) {
      // The state of the first sequence is there when it is needed.
      int channel = threadIdx.x / LANES, lane = threadIdx.x % LANES;
      float state0 = 0.0f;
      if (channel < owned && lane < shape.stateSize) {
        state0 = load(pass.segment[0].scanIn +
                      ((i64)layer * shape.innerStride + firstChannel + channel) * shape.stateSize + lane);
      }
      load_tails(layer);
      if (layer > 0 && held > 0) add_output(layer);
      fetch(memory + places.output, weights(layer) + plan.inputSize, plan.outputSize, 0, 1);
      commit_copies();
      clear_sums(layer);
      norm_all(layer, false);
      wait_for_earlier_copies();
      if (threadIdx.x < 2 * FEW) misc->peaks[0][threadIdx.x] = 0;
      __syncthreads();
      const char *own = small(layer);
      const float *vectors = (const float *)(own + plan.vectorsAt);
      project_input(layer, vectors);
      convolve(layer, vectors);
      u32 number = (u32)(2 * (pass.layersBefore + layer) + 1);
      post_peaks(0, number, place<float>(places.convolved));
      gather(0, number);
      fetch_ahead(head, layer, 0);
      quantize_own(place<float>(places.convolved), rows, channels, units, misc->peaks[0],
                   place<char>(places.quantized));
      __syncthreads();
      select(layer, own, vectors + 4 * channels + (shape.taps + 4) * channels);
      fetch_ahead(head, layer, 1);
      quantize_steps();
      scan(layer, own, vectors, state0);
      post_peaks(1, number + 1, place<float>(places.steps));
      gather(1, number + 1);
      fetch_ahead(head, layer, 2);
      commit_copies();
      quantize_own(place<float>(places.steps), rows, channels, units, misc->peaks[1],
                   place<char>(places.quantized));
      wait_for_earlier_copies();
      __syncthreads();
      project_output(layer);
    }
    if (pass.logitRows > 0) compute_logits(head);
  }

  // This block's tiles of the head.
  DEVICE_MEMBER int head_first() const { return (int)(pass.firstTile + pass.tiles * block / blocks); }
  DEVICE_MEMBER int head_count() const {
    return (int)(pass.firstTile + pass.tiles * (block + 1) / blocks) - head_first();
  }

  // One of three parts of the next layer's weights, or of the head's.
  DEVICE_MEMBER void fetch_ahead(const Matrix &head, int layer, int part) {
    if (layer + 1 < shape.layers) {
      const char *next = weights(layer + 1);
      fetch(memory + places.input, next, plan.inputSize, part, 3);
      fetch(small(layer + 1), next + plan.inputSize + plan.outputSize, plan.smallSize, part, 3);
    } else if (pass.logitRows > 0 && part == 2) {
      // Groups of tiles, in each chunk by chunk.
      int staged = min((int)places.stagedTiles, head_count());
      const char *first = head.weights + (i64)head_first() * chunks() * PIECE;
#pragma unroll 1
      for (int i = threadIdx.x; i < staged * chunks() * WARP; i += PASS_THREADS) {
        int piece = i / WARP, lane = i % WARP, group = piece / (GROUP * chunks());
        int tiles = min(GROUP, staged - group * GROUP), rest = piece - group * GROUP * chunks();
        int tile = group * GROUP + rest % tiles, chunk = rest / tiles;
        copy_async(memory + places.input + i * 16,
                   first + ((i64)tile * chunks() + chunk) * PIECE + lane * 16);
      }
    }
  }

  DEVICE_MEMBER void compute_logits(const Matrix &head) {
    if (held > 0) add_output(shape.layers);
    norm_all(shape.layers, true);
    // Up to 2 positions all are normed, in their own order.
    wait_for_copies();
    __syncthreads();
    int *sums = place<int>(places.sums), count = (int)pass.logitRows, warp = threadIdx.x / WARP;
    int per = (chunks() + PASS_WARPS - 1) / PASS_WARPS, first = min(warp * per, chunks());
    int chunkCount = min(per, chunks() - first), all = head_count();
    int staged = min((int)places.stagedTiles, all);
#pragma unroll 1
    for (int begin = 0; begin < all; begin += GROUP) {
      // A group is staged as a whole or not at all.
      bool isStaged = begin < staged;
      int tiles = min(GROUP, (isStaged ? staged : all) - begin), tile = head_first() + begin;
#pragma unroll 1
      for (int i = threadIdx.x; i < rows * GROUP * TILE; i += PASS_THREADS) sums[i] = 0;
      __syncthreads();
      Weights weights = {head.weights + (i64)tile * chunks() * PIECE, chunks(),
                         memory + places.input + (begin * chunks() + first * tiles) * PIECE,
                         isStaged ? 1 << 30 : 0};
      ByteActs<true> acts = {memory + places.act, (int)places.actStride, isLocal ? rows : count};
      multiply<P>(weights, tiles, first, chunkCount, acts, acts.rows, [&](int row, int position, int sum) {
        atomicAdd(&sums[position * GROUP * TILE + row], sum);
      });
      __syncthreads();
#pragma unroll 1
      for (int i = threadIdx.x; i < count * tiles * TILE; i += PASS_THREADS) {
        int position = i / (tiles * TILE), row = i % (tiles * TILE);
        int from = isLocal ? (int)pass.logitRow[position] : position;
        pass.logits[position][tile * TILE + row] = __int2float_rn(sums[from * GROUP * TILE + row]) *
                                                   misc->actScale[from] * head.scales[tile * TILE + row];
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
    WholePass<P> whole(plan, shape, places, meeting, pass, memory);                             \
    whole.begin(embedding);                                                                     \
    whole.run(head);                                                                            \
  }

WHOLE_PASS(8)
WHOLE_PASS(16)

#endif
