import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

@Suite struct NormalizationQuickCheckTests {
  @Test func `the kind of every scalar is that of Foundation's normal forms`() {
    let wrong = (0...UInt32(0x10FFFF)).filter { value in
      guard let scalar = Unicode.Scalar(value) else { return false }
      let kind = Self.kind(of: scalar)
      return QuickCheck.shared.kind(of: value) != kind
        || QuickCheck.isCommonStarter(value) && kind != 0
    }
    #expect(wrong.prefix(20).map { String($0, radix: 16) } == [])
  }

  /// In stretches and with what is left out, as by the whole algorithm.
  @Test func `random texts become what the whole algorithm makes of them`() {
    var random = SeededGenerator(seed: 91)
    var changed = 0
    for _ in 0..<6_000 {
      let text = Self.randomText(using: &random)
      let expected = CanonicalComposition.normalized(text[...])
      let normalized = TextNormalizer.nfc.normalized(text, text.indices)
      let isChanged = normalized != nil
      let isRight = (normalized ?? text) == expected && isChanged == (text != expected)
      let isStable = TextNormalizer.nfc.normalized(expected, expected.indices) == nil
      #expect(isRight && isStable, "\(String(decoding: text, as: UTF8.self).debugDescription)")
      changed += isChanged ? 1 : 0
    }
    #expect((1_000..<5_900).contains(changed))
  }

  @Test(arguments: [
    "It’s “dark” — 30 € … ½ Å ﬁ ™", "Tiếng Việt", "Ελληνικά και Русский", "한국어 모든", "日本語の、テキスト。ＡＢ",
    "👩‍🚀 ✈️", "קָמָץ", "q\u{316}\u{301}",
  ])
  func `nothing of a text in the form is looked at again`(text: String) {
    let text = Array(text.utf8)
    // U+05B8 and U+0301 compose with others.
    let expected = text.contains(0xCC) ? 1 : 0
    #expect(Array(ChangedStretches(of: text, in: text.indices)).count == expected)
    #expect(TextNormalizer.nfc.normalized(text, text.indices) == nil)
  }

  @Test func `stretches begin with the starter before what may change and end before the next`() {
    let far = String(repeating: "é", count: 40)
    let text = Array("ae\u{301}b\(far)’\u{301}\u{1100}\u{1161}\(far)\u{212B}".utf8)
    let stretches = ChangedStretches(of: text, in: text.indices).map { Array(text[$0]) }
    #expect(
      stretches == ["e\u{301}", "’\u{301}\u{1100}\u{1161}", "é\u{212B}"].map { Array($0.utf8) })
  }
}

extension NormalizationQuickCheckTests {
  /// See `QuickCheck.kind(of:)`; 0 for what Unicode 9.0 had not assigned.
  private static func kind(of scalar: Unicode.Scalar) -> UInt8 {
    guard isAssigned(scalar) else { return 0 }
    let text = String(Character(scalar))
    let first = text.decomposedStringWithCanonicalMapping.unicodeScalars.first ?? scalar
    guard isStable(text), !seconds.contains(scalar), !seconds.contains(first) else {
      return QuickCheck.mayChange
    }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  /// The scalars that some scalar before them composes with.
  private static let seconds: Set<Unicode.Scalar> = {
    var seconds: Set<Unicode.Scalar> = []
    for scalar in (0xC0...UInt32(0x2FFFF)).compactMap(Unicode.Scalar.init)
    where isAssigned(scalar) {
      let text = String(Character(scalar))
      let parts = text.decomposedStringWithCanonicalMapping.unicodeScalars
      if let last = parts.last, parts.count > 1, isStable(text) { seconds.insert(last) }
    }
    return seconds
  }()

  private static func isAssigned(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0 <= (9, 0) } ?? false
  }

  private static func isStable(_ text: String) -> Bool {
    text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8)
  }

  /// Scalars that compose, decompose or change places, and some that do not.
  private static let pool: [Unicode.Scalar] = Array(
    """
    ab e\u{E9}\u{1E69}sq\u{C5}’
    \u{212B}\u{2126}\u{374}\u{387}\u{1F71}\u{F900}\u{2F800}\u{340}\u{344}\u{2ADC}\u{958}\u{FB1D}
    \u{1D15E}\u{1D157}\u{1D165}\u{9C7}\u{9BE}\u{9CB}\u{9BC}\u{915}\u{93C}\u{F71}\u{F72}\u{F73}
    \u{300}\u{301}\u{316}\u{323}\u{307}\u{327}\u{328}\u{338}\u{345}\u{5B8}\u{64E}\u{3099}\u{304B}
    \u{1100}\u{1112}\u{1161}\u{1175}\u{11A7}\u{11A8}\u{11C2}\u{AC00}\u{AC01}\u{D7A3}\u{1113}\u{116B}
    \u{11935}\u{11930}\u{8D3}\u{334}\u{110A5}\u{110BA}\u{1E94A}\u{1F680}\u{FE0F}\u{200D}\u{E000}
    """.unicodeScalars)

  private static func randomText(using random: inout SeededGenerator) -> [UInt8] {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      // Stretches that are near to each other are one.
      case 0: text.append(contentsOf: String(repeating: "é", count: 40).unicodeScalars)
      case 1:
        text.append(Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &random)) ?? "?")
      default: text.append(pool.randomElement(using: &random) ?? "?")
      }
    }
    return Array(String(text).utf8)
  }
}
