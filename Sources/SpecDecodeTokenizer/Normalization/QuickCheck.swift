/// What scalars can do to normalization form C (the quick check of UAX #15), in Unicode 9.0.
package struct QuickCheck: Sendable {
  /// Made at the first use, from ``CanonicalMappings``: about 30 ms in all.
  package static let shared = QuickCheck()

  /// Of a scalar that changes, or that may compose with one before it; no mark's class.
  package static let mayChange: UInt8 = 255

  /// All scalars that are no starters, or that may change, are below or in `ideographs`.
  private static let limit = 0x1_F000
  /// CJK compatibility ideographs, which all decompose to one other.
  private static let ideographs: ClosedRange<UInt32> = 0x2F800...0x2FA1D

  /// Scalar -> its kind. [limit]
  private let kinds: [UInt8]

  private init() {
    let mappings = CanonicalMappings.shared
    kinds = (0..<UInt32(Self.limit)).map { value in
      guard !Self.isCommonStarter(value), let scalar = Unicode.Scalar(value) else { return 0 }
      return mappings.kind(of: scalar)
    }
  }

  /// 0 for a starter that stays as it is and keeps the text before it from all that follows; the
  /// combining class of a mark that stays as it is; else ``mayChange``.
  package func kind(of value: UInt32) -> UInt8 {
    if value < Self.limit { return kinds[Int(value)] }
    return Self.ideographs.contains(value) ? Self.mayChange : 0
  }

  /// Whether a scalar lies in one of the ranges of common scripts that have only the kind 0: to know
  /// it takes no table.
  @inline(__always)
  package static func isCommonStarter(_ value: UInt32) -> Bool {
    switch value {
    // Latin; Greek and Cyrillic letters; more Latin, as of Vietnamese.
    case 0..<0x300, 0x388...0x482, 0x48A...0x590, 0x1E00...0x1F70: true
    // Punctuation, currency; letterlike symbols; arrows and mathematics.
    case 0x2002...0x20CF, 0x2100...0x2125, 0x212C...0x2328, 0x232B...0x2ADB: true
    // CJK punctuation, kana, ideographs; Hangul syllables.
    case 0x3000...0x3029, 0x3030...0x3098, 0x309B...0xA66E, 0xAC00...0xD7A3: true
    // Variation selectors; full-width forms; emoji, more ideographs.
    case 0xFB50...0xFE1F, 0xFE30...0xFFFF, 0x1F000...0x2F7FF: true
    default: false
    }
  }
}

extension CanonicalMappings {
  /// See ``QuickCheck/kind(of:)``.
  fileprivate func kind(of scalar: Unicode.Scalar) -> UInt8 {
    let kind = Self.combiningClass(of: scalar)
    guard let first = decomposition(of: scalar)?.first else {
      return isSecond(scalar) ? QuickCheck.mayChange : kind
    }
    let isStable = isComposite(scalar) && !isSecond(scalar) && !isSecond(first)
    return isStable && kind == Self.combiningClass(of: first) ? kind : QuickCheck.mayChange
  }
}
