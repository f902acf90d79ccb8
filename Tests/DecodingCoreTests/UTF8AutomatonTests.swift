import DecodingCore
import TestSupport
import Testing

@Suite struct UTF8AutomatonTests {
  @Test func `it allows the sequences that the standard library validates, and no others`() {
    // Every sequence of two bytes, and every longer one whose second byte matters.
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        for rest: [UInt8] in [[], [0x80], [0x80, 0xBF], [0xBF, 0x41], [0x7F]] {
          check([first, second] + rest)
        }
      }
      check([first])
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `bytes drawn from those that it allows are well-formed`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var automaton = UTF8Automaton()
    var bytes: [UInt8] = []
    while bytes.count < 300 || automaton.remaining > 0 {
      let byte = UInt8.random(in: 0...255, using: &generator)
      guard automaton.allowed.contains(byte) else { continue }
      automaton.append(byte)
      bytes.append(byte)
    }
    #expect(String(validating: bytes, as: UTF8.self) != nil)
  }

  @Test(
    arguments: [
      ([], 0), ([0x41], 0), ([0xC3], 1), ([0x41, 0xE2], 2), ([0xE2, 0x82], 1),
      ([0xF0, 0x9F, 0x98], 1), ([0xF0, 0x9F, 0x98, 0x80], 0), ([0xE2, 0xC3], 1),
      ([0x80, 0xBF, 0x80], 0), ([0xF4, 0x90], 0), ([0xFF], 0), ([0xF0, 0x9F, 0xF0], 3),
      ([0xED, 0xA0], 0), ([0xE2, 0x82, 0x41, 0xF1], 3), ([0xC0, 0x80], 0),
    ] as [([UInt8], Int)])
  func `after a text it goes on with the scalar that the text ends in the middle of`(
    text: [UInt8], remaining: Int
  ) {
    let automaton = UTF8Automaton(after: text)
    #expect(automaton.remaining == remaining)
    #expect(automaton.allowed.contains(0x41) == (remaining == 0))
  }

  @Test func `every state allows a byte`() {
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max {
        #expect(UTF8Automaton(after: [first, second]).allowed != .none)
      }
    }
  }

  private func check(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    var automaton = UTF8Automaton()
    var isAllowed = true
    for byte in bytes {
      isAllowed = isAllowed && automaton.allowed.contains(byte)
      automaton.append(byte)
    }
    let isWellFormed = String(validating: bytes, as: UTF8.self) != nil
    if (isAllowed && automaton.remaining == 0) != isWellFormed {
      Issue.record("\(bytes)", sourceLocation: sourceLocation)
    }
  }
}
