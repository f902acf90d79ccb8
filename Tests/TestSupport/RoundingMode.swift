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
    let roundsUp = roundsUp()
    fesetround(saved)
    return (result, roundsUp)
  }

  /// Whether this thread rounds up, found by a sum, because `fegetround` reads another register
  /// on x86-64. It serves for a number that the compiler cannot know: it takes rounding to nearest for
  /// granted, and computes what it can itself.
  package static func roundsUp() -> Bool {
    let number = Float(fegetround().magnitude) + 1
    return number + number * 0x1p-30 > number
  }
}
