import DecodingCore
import Testing

@Suite struct DraftTests {
  private static func draft() -> Draft {
    var draft = Draft(position: 10)
    draft.append(104, probability: 0.5)
    draft.append(105, probability: 0.25)
    draft.endToken()
    draft.append(33, probability: 0.125)
    draft.endToken()
    return draft
  }

  @Test func `a new draft is empty`() {
    let draft = Draft()
    #expect(draft.bytes.isEmpty && draft.probabilities.isEmpty && draft.tokenCount == 0)
    #expect(draft.position == 0 && draft.nextPosition == 0)
  }

  @Test func `bytes, probabilities and tokens are kept in order`() {
    let draft = Self.draft()
    #expect(draft.bytes == [104, 105, 33])
    #expect(draft.probabilities == [0.5, 0.25, 0.125])
    #expect(draft.tokenCount == 2)
    #expect(draft.position == 10 && draft.nextPosition == 13)
  }

  @Test(arguments: [0, 1, 2, 3, 4])
  func `a cut keeps the first bytes and their probabilities`(count: Int) {
    var draft = Self.draft()
    draft.truncate(to: count)
    #expect(draft.bytes == Array([104, 105, 33].prefix(count)))
    #expect(draft.probabilities == Array([0.5, 0.25, 0.125].prefix(count)))
    #expect(draft.nextPosition == 10 + UInt64(min(count, 3)))
  }

  @Test func `a restart forgets everything`() {
    var draft = Self.draft()
    draft.restart(at: 20)
    #expect(draft == Draft(position: 20))
  }
}
