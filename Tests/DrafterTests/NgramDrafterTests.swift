import DecodingCore
import Drafter
import Testing

struct NgramDrafterTests {
  private func draft(after text: String, units: Int = 1) -> String {
    let session = NgramDrafter().makeSession()
    session.observe(Array(text.utf8)[...])
    var sampler = ByteSampler(options: SamplingOptions())
    var draft = Draft()
    for _ in 0..<units where !session.extend(&draft, sampler: &sampler) { break }
    return String(decoding: draft.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("a", ""), ("The captain looked", ""),
    ("one potato, two potato, three pot", ""),
    ("one potato, two potato, three potat", "o, t"),
    // The last occurrence counts,
    ("see page 12; see page 34; see page ", "34; "),
    // but a longer part of the text more.
    ("of the old house; by the old mill; of the old ", "hous"),
  ])
  func `it proposes what followed the same bytes`(text: String, expected: String) {
    #expect(draft(after: text) == expected)
  }

  @Test func `it goes on from its own draft`() {
    #expect(draft(after: "one potato, two potato, three potat", units: 3) == "o, three pot")
  }

  @Test func `a part that is new is no match`() {
    let session = NgramDrafter().makeSession()
    session.observe(Array("abcdefgh abcdef".utf8)[...])
    var sampler = ByteSampler(options: SamplingOptions())
    var draft = Draft()
    #expect(session.extend(&draft, sampler: &sampler))
    #expect(draft.bytes.starts(with: Array("gh".utf8)))
    session.observe(Array("xyz".utf8)[...])
    draft = Draft(position: 3)
    #expect(!session.extend(&draft, sampler: &sampler))
    #expect(draft.bytes.isEmpty)
  }
}
