package import DecodingCore

extension SelfCheck {
  /// However a text is divided into windows and chunks, logits and state are the same bits.
  ///
  /// - Parameters:
  ///   - text: what is read, once in each way.
  ///   - windows: their sizes; those above the verifier's limit are brought down to it.
  ///   - chunks: sizes of the pieces that a prompt is read in.
  package static func windows<Verifier: RestorableVerifier>(
    verifier: Verifier, text: [UInt8], windows: [Int], chunks: [Int]
  ) -> SelfCheck {
    SelfCheck(
      name: "windows", title: "windows of any size give the same bits",
      remedy: "speculative output cannot be trusted with this build; try SPECDECODE_ISA=scalar, "
        + "and report it"
    ) { record in
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
}
