package import SpeculativeDecoding

/// Where the time of one or several generations went, in seconds.
package struct TimingReport: Sendable, Equatable, Codable {
  /// Consuming the prompt, by the verifier.
  package private(set) var verifierPrefill: Double
  /// Consuming the prompt, by the drafter.
  package private(set) var drafterPrefill: Double
  /// The drafter's taking in of bytes that were decided since it drafted last.
  package private(set) var catchUp: Double
  /// Drafting, the drafter's catching up included.
  package private(set) var draft: Double
  /// The verifier's passes over windows.
  package private(set) var verify: Double
  /// Rolling the verifier back.
  package private(set) var rollBack: Double
  /// Sampling, comparing, bookkeeping.
  package private(set) var rest: Double
  /// Both prefills.
  package private(set) var prefill: Double
  /// From the end of the prompt to the last byte: draft, verify, roll back and the rest.
  package private(set) var decoding: Double
  /// Prefill and decoding.
  package private(set) var total: Double

  /// All of them.
  static var parts: [WritableKeyPath<TimingReport, Double>] {
    [
      \.verifierPrefill, \.drafterPrefill, \.catchUp, \.draft, \.verify, \.rollBack, \.rest,
      \.prefill, \.decoding, \.total,
    ]
  }

  /// The sum over generations; all zero for none.
  package init(_ timings: [DecodingTiming]) {
    self.init(adding: timings.map(TimingReport.init))
  }

  private init(_ timing: DecodingTiming) {
    verifierPrefill = timing.verifierPrefill
    drafterPrefill = timing.drafterPrefill
    catchUp = timing.catchUp
    draft = timing.draft
    verify = timing.verify
    rollBack = timing.rollBack
    rest = timing.rest
    prefill = timing.prefill
    decoding = timing.decoding
    total = timing.total
  }

  /// The sum of sums; all zero for none.
  package init(adding reports: [TimingReport]) {
    self.init(DecodingTiming())
    for report in reports {
      for part in Self.parts { self[keyPath: part] += report[keyPath: part] }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case verifierPrefill = "verifier_prefill"
    case drafterPrefill = "drafter_prefill"
    case catchUp = "catch_up"
    case draft, verify
    case rollBack = "roll_back"
    case rest, prefill, decoding, total
  }
}
