package import DecodingCore

/// However a text is divided into windows and chunks, logits and state are the same bits.
package struct WindowCheck<Verifier: RestorableVerifier>: SelfCheck {
  package var name: String { "windows" }
  package var title: String { "windows of any size give the same bits" }
  package var remedy: String {
    "speculative output cannot be trusted with this build; try SPECDECODE_ISA=scalar, and report it"
  }

  private let verifier: Verifier
  private let text: [UInt8]
  private let windows: [Int]
  private let chunks: [Int]

  /// A check.
  ///
  /// - Parameters:
  ///   - text: what is read.
  ///   - windows: their sizes; those above the verifier's limit are brought down to it.
  ///   - chunks: sizes of the pieces that a prompt is read in.
  package init(verifier: Verifier, text: [UInt8], windows: [Int], chunks: [Int]) {
    self.verifier = verifier
    self.text = text
    self.windows = windows
    self.chunks = chunks
  }

  /// Reads the text once in each way.
  package func run(_ record: CheckRecord) throws {
    let divisions =
      windows.map { ("windows of \($0)", VerifierTrace.Division.windows($0)) }
      + chunks.map { ("a prompt in chunks of \($0)", .chunks($0)) }
    let reference = try VerifierTrace(verifier, text[...], .steps)
    for (index, (what, division)) in divisions.enumerated() {
      try record.step(index + 1, of: divisions.count + 1)
      record.compare(try VerifierTrace(verifier, text[...], division), with: reference, what)
    }
  }
}
