import DecodingCore

/// When a drafted byte is accepted, and what is written in its place when it is not.
public enum Acceptance: Sendable, Equatable {
  /// When it is the byte that the verifier writes by the seed's noise: the output is that of plain
  /// decoding, byte for byte.
  case exact

  /// With chance min(1, p / q), p the verifier's and q the drafter's probability of the byte; else
  /// one is drawn from what p has more than q. The output has the verifier's distribution, but it
  /// depends on the drafter (Leviathan, Kalman, Matias, arXiv 2211.17192).
  case rejection

  /// When it is among the verifier's `beta` most probable bytes. Lossy: the output has another
  /// distribution than the verifier's (Wang et al., MambaByte, arXiv 2401.13660).
  case topBeta(beta: Int, resync: Resync = .none)

  /// How a round goes on after a rejected byte, under `topBeta`.
  public enum Resync: String, Sendable, Equatable, CaseIterable {
    /// The verifier's byte takes its place, and the next round drafts.
    case none
    /// The verifier writes on alone, up to and including the next white space; as in the paper.
    case boundary
  }

  /// What it is called on the command line and in reports.
  public var name: String {
    switch self {
    case .exact: "exact"
    case .rejection: "rejection"
    case .topBeta: "top-beta"
    }
  }

  /// How many bytes are likely enough, under `topBeta`.
  public var beta: Int? {
    if case .topBeta(let beta, _) = self { beta } else { nil }
  }

  /// How a round goes on after a rejected byte, under `topBeta`.
  public var resync: Resync? {
    if case .topBeta(_, let resync) = self { resync } else { nil }
  }

  /// Whether the output has another distribution than the verifier's.
  public var isLossy: Bool {
    if case .topBeta = self { true } else { false }
  }

  /// Throws when a parameter is out of range.
  func validate() throws(DecodingError) {
    if case .topBeta(let beta, _) = self, !(1...256).contains(beta) {
      throw .invalidOption(name: "beta", value: "\(beta)", remedy: "give 1 to 256")
    }
  }

  /// The rule at the beginning of a generation.
  var rule: any AcceptanceRule {
    switch self {
    case .exact: ExactAcceptance()
    case .rejection: RejectionSampling()
    case .topBeta(let beta, let resync): TopBetaAcceptance(beta: beta, resync: resync)
    }
  }
}
