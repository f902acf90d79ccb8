package import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a host program may have set on a thread: to round up rather than to nearest.
package enum RoundingMode {
  /// Runs `body` on this thread while it rounds up; says, too, whether it still did afterwards.
  package static func upward<Result>(_ body: () -> Result) -> (Result, roundsUp: Bool) {
    let saved = fegetround()
    fesetround(FE_UPWARD as Int32)
    let result = body()
    let roundsUp = roundsUp(FloatBuffer(count: 2))
    fesetround(saved)
    return (result, roundsUp)
  }

  /// Whether this thread rounds up, found by a sum, because `fegetround` reads another register
  /// on x86-64. The sum goes through memory, lest it be computed elsewhere.
  package static func roundsUp(_ memory: FloatBuffer) -> Bool {
    memory[0] = 1
    memory[1] = memory[0] + 0x1p-30
    return memory[1] > 1
  }
}
