import DecodingCore
import SpeculativeDecoding

/// How bytes are drawn.
struct Sampling {
  let name: String
  let options: SamplingOptions

  static let all = [
    Sampling(name: "0", options: SamplingOptions(seed: 1)),
    Sampling(name: "0.7", options: SamplingOptions(temperature: 0.7, seed: 1)),
    Sampling(
      name: "0.7, top-p 0.9", options: SamplingOptions(temperature: 0.7, seed: 1, topP: 0.9)),
    Sampling(name: "1", options: SamplingOptions(temperature: 1, seed: 1)),
  ]
}

/// How drafts are made and judged.
struct Setting {
  let name: String
  let length: DraftLength
  let rule: SpeculativeDecoding.Acceptance

  static let all = [
    Setting(name: "exact, 6 tokens", length: .tokens(6), rule: .exact),
    Setting(name: "exact, auto", length: .automatic, rule: .exact),
    Setting(name: "rejection, 6 tokens", length: .tokens(6), rule: .rejection),
    Setting(name: "rejection, auto", length: .automatic, rule: .rejection),
    Setting(
      name: "top-beta 3 to the boundary, 3 tokens (lossy)", length: .tokens(3),
      rule: .topBeta(beta: 3, resync: .boundary)),
  ]
}
