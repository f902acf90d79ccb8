/// Unicode's normalization form C (UAX #15): decompose, put marks in order, compose.
struct CanonicalComposition {
  private let mappings = CanonicalMappings.shared
  /// What is done, and behind it the scalars since the last starter.
  private var result: [Unicode.Scalar] = []
  /// The combining classes of `result`.
  private var classes: [UInt8] = []

  /// The normalized text.
  static func normalized(_ text: [UInt8]) -> [UInt8] {
    var composition = CanonicalComposition()
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      composition.decompose(scalar)
    }
    composition.compose()
    var view = String.UnicodeScalarView()
    view.append(contentsOf: composition.result)
    return Array(String(view).utf8)
  }

  private mutating func decompose(_ scalar: Unicode.Scalar) {
    guard
      let parts = HangulSyllable.decomposition(of: scalar) ?? mappings.decomposition(of: scalar)
    else { return append(scalar) }
    for part in parts { append(part) }
  }

  /// Appends a scalar, before the marks of a higher class that it follows.
  private mutating func append(_ scalar: Unicode.Scalar) {
    let kind = CanonicalMappings.combiningClass(of: scalar)
    var place = result.count
    if kind > 0 {
      while place > 0, classes[place - 1] > kind { place -= 1 }
    }
    result.insert(scalar, at: place)
    classes.insert(kind, at: place)
  }

  /// Composes every starter with the marks behind it that no other mark of their class, or
  /// starter, keeps from it.
  private mutating func compose() {
    var count = 0
    var starter: Int?
    var lastClass: UInt8 = 0
    for index in result.indices {
      let scalar = result[index]
      let kind = classes[index]
      if let place = starter, place == count - 1 || lastClass != 0 && lastClass < kind,
        let composed = HangulSyllable.composition(result[place], scalar)
          ?? mappings.composition(result[place], scalar)
      {
        result[place] = composed
        continue
      }
      if kind == 0 { starter = count }
      lastClass = kind
      result[count] = scalar
      count += 1
    }
    result.removeLast(result.count - count)
  }
}
