import Foundation
import Reporting
import SpeculativeDecoding

/// What the rounds of a generation did, recorded while it runs.
struct GenerationTrace {
  private let now: @Sendable () -> Double
  private var last: Double
  /// The lists of a record.
  private(set) var rounds: BenchmarkRounds

  /// Begins with the generation.
  ///
  /// - Parameter keepsRejected: whether the bytes that did not stand are wanted, not only counted.
  init(
    _ kind: BenchmarkConfiguration.Kind, keepsRejected: Bool, maxBytes: Int, clock: DecodingClock
  ) {
    rounds =
      kind == .plain
      ? BenchmarkRounds(nanoseconds: [])
      : BenchmarkRounds(
        nanoseconds: [], bytes: [], accepted: [], drafted: [], tokens: [],
        rejected: keepsRejected ? [] : nil)
    rounds.nanoseconds.reserveCapacity(min(maxBytes, 1 << 16))
    now = clock.now
    last = clock.now()
  }

  /// A round has ended.
  mutating func record(_ round: DecodedBytes) {
    let time = now()
    rounds.nanoseconds.append(Int(max(0, (time - last) * 1e9).rounded()))
    last = time
    rounds.bytes?.append(round.bytes.count)
    rounds.accepted?.append(round.acceptedCount)
    rounds.drafted?.append(round.acceptedCount + round.rejected.count)
    rounds.tokens?.append(round.draftedTokens)
    rounds.rejected?.append(Data(round.rejected))
  }
}
