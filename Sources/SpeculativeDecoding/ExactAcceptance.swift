package import DecodingCore

/// A drafted byte stands when it is the verifier's own, drawn by the noise that plain decoding uses.
package struct ExactAcceptance: AcceptanceRule {
  package init() {}

  package mutating func decide(
    _ index: Int?, of draft: Draft, from logits: [Float], at position: UInt64,
    sampler: inout ByteSampler
  ) -> AcceptanceDecision {
    let byte = sampler.byte(from: logits, at: position)
    return AcceptanceDecision(byte: byte, stands: index.map { draft.bytes[$0] == byte } ?? false)
  }
}
