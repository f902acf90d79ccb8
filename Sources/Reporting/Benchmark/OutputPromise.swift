package import SpeculativeDecoding

/// What a rule of acceptance promises of the output, beside that of plain decoding.
package enum OutputPromise: String, Sendable, Equatable, Codable {
  /// The same bytes: a difference is a fault.
  case identical
  /// The verifier's distribution, but with other bytes: nothing is lost.
  case sameDistribution = "same_distribution"
  /// Another distribution.
  case lossy

  /// What a rule promises.
  package init(_ rule: Acceptance) {
    self = rule == .exact ? .identical : rule.isLossy ? .lossy : .sameDistribution
  }

  /// In a word or two, for a table.
  package var text: String {
    switch self {
    case .identical: "identical"
    case .sameDistribution: "same distribution"
    case .lossy: "lossy"
    }
  }
}

extension ConfigurationSummary {
  /// What became of the outputs beside the baseline's, in a few words.
  package var outputText: String {
    guard let identity = overall.identity, identity.compared > 0 else { return "-" }
    let count = "\(identity.differing) of \(identity.compared) differ"
    guard promise == .identical else { return "\(promise.text), \(count)" }
    return identity.differing > 0 ? "NO: \(count)" : "identical, all \(identity.compared)"
  }
}

extension BenchmarkConfiguration {
  /// What the rule promises; of a rule that this version does not know, nothing.
  package var promise: OutputPromise {
    if promisesIdentity { return .identical }
    return acceptance.flatMap { Acceptance(spelling: $0) }.map { OutputPromise($0) } ?? .lossy
  }
}
