package import DecodingCore
import Reporting
package import SpeculativeDecoding

extension SelfCheck {
  /// Speculative output is plain output, byte for byte.
  ///
  /// Decodes each prompt with each sampler plainly, then with each draft length.
  ///
  /// - Parameter decoder: its options say how many bytes an output has; its rule is `exact`.
  package static func identity<Drafter: DrafterModel, Verifier: VerifierModel>(
    decoder: SpeculativeDecoder<Drafter, Verifier>, samplings: [SamplingOptions],
    lengths: [DraftLength]
  ) -> SelfCheck {
    SelfCheck(
      name: "identity", title: "speculative output is plain output",
      remedy: "decode with --no-draft until it is mended, and report it with the models' "
        + "fingerprints (specdecode inspect)"
    ) { record in
      let whole = SampleTexts.prompts.count * samplings.count
      for (index, prompt) in SampleTexts.prompts.enumerated() {
        for (place, sampling) in samplings.enumerated() {
          try record.step(index * samplings.count + place, of: whole)
          let plain = try decoder.decode(prompt, sampling: sampling, drafting: .never).output
          for length in lengths {
            let output = try decoder.decode(prompt, sampling: sampling, drafting: length).output
            let difference = FirstDifference.between(output, plain)
            record.compare(
              difference == nil,
              "prompt \(index + 1), \(sampling.text), \(length.text): output byte "
                + "\((difference ?? 0) + 1) is not plain decoding's")
          }
        }
      }
    }
  }
}

extension SamplingOptions {
  /// The options in words.
  var text: String {
    var parts = ["temperature \(temperature)"]
    if let topK { parts.append("top-k \(topK)") }
    if let topP { parts.append("top-p \(topP)") }
    if let minP { parts.append("min-p \(minP)") }
    return parts.joined(separator: ", ") + ", seed \(seed)"
  }
}

extension DraftLength {
  /// The length in words.
  var text: String {
    switch self {
    case .automatic: "automatic draft length"
    case .tokens(let count): "\(count) draft tokens"
    }
  }
}
