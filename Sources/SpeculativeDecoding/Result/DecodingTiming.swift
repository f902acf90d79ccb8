/// Where the time of a generation went, in seconds.
public struct DecodingTiming: Sendable, Equatable, Codable {
  /// Consuming the prompt, by the verifier.
  public package(set) var verifierPrefill = 0.0

  /// Consuming the prompt, by the drafter.
  public package(set) var drafterPrefill = 0.0

  /// The drafter's taking in of bytes that were decided since it drafted last.
  public package(set) var catchUp = 0.0

  /// Drafting tokens.
  public package(set) var draftTokens = 0.0

  /// The verifier's passes over windows.
  public package(set) var verify = 0.0

  /// Rolling the verifier back.
  public package(set) var rollBack = 0.0

  /// Everything else between the prompt and the last byte: sampling, comparing, bookkeeping; what
  /// the caller does between rounds is not in it.
  public package(set) var rest = 0.0

  /// Drafting, the drafter's catching up included.
  public var draft: Double { catchUp + draftTokens }

  /// Both prefills.
  public var prefill: Double { verifierPrefill + drafterPrefill }

  /// From the end of the prompt to the last byte.
  public var decoding: Double { draft + verify + rollBack + rest }

  /// Prefill and decoding.
  public var total: Double { prefill + decoding }

  package init() {}

  /// The seconds of both.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }

  /// Adds the seconds of another generation.
  public static func += (sum: inout Self, other: Self) {
    sum.verifierPrefill += other.verifierPrefill
    sum.drafterPrefill += other.drafterPrefill
    sum.catchUp += other.catchUp
    sum.draftTokens += other.draftTokens
    sum.verify += other.verify
    sum.rollBack += other.rollBack
    sum.rest += other.rest
  }
}
