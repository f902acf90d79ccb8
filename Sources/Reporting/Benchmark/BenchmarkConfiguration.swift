package import SpeculativeDecoding

/// A way of decoding that a benchmark measured.
///
/// Plain decoding is a configuration like the others, measured once for all that are compared with
/// it. What does not apply is nil, and left out of the file.
package struct BenchmarkConfiguration: Sendable, Equatable, Codable {
  /// Which of two ways of decoding.
  package enum Kind: String, Sendable, Codable {
    /// Byte by byte.
    case plain
    /// With a drafter.
    case speculative
  }

  /// Its number; the first is 0.
  package var id: Int
  /// What tells it from the others of the run, in a few words.
  package var name: String
  /// Plain or speculative.
  package var kind: Kind
  /// The number of the configuration that it is compared with; nil for a baseline.
  package var baseline: Int?
  /// The place of its drafter in the run's list.
  package var drafter: Int?
  /// Tokens drafted a round.
  package var draftTokens: DraftLength?
  /// The acceptance rule, as on the command line; nil for plain decoding.
  package var acceptance: String?
  /// Whether the rule promises the baseline's bytes, so that a difference is a fault.
  package var promisesIdentity: Bool
  /// How many generations of a prompt share passes, as one sample; nil for one.
  package var batch: Int?
  /// The temperature of sampling.
  package var temperature: Double
  /// The most bytes that sampling keeps.
  package var topK: Int?
  /// The probability mass that sampling keeps.
  package var topP: Double?
  /// The least share of the largest probability that sampling keeps.
  package var minP: Double?

  /// Describes a way of decoding.
  package init(
    id: Int, name: String, kind: Kind, baseline: Int? = nil, drafter: Int? = nil,
    draftTokens: DraftLength? = nil, acceptance: String? = nil, promisesIdentity: Bool = true,
    batch: Int? = nil, temperature: Double, topK: Int? = nil, topP: Double? = nil,
    minP: Double? = nil
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.baseline = baseline
    self.drafter = drafter
    self.draftTokens = draftTokens
    self.acceptance = acceptance
    self.promisesIdentity = promisesIdentity
    self.batch = batch
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
  }

  private enum CodingKeys: String, CodingKey {
    case id, name, kind, baseline, drafter
    case draftTokens = "draft_tokens"
    case acceptance
    case promisesIdentity = "promises_identity"
    case batch, temperature
    case topK = "top_k"
    case topP = "top_p"
    case minP = "min_p"
  }
}
