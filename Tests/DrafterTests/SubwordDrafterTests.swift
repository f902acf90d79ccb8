import Checkpoint
import DecodingCore
import Drafter
import Foundation
import Kernels
import Mamba
import MambaDevices
import TestSupport
import Testing

/// Loading a drafter, and what goes wrong.
@Suite struct SubwordDrafterTests {
  private static func directory(
    vocabularySize: Int = TinyTokenizer.size, _ change: (inout TinyModel) -> Void = { _ in }
  ) throws -> TemporaryDirectory {
    var model = TinyModel()
    model.vocabularySize = vocabularySize
    change(&model)
    return try model.write()
  }

  private static func error(_ directory: TemporaryDirectory) -> DrafterError? {
    #expect(throws: DrafterError.self) { try SubwordDrafter(contentsOf: directory.url) }
  }

  @Test func `a model with its tokenizer loads and drafts`() throws {
    let directory = try Self.directory()
    try TinyTokenizer.write(to: directory.url)
    let drafter = try SubwordDrafter(contentsOf: directory.url, on: .cpu(threads: 2))
    #expect(drafter.weightByteCount > TinyTokenizer.size * 24 * 4)
    let session = drafter.makeSession()
    session.observe(Array("the and".utf8)[...])
    let draft = try session.draft(4)
    #expect(draft.tokenCount == 4)
    #expect(draft.bytes.count >= 3)
  }

  @Test func `a model may have more entries than its tokenizer`() throws {
    let (exact, padded) = (try Self.directory(), try Self.directory(vocabularySize: 400))
    for directory in [exact, padded] { try TinyTokenizer.write(to: directory.url) }
    #expect(
      try SubwordDrafter(contentsOf: exact.url).weightByteCount
        == SubwordDrafter(contentsOf: padded.url).weightByteCount)
  }

  @Test func `rows of padding are no tokens to draft`() throws {
    var model = TinyModel()
    model.vocabularySize = TinyTokenizer.size + 3
    model.layout.isOriginal = true
    (model.layout.tokenCount, model.layout.multiple) = (TinyTokenizer.size, TinyTokenizer.size + 3)
    let directory = try model.write()
    try TinyTokenizer.write(to: directory.url)
    let drafter = try SubwordDrafter(contentsOf: directory.url)
    #expect(drafter.model.configuration.vocabularySize <= TinyTokenizer.size)
    // One token fewer, and the tokenizer's last one would be padding.
    model.layout.tokenCount = TinyTokenizer.size - 1
    try model.write(to: directory.url)
    guard case .tokenizerTooLarge? = Self.error(directory) else {
      Issue.record("padding was taken for a token")
      return
    }
  }

  @Test func `a tokenizer with more tokens than the model is refused`() throws {
    let directory = try Self.directory(vocabularySize: TinyTokenizer.size - 1)
    try TinyTokenizer.write(to: directory.url)
    let error = Self.error(directory)
    let file = directory.url.appending(path: "tokenizer.json").path
    #expect(
      error
        == .tokenizerTooLarge(
          file: file, tokenizerSize: TinyTokenizer.size, vocabularySize: TinyTokenizer.size - 1))
    let text = error?.description ?? ""
    #expect(text.contains(file) && text.contains("\(TinyTokenizer.size - 1)"))
  }

  @Test func `a missing tokenizer is asked for`() throws {
    let directory = try Self.directory()
    let error = Self.error(directory)
    #expect(
      error
        == .noTokenizer(directory: directory.url.path, vocabularySize: TinyTokenizer.size))
    #expect(error?.description.contains("tokenizer.json") == true)
    #expect(error?.description.contains("--verifier") == false)
  }

  @Test func `a byte-level model is sent to the other option`() throws {
    let directory = try Self.directory(vocabularySize: 256)
    #expect(Self.error(directory)?.description.contains("--verifier") == true)
  }

  @Test func `a damaged tokenizer is its own error`() throws {
    let directory = try Self.directory()
    try Data("{".utf8).write(to: directory.url.appending(path: "tokenizer.json"))
    guard case .tokenizer = Self.error(directory) else {
      Issue.record("the tokenizer was accepted")
      return
    }
  }

  @Test func `a tokenizer without tokens is a typed error`() throws {
    let directory = try Self.directory()
    var sketch = TokenizerSketch()
    sketch.model["vocab"] = "{}"
    sketch.model["merges"] = "[]"
    let file = directory.url.appending(path: "tokenizer.json")
    try sketch.json.write(to: file)
    let error = Self.error(directory)
    #expect(error == .emptyTokenizer(file: file.path))
    #expect(error?.description.contains(file.path) == true)
  }

  @Test func `damage to the model is a typed error with the tensor's name`() throws {
    let directory = try Self.directory {
      $0.changes = ["backbone.layers.0.mixer.D": .element(1, .infinity)]
    }
    try TinyTokenizer.write(to: directory.url)
    #expect(Self.error(directory)?.description.contains("backbone.layers.0.mixer.D") == true)
  }

  @Test func `a missing directory is a typed error with its path`() {
    let error = #expect(throws: DrafterError.self) {
      try SubwordDrafter(contentsOf: URL(filePath: "/nonexistent/model"))
    }
    #expect(error?.description.contains("/nonexistent/model") == true)
  }

  @Test func `an unknown instruction set is named with those to be had`() {
    let error = DrafterError.model(
      .device(
        .instructionSet(InstructionSetError(name: "mmx", available: [.scalar]))))
    #expect(error.description.contains("mmx") && error.description.contains("scalar"))
  }
}
