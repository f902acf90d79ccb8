import DecodingCore
import Mamba
import MambaDevices
import TestSupport
import Testing
import Verifier

/// A verifier's state as bytes, and whose it is.
@Suite struct ByteVerifierRestoringTests {
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

  @Test(arguments: TinyModel.Storage.allCases)
  func `a state has the bits of the session, whatever the model`(
    storage: TinyModel.Storage
  ) throws {
    let verifier = try Self.verifier {
      $0.storage = storage
      ($0.innerSize, $0.convolutionWidth, $0.stateSize) = (40, 3, 5)
    }
    let session = verifier.makeSession()
    try session.consume(Array("a text of some length".utf8)[...])
    try session.verify([1, 2, 3])
    session.rollBack(toFirst: 2)
    let bytes = session.savedState()
    #expect(bytes.count == 2 * 40 * (5 + 2) * 4)
    let other = verifier.makeSession()
    try other.consume([7, 8])
    try other.restore(bytes)
    #expect(other.state.bits == session.state.bits)
    #expect(other.savedState() == bytes)
  }

  @Test func `a verifier's state that does not fit or is not finite is refused`() throws {
    let session = try Self.verifier().makeSession()
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
}
