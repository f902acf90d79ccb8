/// What the GPT-2 pattern asks of a scalar.
enum ScalarClass: UInt8 {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `\s`: the property White_Space
  case whitespace
  /// `[^\s\p{L}\p{N}]`
  case other

  init(_ scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = .letter
    case .decimalNumber, .letterNumber, .otherNumber:
      self = .number
    default:
      self = scalar.properties.isWhitespace ? .whitespace : .other
    }
  }
}

/// The classes of scalars, with a table for those of one and two bytes of UTF-8.
struct ScalarClasses {
  /// [0x800]
  private let low: [ScalarClass]

  init() {
    low = (0..<0x800).map { (value: UInt16) in
      Unicode.Scalar(value).map(ScalarClass.init) ?? .other
    }
  }

  /// The class and the length in bytes of the scalar at a position of well-formed UTF-8.
  func scalar(in text: [UInt8], at position: Int) -> (class: ScalarClass, length: Int) {
    let lead = UInt32(text[position])
    if lead < 0x80 { return (low[Int(lead)], 1) }
    func tail(_ offset: Int) -> UInt32 { UInt32(text[position + offset] & 0x3F) }
    if lead < 0xE0 { return (low[Int((lead & 0x1F) << 6 | tail(1))], 2) }
    if lead < 0xF0 { return (high((lead & 0x0F) << 12 | tail(1) << 6 | tail(2)), 3) }
    return (high((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3)), 4)
  }

  private func high(_ value: UInt32) -> ScalarClass {
    Unicode.Scalar(value).map(ScalarClass.init) ?? .other
  }
}
