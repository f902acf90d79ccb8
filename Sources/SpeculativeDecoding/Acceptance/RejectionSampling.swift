package import DecodingCore
import Kernels

/// A drafted byte is accepted with chance min(1, p / q); in place of a rejected one a byte is drawn from
/// max(0, p - q), and after the last one from p.
///
/// The bytes have the verifier's distribution when each drafted byte was drawn from the q that is
/// reported with it, and whether it was handed to the verifier did not depend on it
/// (docs/acceptance-rules.md has the proof). A byte without a distribution counts as certain: q is
/// 1 for it. The test and the draw have streams of their own, in which a position comes once.
package struct RejectionSampling: AcceptanceRule {
  package private(set) var counts = AcceptanceCounts()
  private var target = ByteDistribution()
  private var residual = [Double](repeating: 0, count: 256)

  package init() {}

  package var samplesDrafts: Bool { true }

  package mutating func decide(
    _ index: Int?, of draft: Draft, from logits: [Float], at position: UInt64,
    sampler: inout ByteSampler
  ) -> AcceptanceDecision {
    target.update(logits: logits, options: sampler.options, allowed: sampler.allowed)
    let test = sampler.acceptUniform(at: position)
    let draw = sampler.residualUniform(at: position)
    var decision = AcceptanceDecision(byte: 0, isAccepted: false)
    FloatingPointMode.withDefault {
      decision = decide(index, of: draft, test: test, draw: draw)
    }
    return decision
  }

  private mutating func decide(
    _ index: Int?, of draft: Draft, test: Double, draw: Double
  ) -> AcceptanceDecision {
    guard let index else {
      return AcceptanceDecision(
        byte: byte(of: target.probabilities, uniform: draw), isAccepted: false)
    }
    let drafted = draft.bytes[index]
    let probability = compare(index, of: draft)
    if test * probability < target.probabilities[Int(drafted)] {
      return AcceptanceDecision(byte: drafted, isAccepted: true)
    }
    return AcceptanceDecision(byte: byte(of: residual, uniform: draw), isAccepted: false)
  }

  /// Sets the residual and counts the overlap; returns the drafter's probability of the byte.
  private mutating func compare(_ index: Int, of draft: Draft) -> Double {
    let drafted = Int(draft.bytes[index])
    let distribution = draft.distribution(at: index)
    var overlap = 0.0
    for byte in residual.indices {
      let wanted = target.probabilities[byte]
      let proposed = distribution.map { $0[$0.startIndex + byte] } ?? (byte == drafted ? 1 : 0)
      residual[byte] = max(0, wanted - proposed)
      overlap += min(wanted, proposed)
    }
    counts.overlap += overlap
    return distribution.map { $0[$0.startIndex + drafted] } ?? 1
  }

  /// A residual has no mass only where rounding took it: p and q are then as good as equal.
  private func byte(of weights: [Double], uniform: Double) -> UInt8 {
    CategoricalDraw.byte(from: weights, uniform: uniform)
      ?? CategoricalDraw.byte(from: target.probabilities, uniform: uniform) ?? 0
  }
}
