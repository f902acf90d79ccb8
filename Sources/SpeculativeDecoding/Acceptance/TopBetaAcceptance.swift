package import DecodingCore

/// A drafted byte is accepted when it is among the verifier's `beta` most probable (Wang et al.,
/// MambaByte, arXiv 2401.13660). Lossy.
///
/// Of equally probable bytes the lowest come first; one that the sampler's mask or filters leave out
/// never is. With `Resync.boundary` the verifier writes on
/// alone after it has replaced a byte, up to and including the next white space.
package struct TopBetaAcceptance: AcceptanceRule {
  package private(set) var counts = AcceptanceCounts()
  private let beta: Int
  private let resync: Acceptance.Resync
  private var isResyncing = false
  private var filtered = ByteDistribution()

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
      if isLikely(drafted, logits, sampler) {
        if drafted != own { counts.toleratedBytes += 1 }
        return AcceptanceDecision(byte: drafted, isAccepted: true)
      }
      isResyncing = resync == .boundary
    } else if isResyncing {
      counts.resyncBytes += 1
    }
    if Self.isBoundary(own) { isResyncing = false }
    return AcceptanceDecision(byte: own, isAccepted: false)
  }

  private mutating func isLikely(
    _ drafted: UInt8, _ logits: [Float], _ sampler: ByteSampler
  ) -> Bool {
    let allowed = sampler.allowed
    guard allowed.contains(drafted) else { return false }
    let logit = logits[Int(drafted)]
    var before = 0
    for byte in UInt8.min ... .max where allowed.contains(byte) {
      let other = logits[Int(byte)]
      if other > logit || (other == logit && byte < drafted) { before += 1 }
    }
    guard before < beta else { return false }
    guard sampler.options.isFiltered, !sampler.isGreedy else { return true }
    filtered.update(logits: logits, options: sampler.options, allowed: allowed)
    return filtered.kept.contains(drafted)
  }

  /// White space of ASCII.
  private static func isBoundary(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
