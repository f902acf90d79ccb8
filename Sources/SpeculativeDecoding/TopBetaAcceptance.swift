package import DecodingCore

/// A drafted byte stands when it is among the verifier's `beta` most probable (Wang et al.,
/// MambaByte, arXiv 2401.13660). Lossy.
///
/// Of equally probable bytes the lowest come first. With `Resync.boundary` the verifier writes on
/// alone after it has replaced a byte, up to and including the next white space.
package struct TopBetaAcceptance: AcceptanceRule {
  package private(set) var counts = AcceptanceCounts()
  private let beta: Int
  private let resync: Acceptance.Resync
  private var isResyncing = false

  package init(beta: Int, resync: Acceptance.Resync) {
    self.beta = beta
    self.resync = resync
  }

  package var allowsDrafting: Bool { !isResyncing }

  package mutating func decide(
    _ index: Int?, of draft: Draft, from logits: [Float], at position: UInt64,
    sampler: inout ByteSampler
  ) -> AcceptanceDecision {
    let own = sampler.byte(from: logits, at: position)
    if let index {
      let drafted = draft.bytes[index]
      if isLikely(drafted, logits) {
        if drafted != own { counts.toleratedBytes += 1 }
        return AcceptanceDecision(byte: drafted, stands: true)
      }
      isResyncing = resync == .boundary
    } else if isResyncing {
      counts.resyncBytes += 1
    }
    if Self.isBoundary(own) { isResyncing = false }
    return AcceptanceDecision(byte: own, stands: false)
  }

  private func isLikely(_ drafted: UInt8, _ logits: [Float]) -> Bool {
    let logit = logits[Int(drafted)]
    var before = 0
    for byte in logits.indices
    where logits[byte] > logit || (logits[byte] == logit && byte < Int(drafted)) {
      before += 1
    }
    return before < beta
  }

  /// White space of ASCII.
  private static func isBoundary(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
