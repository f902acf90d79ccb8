/// Where two outputs part.
package enum FirstDifference {
  /// The index of the first byte that differs or that only one has; nil when they are equal.
  package static func between(_ first: [UInt8], _ second: [UInt8]) -> Int? {
    guard first != second else { return nil }
    return zip(first, second).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(first.count, second.count)
  }
}
