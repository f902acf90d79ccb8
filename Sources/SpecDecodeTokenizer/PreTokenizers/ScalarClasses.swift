/// What the patterns of pre-tokenizers ask of a scalar.
enum ScalarClass: UInt8 {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `\s`: the property White_Space
  case whitespace
  /// `[^\s\p{L}\p{N}]`
  case other

  /// The Unicode version of Oniguruma 6.9.10, which Hugging Face `tokenizers` matches with: scalars
  /// assigned later are of no class there.
  private static let unicodeVersion = (major: 16, minor: 0)

  init(_ scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = Self.isAssigned(scalar) ? .letter : .other
    case .decimalNumber, .letterNumber, .otherNumber:
      self = Self.isAssigned(scalar) ? .number : .other
    default:
      self = scalar.properties.isWhitespace ? .whitespace : .other
    }
  }

  private static func isAssigned(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0 <= unicodeVersion } ?? false
  }
}

/// The classes of scalars, with a table for those of the basic plane.
struct ScalarClasses {
  /// Made at the first use: it takes a few milliseconds.
  static let shared = ScalarClasses()

  /// [0x10000]
  private let basic: [ScalarClass]

  private init() {
    basic = (0...UInt16.max).map { value in
      Unicode.Scalar(value).map(ScalarClass.init) ?? .other
    }
  }

  /// The class and the length in bytes of the scalar at a position of well-formed UTF-8.
  func scalar(in text: [UInt8], at position: Int) -> (class: ScalarClass, length: Int) {
    let lead = UInt32(text[position])
    if lead < 0x80 { return (basic[Int(lead)], 1) }
    func tail(_ offset: Int) -> UInt32 { UInt32(text[position + offset] & 0x3F) }
    if lead < 0xE0 { return (basic[Int((lead & 0x1F) << 6 | tail(1))], 2) }
    if lead < 0xF0 { return (basic[Int((lead & 0x0F) << 12 | tail(1) << 6 | tail(2))], 3) }
    let value = (lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3)
    return (Unicode.Scalar(value).map(ScalarClass.init) ?? .other, 4)
  }

  /// The end of the run of one class that begins at a position, which it may end at too.
  func runEnd(of kind: ScalarClass, in text: [UInt8], from start: Int, limit: Int) -> Int {
    var end = start
    while end < limit {
      let next = scalar(in: text, at: end)
      guard next.class == kind else { break }
      end += next.length
    }
    return end
  }

  /// `\s+(?!\S)|\s+` at white space: all of it at the end of the text; before anything else all but
  /// its last scalar, which the next match may want as its first.
  func whitespaceEnd(in text: [UInt8], from start: Int, limit: Int) -> Int {
    var end = start
    var last = start
    while end < limit {
      let next = scalar(in: text, at: end)
      guard next.class == .whitespace else { return last > start ? last : end }
      last = end
      end += next.length
    }
    return end
  }
}
