// Threads that run the loops side by side, and the clock.

// For the clock.
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmachinelimits.h"
#include "loops.h"

#define CML_THREAD_LIMIT 1024
#define CML_WORDS_PER_STEP 64

typedef enum { CML_READ, CML_FMA, CML_INT8 } cml_kind;

/// One measurement, shared by its threads.
typedef struct {
  cml_kind kind;
  const uint64_t *words;
  size_t count;
  unsigned threads;
  double seconds;
  atomic_uint arrived;
} cml_job;

typedef struct {
  cml_job *job;
  unsigned index;
  /// Bytes or operations a second.
  double rate;
} cml_part;

static _Thread_local volatile uint64_t cml_sink;

/// Measurements at the same time would disturb each other, and share the buffer that is read.
static pthread_mutex_t cml_turn = PTHREAD_MUTEX_INITIALIZER;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// The loop once, long enough for the clock; returns bytes or operations.
static double perform(const cml_job *job, unsigned index) {
  const cml_loops *loops = cml_best_loops();
  size_t rounds = 20000;
  if (job->kind == CML_FMA) {
    cml_sink = (uint64_t)loops->fma(rounds);
    return (double)(rounds * loops->fma_operations);
  }
  if (job->kind == CML_INT8) {
    cml_sink = (uint64_t)loops->int8(rounds);
    return (double)(rounds * loops->int8_operations);
  }
  size_t steps = job->count / CML_WORDS_PER_STEP;
  size_t begin = steps * index / job->threads * CML_WORDS_PER_STEP;
  size_t end = steps * (index + 1) / job->threads * CML_WORDS_PER_STEP;
  cml_sink = loops->read(job->words + begin, end - begin);
  return (double)((end - begin) * sizeof(uint64_t));
}

static void *run(void *argument) {
  cml_part *part = argument;
  cml_job *job = part->job;
  // Warms caches; then all start together.
  perform(job, part->index);
  atomic_fetch_add(&job->arrived, 1);
  while (atomic_load(&job->arrived) < job->threads) {
  }
  double start = now();
  double elapsed = 0;
  double done = 0;
  do {
    done += perform(job, part->index);
    elapsed = now() - start;
  } while (elapsed < job->seconds);
  part->rate = done / elapsed;
  return NULL;
}

/// The sum of the threads' rates.
static double measure(cml_job *job) {
  if (job->threads < 1 || job->threads > CML_THREAD_LIMIT) return 0;
  cml_part *parts = calloc(job->threads, sizeof *parts);
  pthread_t *threads = calloc(job->threads, sizeof *threads);
  double rate = 0;
  unsigned wanted = job->threads;
  unsigned started = 1;
  if (parts && threads) {
    for (unsigned i = 0; i < wanted; i++) parts[i] = (cml_part){.job = job, .index = i};
    while (started < wanted && !pthread_create(&threads[started], NULL, run, &parts[started])) {
      started++;
    }
    // Those that could not be started must not be waited for.
    atomic_fetch_add(&job->arrived, wanted - started);
    run(&parts[0]);
    for (unsigned i = 1; i < started; i++) pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < started; i++) rate += parts[i].rate;
  }
  free(parts);
  free(threads);
  return started == wanted ? rate : 0;
}

/// The rate over the first `bytes` bytes of a buffer that grows as needed.
static double measure_reading(size_t bytes, unsigned threads, double seconds) {
  static uint64_t *words;
  static size_t capacity;
  size_t step = CML_WORDS_PER_STEP * sizeof(uint64_t);
  if (bytes < step * threads || bytes > SIZE_MAX / 2) return 0;
  size_t size = bytes / step * step;
  if (size > capacity) {
    free(words);
    capacity = 0;
    words = aligned_alloc(64, size);
    if (!words) return 0;
    // Pages that were never written are all the same page of zeros.
    memset(words, 1, size);
    capacity = size;
  }
  cml_job job = {.kind = CML_READ,
                 .words = words,
                 .count = size / sizeof(uint64_t),
                 .threads = threads,
                 .seconds = seconds};
  return measure(&job);
}

double cml_read_rate(size_t bytes, unsigned threads, double seconds) {
  pthread_mutex_lock(&cml_turn);
  double rate = measure_reading(bytes, threads, seconds);
  pthread_mutex_unlock(&cml_turn);
  return rate;
}

static double measure_arithmetic(cml_kind kind, unsigned threads, double seconds) {
  pthread_mutex_lock(&cml_turn);
  cml_job job = {.kind = kind, .threads = threads, .seconds = seconds};
  double rate = measure(&job);
  pthread_mutex_unlock(&cml_turn);
  return rate;
}

double cml_fma_rate(unsigned threads, double seconds) {
  return measure_arithmetic(CML_FMA, threads, seconds);
}

double cml_int8_rate(unsigned threads, double seconds) {
  return measure_arithmetic(CML_INT8, threads, seconds);
}
