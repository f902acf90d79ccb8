// Polynomials and thresholds that every path shares.

#ifndef CK_CONSTANTS_H
#define CK_CONSTANTS_H

// exp: x = n ln 2 + r, |r| <= ln 2 / 2; exp(r) = 1 + r + r^2 q(r), q interpolated at Chebyshev
// nodes, relative error 1.1e-8. ln 2 in two parts, the first with 15 zero bits at its end so that
// n times it is exact. Adding 1.5 * 2^23 rounds to the nearest integer, which then stands in the
// low bits: shifted to the exponent's place and added, it multiplies by 2^n.
#define CK_LOG2_E 0x1.715476p+0f
#define CK_LN2_HIGH 0x1.63p-1f
#define CK_LN2_LOW -0x1.bd0106p-13f
#define CK_ROUNDER 0x1.8p+23f
#define CK_ROUNDER_BITS 0x4B400000u
#define CK_EXP_Q0 0x1.0p-1f
#define CK_EXP_Q1 0x1.5554dcp-3f
#define CK_EXP_Q2 0x1.555518p-5f
#define CK_EXP_Q3 0x1.120be2p-7f
#define CK_EXP_Q4 0x1.6d117cp-10f
// A NaN stays one if its lower payload bits are 0, as those that arithmetic makes are. Beyond these
// the result is zero or infinite, so that no step meets a subnormal number.
#define CK_EXP_LOWEST -86.0f
#define CK_EXP_HIGHEST 88.375f

// 2^t for t <= 0, the scan's decay: t = n + r, |r| <= 1/2; 2^r = 1 + r g(r), relative error 9.2e-8.
// Below the lowest t the result stays at 2^-125: what is left of a state after it is zero anyway.
#define CK_EXP2_G0 0x1.62e42ap-1f
#define CK_EXP2_G1 0x1.ebf9bcp-3f
#define CK_EXP2_G2 0x1.c6b750p-5f
#define CK_EXP2_G3 0x1.3cea86p-7f
#define CK_EXP2_G4 0x1.5bba14p-10f
#define CK_EXP2_LOWEST -125.0f

// log(1 + u), 0 <= u <= 1: s = u / (2 + u), z = s^2; 2 s (1 + z g(z)), relative error 1.7e-8.
#define CK_LOG1P_G0 0x1.55554cp-2f
#define CK_LOG1P_G1 0x1.99ad6cp-3f
#define CK_LOG1P_G2 0x1.21249ap-3f
#define CK_LOG1P_G3 0x1.12f598p-3f

// State values below this magnitude become zero: what decays must not end in subnormal numbers,
// which are slow on some processors.
#define CK_STATE_FLOOR 0x1.0p-100f

// Bytes of a cache line, and lines that a scan prefetches at each position of a block.
#define CK_LINE 64
#define CK_SCAN_PREFETCH 16

// Activations of 8 bits. A position whose largest magnitude is below the floor counts as zero: its
// reciprocal would overflow.
#define CK_QUANTUM_LIMIT 127.0f
#define CK_QUANTUM_FLOOR 0x1.0p-100f
#define CK_QUANTUM_OFFSET 128

// Philox4x32-10 (Salmon et al., SC 2011): multipliers, key increments, rounds.
#define CK_PHILOX_M0 0xD2511F53ull
#define CK_PHILOX_M1 0xCD9E8D57ull
#define CK_PHILOX_W0 0x9E3779B9u
#define CK_PHILOX_W1 0xBB67AE85u
#define CK_PHILOX_ROUNDS 10

// Activations of 15 bits: 128 high + low, low of 0 to 127.
#define CK_QUANTUM15_LIMIT 16383.0f
#define CK_QUANTUM15_LOW_BITS 7
#define CK_QUANTUM15_HIGH_SCALE 128.0f

#endif
