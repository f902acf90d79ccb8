import DecodingCore

/// What a verifier gives while it reads a text, bit by bit.
struct VerifierTrace: Equatable {
  /// How the text is divided.
  enum Division: Equatable {
    /// A byte at a time, for good.
    case steps
    /// Windows that could be rolled back.
    case windows(Int)
    /// Prompt chunks without logits, except for the last byte.
    case chunks(Int)
  }

  /// After each byte, or after the last bytes alone. [bytes][256]
  private(set) var logits: [[UInt32]] = []

  /// The recurrent state at the end.
  let state: [UInt8]

  init<Verifier: VerifierModel>(
    _ verifier: Verifier, _ text: ArraySlice<UInt8>, _ division: Division
  ) throws(DecodingError) where Verifier.Session: RestorableSession {
    var session = verifier.makeSession()
    switch division {
    case .steps:
      for byte in text { logits.append(try session.stepBits(byte)) }
    case .windows(let size):
      for part in text.parts(min(size, session.windowLimit)) {
        logits += try session.windowBits(Array(part))
        if part.endIndex == text.endIndex { session.rollBack(toFirst: part.count) }
      }
    case .chunks(let size):
      for part in text.dropLast().parts(size) { try session.consume(part) }
      if let last = text.last { logits.append(try session.stepBits(last)) }
    }
    state = session.savedState()
  }

  /// The first byte after which the logits differ from those of a trace of the same text, counted
  /// from the beginning; nil when what both have is the same.
  func firstDifference(to reference: VerifierTrace) -> Int? {
    let offset = reference.logits.count - logits.count
    guard offset >= 0 else { return 0 }
    return logits.indices.first { logits[$0] != reference.logits[offset + $0] }
      .map { $0 + offset }
  }
}

extension VerifierSession {
  /// Consumes a byte for good; the bits of the logits after it.
  mutating func stepBits(_ byte: UInt8) throws(DecodingError) -> [UInt32] {
    try step(byte)
    return try bits(after: 0)
  }

  /// Consumes a window; the bits of the logits after each of its bytes.
  mutating func windowBits(_ window: [UInt8]) throws(DecodingError) -> [[UInt32]] {
    try verify(window)
    var all: [[UInt32]] = []
    for index in window.indices { all.append(try bits(after: index)) }
    return all
  }

  private func bits(after index: Int) throws(DecodingError) -> [UInt32] {
    var logits = [Float](repeating: 0, count: 256)
    try copyLogits(after: index, into: &logits)
    return logits.map(\.bitPattern)
  }
}

extension ArraySlice {
  /// Pieces of a size, the last one shorter.
  func parts(_ size: Int) -> [ArraySlice<Element>] {
    stride(from: startIndex, to: endIndex, by: size).map {
      self[$0..<Swift.min($0 + size, endIndex)]
    }
  }
}
