import Foundation
import Reporting
import Testing

struct PromptFileTests {
  private static func error(_ text: String) -> PromptFileError? {
    do {
      _ = try PromptFile.prompts(parsing: Data(text.utf8), file: "p.jsonl")
      return nil
    } catch {
      return error
    }
  }

  @Test func `about forty prompts are built in, in eight categories`() throws {
    let prompts = try PromptFile.builtIn()
    #expect((38...48).contains(prompts.count))
    #expect(
      Set(prompts.map(\.category)) == [
        "narrative", "dialogue", "description", "verse", "letters", "lists", "code",
        "out-of-domain",
      ])
    #expect(prompts.map(\.index) == Array(0..<prompts.count))
    #expect(prompts.allSatisfy { (20...500).contains($0.bytes.count) })
  }

  @Test func `text, base64, names and categories are taken as they are`() throws {
    let text = #"""
      {"text": "Où?", "category": "verse", "id": "a", "source": "passed over"}

      {"base64": "AP8="}
      """#
    let prompts = try PromptFile.prompts(parsing: Data(text.utf8), file: "p.jsonl")
    #expect(prompts.map(\.id) == ["a", "line-3"])
    #expect(prompts.map(\.category) == ["verse", "prompts"])
    #expect(prompts.map(\.bytes) == [Data("Où?".utf8), Data([0, 255])])
  }

  @Test(arguments: [
    "x", "[]", "{}", "null", "7", #"{"text": 7}"#, #"{"text": "a", "base64": "YQ=="}"#,
    #"{"base64": "?"}"#, #"{"text": "a", "id": ""}"#, #"{"text": "a", "category": "a\nb"}"#,
    #"{"text": "\ud800"}"#, #"{"text": "a""#, "{\"text\": \"\u{0}",
  ])
  func `a line that is no prompt is refused with its number`(line: String) {
    guard case .malformedLine("p.jsonl", 2, _) = Self.error("{\"text\": \"a\"}\n\(line)\n") else {
      Issue.record("\(String(describing: Self.error(line)))")
      return
    }
  }

  @Test func `deep nesting, bytes that are no text and long names are refused`() {
    #expect(Self.error(String(repeating: "[", count: 100_000)) != nil)
    let long = String(repeating: "a", count: 201)
    #expect(Self.error("{\"text\": \"a\", \"id\": \"\(long)\"}") != nil)
    #expect(throws: PromptFileError.self) {
      try PromptFile.prompts(parsing: Data([0xFF, 0xFE, 0x0A, 0x00]), file: "p.jsonl")
    }
  }

  @Test func `no prompts, the same name twice and too many are refused`() {
    #expect(Self.error("\n \n") == .empty(file: "p.jsonl"))
    let twice = "{\"text\": \"a\", \"id\": \"b\"}\n"
    #expect(Self.error(twice + twice) == .repeatedName(file: "p.jsonl", line: 2, name: "b"))
    let many = String(repeating: "{\"text\":\"\"}\n", count: PromptFile.countLimit + 1)
    #expect(Self.error(many) == .tooMany(file: "p.jsonl", limit: PromptFile.countLimit))
  }
}
