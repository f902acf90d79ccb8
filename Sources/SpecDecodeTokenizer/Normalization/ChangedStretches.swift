/// The stretches of well-formed UTF-8 that normalization form C may change, in order.
///
/// Each begins with a scalar that keeps the text before it from all that follows, or with the text,
/// and ends before another such or with the text: normalized by itself it becomes what it is in the
/// normalized text. What is between the stretches stays as it is; stretches that are near to each
/// other are one. Linear.
package struct ChangedStretches: Sequence, IteratorProtocol {
  private let text: [UInt8]
  /// What is not looked at yet; begins with a scalar.
  private var position: Int
  private let end: Int
  /// Found already, not given yet.
  private var pending: Range<Int>?

  /// To normalize so many bytes more takes less time than to begin once more.
  private static let nearness = 8

  /// Looks through a range of the text, which is whole scalars.
  package init(of text: [UInt8], in range: Range<Int>) {
    self.text = text
    position = range.lowerBound
    end = range.upperBound
  }

  package mutating func next() -> Range<Int>? {
    guard var stretch = pending ?? find() else { return nil }
    pending = find()
    while let near = pending, near.lowerBound - stretch.upperBound <= Self.nearness {
      stretch = stretch.lowerBound..<near.upperBound
      pending = find()
    }
    return stretch
  }

  /// The shortest stretch that begins here or later.
  private mutating func find() -> Range<Int>? {
    var start = position
    var lastClass: UInt8 = 0
    while position < end {
      if let last = takeStarters() {
        (start, lastClass) = (last, 0)
        continue
      }
      let scalar = position
      let kind = takeScalar()
      if kind == 0 {
        start = scalar
      } else if kind == QuickCheck.mayChange || kind < lastClass {
        goToStarter()
        return start..<position
      }
      lastClass = kind
    }
    return nil
  }

  /// Goes on to a scalar of the kind 0 and stays before it.
  private mutating func goToStarter() {
    while position < end, text[position] >= 0xCC {
      let scalar = position
      guard takeScalar() == 0 else { continue }
      position = scalar
      return
    }
  }

  /// Takes all scalars in a row that are below U+0300, whose first byte is 0xCC, and gives where the
  /// last of them is; nil when there is none. They have the kind 0.
  private mutating func takeStarters() -> Int? {
    let start = position
    while position < end, text[position] < 0xCC { position += 1 }
    guard position > start else { return nil }
    var last = position - 1
    while text[last] & 0xC0 == 0x80 { last -= 1 }
    return last
  }

  /// Takes a scalar of two bytes or more and gives its kind.
  private mutating func takeScalar() -> UInt8 {
    let lead = text[position]
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for index in position + 1..<position + length {
      value = value << 6 | UInt32(text[index] & 0x3F)
    }
    position += length
    return QuickCheck.isCommonStarter(value) ? 0 : QuickCheck.shared.kind(of: value)
  }
}
