import Checkpoint
import DecodingCore
import Foundation
import Kernels
import Mamba
import MambaDevices
import TestSupport
import Testing
import Verifier

/// Loading a verifier, and what goes wrong.
@Suite struct ByteVerifierTests {
  @Test func `a byte-level model loads`() throws {
    let directory = try TinyModel().write()
    let verifier = try ByteVerifier(contentsOf: directory.url, on: .cpu(threads: 2))
    #expect(verifier.weightByteCount > 256 * 24 * 4)
    #expect(verifier.weightByteCount == verifier.model.weightByteCount)
    let session = verifier.makeSession()
    #expect(session.windowLimit >= 1)
    try session.verify(Array("ab".utf8))
    var logits = [Float](repeating: 0, count: 256)
    try session.copyLogits(after: 1, into: &logits)
    #expect(Set(logits).count > 200)
  }

  @Test func `the number of threads and the way of loading change no bit`() throws {
    let directory = try TinyModel().write()
    let bits = try [1, 2, 3, nil].map { threads in
      var session = try ByteVerifier(contentsOf: directory.url, on: .cpu(threads: threads))
        .makeSession()
      return try session.accepted(Array("the same bytes".utf8))
    }
    #expect(Set(bits).count == 1)
  }

  @Test func `a pool of the program's own computes the same bits`() throws {
    let directory = try TinyModel().write()
    let pool = try ComputePool(threads: 3)
    #expect(pool.threads == 3)
    #expect(try ComputePool(threads: 0).threads == 1)
    let own = try ByteVerifier(contentsOf: directory.url, on: .pool(pool))
    #expect((own.model.backend as? CPUBackend)?.team === pool.team)
    let shared = try ByteVerifier(contentsOf: directory.url, on: .cpu(threads: 3))
    #expect((shared.model.backend as? CPUBackend)?.team !== pool.team)
    var (one, other) = (own.makeSession(), shared.makeSession())
    let text = Array("the same bytes".utf8)
    #expect(try one.accepted(text) == other.accepted(text))
  }

  @Test(arguments: [255, 257, 300, 1])
  func `a vocabulary that is not the bytes is refused with the right option`(
    size: Int
  ) throws {
    var model = TinyModel()
    model.vocabularySize = size
    let directory = try model.write()
    let error = #expect(throws: VerifierError.self) {
      try ByteVerifier(contentsOf: directory.url)
    }
    #expect(error == .notByteLevel(directory: directory.url.path, vocabularySize: size))
    let text = error?.description ?? ""
    #expect(text.contains("--drafter") && text.contains("--verifier"))
    #expect(text.contains("\(size)") && text.contains(directory.url.path))
  }

  @Test func `the vocabulary is looked at before the weights`() throws {
    var model = TinyModel()
    model.vocabularySize = 300
    model.changes = ["backbone.layers.0.mixer.D": .missing]
    let directory = try model.write()
    let error = #expect(throws: VerifierError.self) {
      try ByteVerifier(contentsOf: directory.url)
    }
    #expect(error == .notByteLevel(directory: directory.url.path, vocabularySize: 300))
  }

  @Test func `a configuration of another model does not keep a byte-level model out`() throws {
    var model = TinyModel()
    model.fields = ["vocab_size": "50277"]
    let directory = try model.write()
    let verifier = try ByteVerifier(contentsOf: directory.url)
    #expect(verifier.model.configuration.warnings.map(\.field) == ["vocab_size"])
  }

  @Test func `rows of padding beyond the 256 bytes have no logits`() throws {
    var model = TinyModel()
    model.vocabularySize = 264
    model.layout.isOriginal = true
    (model.layout.tokenCount, model.layout.multiple) = (256, 24)
    let directory = try model.write()
    let verifier = try ByteVerifier(contentsOf: directory.url)
    #expect(verifier.model.configuration.vocabularySize == 256)
    let session = verifier.makeSession()
    try session.verify([65])
    var logits = [Float](repeating: 0, count: 256)
    try session.copyLogits(after: 0, into: &logits)
    let whole = try MambaModel(
      contentsOf: CheckpointDirectory(contentsOf: directory.url), team: .shared(size: 1))
    #expect(try Array(whole.logits(of: [65])[..<256]) == logits)
  }

  @Test func `a missing directory is a typed error with its path`() {
    let error = #expect(throws: VerifierError.self) {
      try ByteVerifier(contentsOf: URL(filePath: "/nonexistent/model"))
    }
    guard case .model(.checkpoint(.notFound(let file))) = error else {
      Issue.record("\(error?.description ?? "loaded")")
      return
    }
    #expect(file.contains("/nonexistent/model"))
    #expect(error?.description.contains("/nonexistent/model") == true)
  }

  @Test(arguments: [
    ("backbone.norm_f.weight", TensorChange.element(3, .nan)),
    ("backbone.layers.1.mixer.D", .missing), ("backbone.embeddings.weight", .shape([256, 25])),
  ])
  func `damage to the weights is a typed error with the tensor's name`(
    name: String, change: TensorChange
  ) throws {
    var model = TinyModel()
    model.changes = [name: change]
    let directory = try model.write()
    let error = #expect(throws: VerifierError.self) {
      try ByteVerifier(contentsOf: directory.url)
    }
    #expect(error?.description.contains(name) == true)
  }

  @Test func `an unknown instruction set is named with those to be had`() {
    let error = VerifierError.model(
      .device(
        .instructionSet(InstructionSetError(name: "mmx", available: [.scalar]))))
    #expect(error.description.contains("mmx") && error.description.contains("scalar"))
    #expect(error.description.contains("SPECDECODE_ISA"))
  }
}
