import Foundation

/// Canonical decompositions and compositions of Unicode 9.0.
///
/// That is the version Hugging Face `tokenizers` normalizes with: a scalar assigned later is one
/// that nothing happens to.
struct CanonicalMappings {
  /// Made at the first use, from what Foundation makes of single scalars: about 20 ms. Of longer
  /// texts Foundation composes some wrongly (U+AC00 U+11A8 not at all, U+1113 U+116B to U+FFFD).
  static let shared = CanonicalMappings()

  /// All scalars of Unicode 9.0 that decompose are in one of these; assignments do not change.
  private static let ranges: [ClosedRange<UInt32>] = [
    0xC0...0x33FF, 0xF900...0xFB4F, 0x11000...0x11FFF, 0x1D100...0x1D1FF, 0x2F800...0x2FA1F,
  ]

  /// The full decompositions of the scalars that have one.
  private var decompositions: [Unicode.Scalar: [Unicode.Scalar]] = [:]
  private var compositions: [Pair: Unicode.Scalar] = [:]

  private struct Pair: Hashable {
    let first: Unicode.Scalar
    let second: Unicode.Scalar
  }

  private init() {
    var composites: [Unicode.Scalar] = []
    for scalar in Self.ranges.joined().compactMap(Unicode.Scalar.init)
    where Self.isAssigned(scalar) {
      let text = String(Character(scalar))
      let parts = Array(text.decomposedStringWithCanonicalMapping.unicodeScalars)
      guard parts != [scalar] else { continue }
      decompositions[scalar] = parts
      // One that its normal form leaves alone is what its parts compose to.
      let isStable = text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([
        scalar
      ])
      if isStable && parts.count > 1 { composites.append(scalar) }
    }
    // A composite of three parts is one of the first two and the third.
    composites.sort { (decompositions[$0] ?? []).count < (decompositions[$1] ?? []).count }
    for scalar in composites {
      let parts = decompositions[scalar] ?? []
      let first = parts[1..<parts.count - 1].reduce(parts[0]) { first, second in
        compositions[Pair(first: first, second: second)] ?? first
      }
      compositions[Pair(first: first, second: parts[parts.count - 1])] = scalar
    }
  }

  /// What a scalar decomposes to, nil when to itself.
  func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    // Nothing below decomposes.
    guard scalar.value >= 0xC0 else { return nil }
    return HangulSyllable.decomposition(of: scalar) ?? decompositions[scalar]
  }

  /// The scalar that two compose to, nil when they do not.
  func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    // Nothing below composes with what is before it.
    guard second.value >= 0x300 else { return nil }
    return HangulSyllable.composition(first, second)
      ?? compositions[Pair(first: first, second: second)]
  }

  /// The combining class; 0 for what Unicode 9.0 had not assigned.
  static func combiningClass(of scalar: Unicode.Scalar) -> UInt8 {
    // Nothing below has another class.
    guard scalar.value >= 0x300, isAssigned(scalar) else { return 0 }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  private static func isAssigned(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0 <= (9, 0) } ?? false
  }
}

/// The syllables of Hangul and their letters (Unicode, section 3.12).
private enum HangulSyllable {
  private static let syllables: UInt32 = 0xAC00
  private static let leads: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  /// One before the first: number 0 stands for no tail.
  private static let tails: UInt32 = 0x11A7
  private static let (leadCount, vowelCount, tailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)

  /// The letters of a syllable, nil for any other scalar.
  static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard let index = index(of: scalar, from: syllables, count: leadCount * vowelCount * tailCount)
    else { return nil }
    let tail = index % tailCount
    let values = [
      leads + index / (vowelCount * tailCount),
      vowels + index / tailCount % vowelCount,
      tails + tail,
    ]
    return values.prefix(tail == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
  }

  /// A lead and a vowel, or a syllable without tail and a tail, as one; nil for any other two.
  static func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    if let lead = index(of: first, from: leads, count: leadCount),
      let vowel = index(of: second, from: vowels, count: vowelCount)
    {
      return Unicode.Scalar(syllables + (lead * vowelCount + vowel) * tailCount)
    }
    if let syllable = index(
      of: first, from: syllables, count: leadCount * vowelCount * tailCount),
      syllable % tailCount == 0,
      let tail = index(of: second, from: tails, count: tailCount), tail > 0
    {
      return Unicode.Scalar(first.value + tail)
    }
    return nil
  }

  private static func index(of scalar: Unicode.Scalar, from start: UInt32, count: UInt32) -> UInt32?
  {
    (start..<start + count).contains(scalar.value) ? scalar.value - start : nil
  }
}
