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

// log(1 + u), 0 <= u <= 1: s = u / (2 + u), z = s^2; 2 s (1 + z g(z)), relative error 1.7e-8.
#define CK_LOG1P_G0 0x1.55554cp-2f
#define CK_LOG1P_G1 0x1.99ad6cp-3f
#define CK_LOG1P_G2 0x1.21249ap-3f
#define CK_LOG1P_G3 0x1.12f598p-3f

// State values below this magnitude become zero: what decays must not end in subnormal numbers,
// which are slow on some processors.
#define CK_STATE_FLOOR 0x1.0p-100f

// Activations of 8 bits. A position whose largest magnitude is below the floor counts as zero: its
// reciprocal would overflow.
#define CK_QUANTUM_LIMIT 127.0f
#define CK_QUANTUM_FLOOR 0x1.0p-100f
#define CK_QUANTUM_OFFSET 128

// Activations of 15 bits: 128 high + low, low of 0 to 127.
#define CK_QUANTUM15_LIMIT 16383.0f
#define CK_QUANTUM15_LOW_BITS 7
#define CK_QUANTUM15_HIGH_SCALE 128.0f

#endif
