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

/// On any number of threads, and on every instruction set, logits and state are the same bits.
package struct VariantCheck<Verifier: RestorableVerifier>: SelfCheck {
  package let name: String
  package let title: String
  package var remedy: String {
    "use the threads and the instruction set (SPECDECODE_ISA) that agree with most; report it"
  }

  private let verifier: Verifier
  private let variants: [VerifierVariant<Verifier>]

  /// A check.
  ///
  /// - Parameters:
  ///   - title: what holds when it passes.
  ///   - verifier: what the variants are compared with.
  package init(
    name: String, title: String, verifier: Verifier, variants: [VerifierVariant<Verifier>]
  ) {
    self.name = name
    self.title = title
    self.verifier = verifier
    self.variants = variants
  }

  /// Loads the variants, one at a time, and has each read a text in windows and a byte at a time.
  package func run(_ record: CheckRecord) throws {
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
