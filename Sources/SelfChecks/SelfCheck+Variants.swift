package import DecodingCore

/// The same model on other threads or instructions.
package struct VerifierVariant<Verifier: RestorableVerifier> {
  /// What differs, in words.
  package let name: String
  /// How many bytes it reads: some instruction sets are a hundred times slower than others.
  package let byteCount: Int
  /// Loads it.
  package let load: () throws -> Verifier

  /// Describes a variant.
  package init(name: String, byteCount: Int, load: @escaping () throws -> Verifier) {
    self.name = name
    self.byteCount = byteCount
    self.load = load
  }
}

extension SelfCheck {
  /// On any number of threads, and on every instruction set, logits and state are the same bits.
  ///
  /// Loads the variants, one at a time, and has each read a text in windows and a byte at a time.
  ///
  /// - Parameters:
  ///   - title: what holds when it passes.
  ///   - verifier: what the variants are compared with.
  package static func variants<Verifier: RestorableVerifier>(
    name: String, title: String, verifier: Verifier, variants: [VerifierVariant<Verifier>]
  ) -> SelfCheck {
    SelfCheck(
      name: name, title: title,
      remedy: "use the threads and the instruction set (SPECDECODE_ISA) that agree with most; "
        + "report it"
    ) { record in
      for (index, variant) in variants.enumerated() {
        try record.step(index, of: variants.count)
        let text = SampleTexts.bytes(variant.byteCount)[...]
        let reference = try VerifierTrace(verifier, text, .steps)
        let other = try variant.load()
        for division in [VerifierTrace.Division.steps, .windows(6)] {
          record.compare(try VerifierTrace(other, text, division), with: reference, variant.name)
        }
      }
    }
  }
}
