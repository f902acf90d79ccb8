/// A byte-level model whose output is the output of decoding.
///
/// The model itself is immutable and may be shared by any number of threads; what changes while
/// bytes are consumed lives in a session.
public protocol VerifierModel: Sendable {
  /// What one generation reads and writes.
  associatedtype Session: VerifierSession

  /// A session that has consumed nothing.
  func makeSession() -> Session
}

/// The recurrent state of a verifier during one generation.
///
/// After the same bytes, logits and state must be the same bits however the bytes were divided
/// into windows: exactness of speculative decoding rests on it.
public protocol VerifierSession {
  /// The most bytes that `verify` takes at once; at least 1.
  var windowLimit: Int { get }

  /// What a pass that follows a draft costs by its number of positions, from one on, in plain steps
  /// (`step`); may be empty, or shorter than the longest window. Only the shape matters: its scale is
  /// measured while decoding. Decides how far to draft, never what is written.
  var passCosts: [Double] { get }

  /// Bytes of weights that a step reads; nil if unknown. A drafter whose steps read more than three
  /// times as many is not asked at first.
  var stepByteCount: Int? { get }

  /// Consumes `bytes` without computing logits.
  ///
  /// - Throws: `DecodingError`.
  /// - Parameter bytes: what precedes the next window; may be empty.
  mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError)

  /// Consumes `window` in one pass and keeps the logits after each of its bytes.
  ///
  /// - Parameter window: 1 to `windowLimit` bytes.
  mutating func verify(_ window: [UInt8]) throws(DecodingError)

  /// Consumes a byte for good, and keeps the logits after it as those of a window of one.
  ///
  /// What plain decoding does for each byte; cheaper than a window that might be rolled back.
  ///
  /// - Throws: `DecodingError`.
  mutating func step(_ byte: UInt8) throws(DecodingError)

  /// Copies the logits that follow byte `index` of the last window.
  ///
  /// - Parameters:
  ///   - index: a position in the last window.
  ///   - logits: 256 values, overwritten.
  /// - Throws: `DecodingError` when one of them is not a finite number. Not earlier: what follows
  ///   a rejected byte is never asked for, and plain decoding would never have seen it.
  func copyLogits(after index: Int, into logits: inout [Float]) throws(DecodingError)

  /// Forgets the bytes of the last window from `count` on, as if they had never been consumed.
  ///
  /// Called at most once after a `verify`, before anything else is consumed; without a call the
  /// whole window is kept.
  ///
  /// - Parameter count: how many bytes of the last window are kept; 0 to its length.
  mutating func rollBack(toFirst count: Int)
}

extension VerifierSession {
  /// Empty: nothing is known.
  public var passCosts: [Double] { [] }

  /// Unknown.
  public var stepByteCount: Int? { nil }

  /// A window of one byte, which is kept as soon as something else is consumed.
  public mutating func step(_ byte: UInt8) throws(DecodingError) {
    try verify([byte])
  }
}
