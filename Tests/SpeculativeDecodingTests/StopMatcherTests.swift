import SpeculativeDecoding
import TestSupport
import Testing

/// By comparing all texts with all ends.
private func expected(_ texts: [[UInt8]], after bytes: [UInt8]) -> (matched: Int, held: Int) {
  let matched = texts.filter { bytes.suffix($0.count) == $0[...] }.map(\.count).max() ?? 0
  let held =
    (0...bytes.count).reversed().first { count in
      texts.contains { $0.starts(with: bytes.suffix(count)) }
    } ?? 0
  return (matched, held)
}

@Suite struct StopMatcherTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `it finds what comparing every text with every end finds`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let alphabet = UInt8.random(in: 1...3, using: &generator)
    func random(_ range: ClosedRange<Int>) -> [UInt8] {
      (0..<Int.random(in: range, using: &generator)).map { _ in
        UInt8.random(in: 0...alphabet, using: &generator)
      }
    }
    let texts = (0..<Int.random(in: 1...5, using: &generator)).map { _ in random(1...6) }
    let bytes = random(1...80)
    var matcher = StopMatcher(texts)
    for count in 1...bytes.count {
      let (matched, held) = expected(texts, after: Array(bytes[..<count]))
      #expect(matcher.append(bytes[count - 1]) == matched)
      #expect(matcher.heldCount == held)
    }
  }

  @Test func `without texts it holds nothing`() {
    var matcher = StopMatcher([])
    #expect(matcher.append(3) == 0)
    #expect(matcher.heldCount == 0)
  }

  @Test func `the longest of several texts that end together is found`() {
    var matcher = StopMatcher([Array("bc".utf8), Array("abc".utf8), Array("c".utf8)])
    #expect(Array("abc".utf8).map { matcher.append($0) } == [0, 0, 3])
    #expect(Array("xbc".utf8).map { matcher.append($0) } == [0, 0, 2])
    #expect(Array("xc".utf8).map { matcher.append($0) } == [0, 1])
  }
}
