import CMachineLimits

/// What the machine can do at most, measured by loops that do nothing else.
package enum MachineLimits {
  /// Seconds of one measurement: short, so that one fits beside every repetition.
  private static let seconds = 0.002

  /// Bytes a second of reading a buffer of `byteCount` bytes again and again; a small buffer stays
  /// in a cache as weights of that size would.
  package static func readRate(byteCount: Int, threads: Int) -> Double {
    // The loop reads 512 bytes at a time.
    cml_read_rate(max(byteCount, 4096 * threads), UInt32(threads), seconds)
  }

  /// f32 operations a second; a fused multiply-add is two.
  package static func floatRate(threads: Int) -> Double {
    cml_fma_rate(UInt32(threads), seconds)
  }

  /// Operations a second of 8-bit dot products; a product and its sum are two.
  package static func int8Rate(threads: Int) -> Double {
    cml_int8_rate(UInt32(threads), seconds)
  }
}
