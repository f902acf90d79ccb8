import Foundation
import Reporting
import SpeculativeDecoding

/// What the rounds of a generation did, recorded while it runs.
struct GenerationTrace {
  private let now: @Sendable () -> Double
  private let keepsRejected: Bool
  private var last: Double
  private var nanoseconds: [Int] = []
  private var bytes: [Int] = []
  private var accepted: [Int] = []
  private var drafted: [Int] = []
  private var tokens: [Int] = []
  private var rejected: [Data] = []

  /// Begins with the generation.
  ///
  /// - Parameter keepsRejected: whether the bytes that did not stand are wanted, not only counted.
  init(keepsRejected: Bool, maxBytes: Int, clock: DecodingClock) {
    now = clock.now
    self.keepsRejected = keepsRejected
    nanoseconds.reserveCapacity(min(maxBytes, 1 << 16))
    last = clock.now()
  }

  /// A round has ended.
  mutating func record(_ round: DecodedBytes) {
    let time = now()
    nanoseconds.append(Int(max(0, (time - last) * 1e9).rounded()))
    last = time
    bytes.append(round.bytes.count)
    accepted.append(round.acceptedCount)
    drafted.append(round.acceptedCount + round.rejected.count)
    tokens.append(round.draftedTokens)
    if keepsRejected { rejected.append(Data(round.rejected)) }
  }

  /// The lists of a record.
  func rounds(_ kind: BenchmarkConfiguration.Kind) -> BenchmarkRounds {
    guard kind == .speculative else { return BenchmarkRounds(nanoseconds: nanoseconds) }
    return BenchmarkRounds(
      nanoseconds: nanoseconds, bytes: bytes, accepted: accepted, drafted: drafted,
      tokens: tokens, rejected: keepsRejected ? rejected : nil)
  }
}
