import Foundation
import Measuring
import Testing

@Suite struct PromptSlicesTests {
  private func withText(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path)
  }

  @Test func `prompts of 256 bytes stand at even distances`() throws {
    let text = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 / 4) }
    try withText(text) { path in
      let prompts = try PromptSlices.prompts(ofTextAt: path, argument: "TEXT", count: 3)
      #expect(prompts == [0, 248, 496].map { Array(text[$0..<$0 + 256]) })
    }
  }

  @Test func `a text that is too short names its argument and path`() throws {
    try withText(Array(repeating: 0, count: 767)) { path in
      #expect(
        throws: ArgumentError.invalid(
          name: "TEXT", value: path, remedy: "a file of at least 768 bytes, or fewer prompts")
      ) { try PromptSlices.prompts(ofTextAt: path, argument: "TEXT", count: 3) }
    }
  }
}
