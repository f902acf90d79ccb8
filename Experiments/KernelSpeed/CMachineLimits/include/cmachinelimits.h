// What the machine can do at most, measured: to hold the kernels' speed against.
//
// Each uses `threads` threads, the caller's included, for at least `seconds` seconds, and returns 0
// when memory or threads cannot be had. Callers on different threads take turns.

#ifndef CMACHINELIMITS_H
#define CMACHINELIMITS_H

#include <stddef.h>

/// Bytes a second of reading a buffer of `bytes` bytes again and again, each thread its share.
double cml_read_rate(size_t bytes, unsigned threads, double seconds);

/// f32 operations a second of fused multiply-adds in registers; each counts as two.
double cml_fma_rate(unsigned threads, double seconds);

/// Operations a second of 8-bit dot products in registers; a product and its sum count as two.
double cml_int8_rate(unsigned threads, double seconds);

#endif
