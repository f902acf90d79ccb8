package import Foundation

/// What the rounds of one generation did: lists with one entry a round, in order.
package struct BenchmarkRounds: Sendable, Equatable, Codable {
  /// Nanoseconds from the event before to the round's bytes; the first counts from the start of the
  /// generation, prefill included, so it is the time to the first byte.
  package var nanoseconds: [Int]
  /// Bytes emitted; nil for plain decoding, where each is 1.
  package var bytes: [Int]?
  /// How many of them, from the first, were drafted and accepted.
  package var accepted: [Int]?
  /// Bytes drafted and handed to the verifier.
  package var drafted: [Int]?
  /// Tokens drafted.
  package var tokens: [Int]?
  /// The drafted bytes that were rejected, in the first repetition of a prompt; base64 in the file.
  package var rejected: [Data]?

  /// Collects lists of equal length.
  package init(
    nanoseconds: [Int], bytes: [Int]? = nil, accepted: [Int]? = nil, drafted: [Int]? = nil,
    tokens: [Int]? = nil, rejected: [Data]? = nil
  ) {
    self.nanoseconds = nanoseconds
    self.bytes = bytes
    self.accepted = accepted
    self.drafted = drafted
    self.tokens = tokens
    self.rejected = rejected
  }

  /// How many rounds there were.
  package var count: Int { nanoseconds.count }

  /// Bytes emitted by a round.
  package func byteCount(of round: Int) -> Int { bytes?[round] ?? 1 }

  private enum CodingKeys: String, CodingKey {
    case nanoseconds, bytes, accepted, drafted, tokens
    case rejected = "rejected_base64"
  }
}
