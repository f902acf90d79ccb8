import Foundation

/// Canonical decompositions and compositions of Unicode 9.0, but for those of Hangul.
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
  /// The scalars that two others compose to.
  private var composites: Set<Unicode.Scalar> = []
  /// The scalars that compose with one before them.
  private var seconds: Set<Unicode.Scalar> = []

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
    self.composites.formUnion(composites)
    seconds.formUnion(compositions.keys.map(\.second))
  }

  /// What a scalar decomposes to, nil when to itself.
  func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    decompositions[scalar]
  }

  /// The scalar that two compose to, nil when they do not.
  func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    compositions[Pair(first: first, second: second)]
  }

  /// Whether two scalars compose to this one; Hangul's not counted.
  func isComposite(_ scalar: Unicode.Scalar) -> Bool { composites.contains(scalar) }

  /// Whether a scalar composes with some scalar before it, Hangul's included.
  func isSecond(_ scalar: Unicode.Scalar) -> Bool {
    seconds.contains(scalar) || HangulSyllable.isSecond(scalar)
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
