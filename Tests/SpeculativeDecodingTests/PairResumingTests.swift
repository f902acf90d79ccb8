import DecodingCore
import Drafter
import Kernels
import Mamba
import MambaDevices
import SpeculativeDecoding
import TestSupport
import Testing
import Verifier

/// Saved generations of real models.
@Suite struct PairResumingTests {
  private typealias Decoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>

  private static func drafter(seed: UInt64) throws -> SubwordDrafter {
    var model = TinyModel()
    model.vocabularySize = TinyTokenizer.size
    model.hiddenSize = 16
    model.innerSize = 32
    model.seed = seed
    let files = try model.write()
    try TinyTokenizer.write(to: files.url)
    return try withExtendedLifetime(files) {
      try SubwordDrafter(contentsOf: files.url, on: .cpu(threads: 1))
    }
  }

  private static func verifier(_ change: (inout TinyModel) -> Void = { _ in }) throws
    -> ByteVerifier
  {
    var model = TinyModel()
    model.storage = .i8
    change(&model)
    let files = try model.write()
    return try withExtendedLifetime(files) {
      try ByteVerifier(contentsOf: files.url, on: .cpu(threads: 1))
    }
  }

  @Test(arguments: [0, 1])
  func `cut at every byte, with another drafter and draft length after it`(
    temperature: Double
  ) throws {
    let (verifier, prompt) = (try Self.verifier(), Array("the rain ".utf8))
    var decoder = Decoder(drafter: try Self.drafter(seed: 2), verifier: verifier)
    let other = try Self.drafter(seed: 3)
    decoder.options.sampling = SamplingOptions(temperature: temperature, seed: 4)
    decoder.options.maxBytes = 24
    let whole = try decoder.decode(prompt, drafting: .never).output
    for cut in 0...24 {
      decoder.options.maxBytes = cut
      for length in [DraftLength.tokens(0), .tokens(2)] {
        decoder.options.draftLength = length
        let first = try decoder.decodeResumably(prompt)
        let state = try DecodingState(bytes: first.state.serialized())
        for (drafter, length) in [
          (other, DraftLength.tokens(3)), (decoder.drafter, .tokens(0)), (other, .automatic),
        ] {
          let rest = try Decoder(
            drafter: drafter, verifier: verifier,
            options: DecodingOptions(maxBytes: 24 - cut, draftLength: length)
          ).decode(after: state)
          #expect(first.result.output + rest.result.output == whole)
        }
      }
    }
  }

  @Test func `a state is refused where only the activations' width differs`() throws {
    let drafter = try Self.drafter(seed: 2)
    let narrow = Decoder(
      drafter: drafter, verifier: try Self.verifier(), options: DecodingOptions(maxBytes: 3))
    let wide = Decoder(
      drafter: drafter, verifier: try Self.verifier { $0.metadata = ["activation_bits": "15"] },
      options: DecodingOptions(maxBytes: 3))
    let state = try narrow.decodeResumably([65]).state
    let error = #expect(throws: DecodingError.self) { try wide.decode(after: state) }
    #expect(error?.description.contains("another verifier") == true)
  }
}
