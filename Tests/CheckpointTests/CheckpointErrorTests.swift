import Checkpoint
import SpecDecodePlatform
import Testing

@Suite struct CheckpointErrorTests {
  private static let all: [CheckpointError] = [
    .notFound(file: "FILE"),
    .notReadable(file: "FILE", reason: "REASON"),
    .notACheckpoint(directory: "FILE", reason: "REASON", remedy: "REMEDY"),
    .malformedHeader(file: "FILE", field: "FIELD", found: "FOUND", expected: "EXPECTED"),
    .malformedTensor(
      file: "FILE", tensor: "TENSOR", field: "FIELD", found: "FOUND", expected: "EXPECTED"),
    .malformedIndex(file: "FILE", field: "FIELD", found: "FOUND", expected: "EXPECTED"),
    .malformedArchive(file: "FILE", field: "FIELD", found: "FOUND", expected: "EXPECTED"),
    .unsupportedPickle(file: "FILE", found: "FOUND"),
    .tensorInMoreThanOneFile(tensor: "TENSOR", files: ["FILE", "OTHER"]),
    .missingTensor(directory: "FILE", tensor: "TENSOR"),
    .unexpectedShape(file: "FILE", tensor: "TENSOR", expected: [2, 3], found: [3, 2]),
    .unsupportedType(file: "FILE", tensor: "TENSOR", found: "FOUND", expected: "EXPECTED"),
    .outOfBounds(file: "FILE", tensor: "TENSOR", bytes: 3..<77, byteCount: 55),
    .truncated(file: "FILE", tensor: "TENSOR", expected: 77, found: 55),
    .truncated(file: "FILE", tensor: nil, expected: 77, found: 55),
    .invalidConfiguration(file: "FILE", field: "FIELD", value: "VALUE", remedy: "REMEDY"),
    .notFinite(file: "FILE", tensor: "TENSOR", element: 77),
    .tooLarge(
      directory: "FILE", byteCount: 77 << 20,
      limit: MemoryLimit(byteCount: 55 << 20, cause: .machine)),
    .cannotWrite(file: "FILE", reason: "REASON"),
  ]

  @Test(arguments: all)
  func `a message says everything in the payload`(error: CheckpointError) {
    let payload = String(reflecting: error)
    let words = [
      "FILE", "REASON", "REMEDY", "FIELD", "FOUND", "EXPECTED", "TENSOR", "VALUE", "OTHER",
      "[2, 3]",
      "[3, 2]", "77", "55",
    ]
    let message = error.description
    for word in words where payload.contains(word) {
      #expect(message.contains(word))
    }
    #expect(message.hasSuffix(".") || message.hasSuffix("REMEDY"))
  }

  @Test func `a hostile name cannot drive the terminal`() {
    let error = CheckpointError.missingTensor(
      directory: "d", tensor: "a\u{1B}[2J\n\u{202E}\u{7}" + String(repeating: "x", count: 5_000))
    let message = error.description
    #expect(message.contains(#"a\u{1B}[2J\u{A}\u{202E}\u{7}x"#))
    #expect(message.count < 600)
    #expect(!message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
  }
}
