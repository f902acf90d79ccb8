/// What a tokenizer does to text before anything else.
package enum TextNormalizer: Sendable {
  case none
  /// Unicode's normalization form C.
  case nfc

  /// The normalized bytes of a range of the text, nil when nothing in it can change.
  ///
  /// Stretches of well-formed UTF-8 are normalized each by itself; what is between them stays.
  /// O(n) but for marks in a row, O(m log m) in the length of the row when they are in disorder.
  package func normalized(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
    // All scalars below U+0300, whose first byte is 0xCC, are in the form already.
    guard case .nfc = self, text[range].contains(where: { $0 >= 0xCC }) else { return nil }
    var result: [UInt8] = []
    for run in WellFormedUTF8.runs(of: text, in: range) {
      let bytes = text[run.range]
      result += run.isWellFormed ? CanonicalComposition.normalized(bytes) : Array(bytes)
    }
    return result
  }
}

/// Unicode's normalization form C (UAX #15): decompose, put marks in order, compose.
private struct CanonicalComposition {
  private let mappings = CanonicalMappings.shared
  private var result: [Unicode.Scalar] = []
  /// The combining classes of `result`.
  private var classes: [UInt8] = []
  /// Where the marks since the last starter begin in `result`, and whether one of them follows a
  /// mark of a higher class.
  private var marks = (start: 0, areInDisorder: false)

  /// The normalized text, which is UTF-8. O(n) but for marks in disorder.
  static func normalized(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var composition = CanonicalComposition()
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      composition.decompose(scalar)
    }
    composition.orderMarks()
    composition.compose()
    var view = String.UnicodeScalarView()
    view.append(contentsOf: composition.result)
    return Array(String(view).utf8)
  }

  private mutating func decompose(_ scalar: Unicode.Scalar) {
    guard let parts = mappings.decomposition(of: scalar) else { return append(scalar) }
    for part in parts { append(part) }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    let kind = CanonicalMappings.combiningClass(of: scalar)
    if kind == 0 {
      orderMarks()
      marks.start = result.count + 1
    } else if result.count > marks.start, classes[result.count - 1] > kind {
      marks.areInDisorder = true
    }
    result.append(scalar)
    classes.append(kind)
  }

  /// Puts the marks since the last starter in the order of their classes; those of one class keep
  /// theirs.
  private mutating func orderMarks() {
    guard marks.areInDisorder else { return }
    marks.areInDisorder = false
    let places = (marks.start..<result.count).sorted { (classes[$0], $0) < (classes[$1], $1) }
    let ordered = places.map { (scalar: result[$0], kind: classes[$0]) }
    for (offset, mark) in ordered.enumerated() {
      result[marks.start + offset] = mark.scalar
      classes[marks.start + offset] = mark.kind
    }
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
        let composed = mappings.composition(result[place], scalar)
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
