import DecodingCore
import Drafter
import Kernels
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
    return try SubwordDrafter(contentsOf: files.url, threads: 1)
  }

  private static func verifier(_ change: (inout TinyModel) -> Void = { _ in }) throws
    -> ByteVerifier
  {
    var model = TinyModel()
    model.storage = .i8
    change(&model)
    return try ByteVerifier(contentsOf: model.write().url, threads: 1)
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
    let whole = try decoder.decodePlainly(prompt: prompt).output
    for cut in 0...24 {
      decoder.options.maxBytes = cut
      for length in [DraftLength.tokens(0), .tokens(2)] {
        decoder.options.draftLength = length
        let first = try decoder.decodeResumably(prompt: prompt)
        let state = try DecodingState(bytes: first.state.bytes)
        for (drafter, length) in [
          (other, DraftLength.tokens(3)), (decoder.drafter, .tokens(0)), (other, .automatic),
        ] {
          let rest = try Decoder(
            drafter: drafter, verifier: verifier,
            options: DecodingOptions(maxBytes: 24 - cut, draftLength: length)
          ).decodeResumably(after: state)
          #expect(first.result.output + rest.result.output == whole)
        }
      }
    }
  }

  @Test(arguments: TinyModel.Storage.allCases)
  func `a state has the bits of the session, whatever the model`(
    storage: TinyModel.Storage
  ) throws {
    let verifier = try Self.verifier {
      $0.storage = storage
      ($0.innerSize, $0.convolutionWidth, $0.stateSize) = (40, 3, 5)
    }
    var session = verifier.makeSession()
    try session.consume(Array("a text of some length".utf8)[...])
    try session.verify([1, 2, 3])
    session.rollBack(toFirst: 2)
    let bytes = session.savedState()
    #expect(bytes.count == 2 * 40 * (5 + 2) * 4)
    var other = verifier.makeSession()
    try other.consume([7, 8])
    try other.restore(bytes)
    #expect(other.state.bitPatterns == session.state.bitPatterns)
    #expect(other.savedState() == bytes)
  }

  @Test func `a verifier's state that does not fit or is not finite is refused`() throws {
    var session = try Self.verifier().makeSession()
    try session.consume([1, 2, 3])
    let good = session.savedState()
    for bytes in [[], good.dropLast(), good + [0], good.dropLast(4)].map(Array.init) {
      let error = #expect(throws: SavedStateError.self) { try session.restore(bytes) }
      #expect(error?.description.contains("\(good.count)") == true)
    }
    for bits: [UInt8] in [[0, 0, 0xC0, 0x7F], [0, 0, 0x80, 0xFF]] {
      var bytes = good
      bytes.replaceSubrange(40..<44, with: bits)
      #expect(throws: SavedStateError.notFinite(index: 10)) { try session.restore(bytes) }
    }
    #expect(session.savedState() == good)
  }

  @Test func `what changes the logits changes the fingerprint, and nothing else does`() throws {
    let plain = try Self.verifier().fingerprint()
    #expect(plain.count == 32)
    #expect(try Self.verifier().fingerprint() == plain)
    #expect(try Self.verifier { $0.metadata = ["author": "someone"] }.fingerprint() == plain)
    let others = try [
      Self.verifier { $0.seed = 9 },
      Self.verifier { $0.metadata = ["activation_bits": "15"] },
      Self.verifier {
        $0.metadata = ["activation_bits.backbone.layers.1.mixer.in_proj.weight": "15"]
      },
      Self.verifier { $0.fields = ["layer_norm_epsilon": "1e-06"] },
      Self.verifier { $0.storage = .bf16 },
    ].map { try $0.fingerprint() }
    #expect(Set(others + [plain]).count == others.count + 1)
  }

  @Test func `a state is refused where only the activations' width differs`() throws {
    let drafter = try Self.drafter(seed: 2)
    let narrow = Decoder(
      drafter: drafter, verifier: try Self.verifier(), options: DecodingOptions(maxBytes: 3))
    let wide = Decoder(
      drafter: drafter, verifier: try Self.verifier { $0.metadata = ["activation_bits": "15"] },
      options: DecodingOptions(maxBytes: 3))
    let state = try narrow.decodeResumably(prompt: [65]).state
    let error = #expect(throws: DecodingError.self) { try wide.decodeResumably(after: state) }
    #expect(error?.description.contains("another verifier") == true)
  }
}
