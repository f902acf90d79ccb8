/// Bytes that arrive piece by piece, as text: no scalar is cut in two, and what is not UTF-8 is
/// replaced by U+FFFD.
///
/// The pieces together are `String(decoding: bytes, as: UTF8.self)` of all the bytes, wherever they
/// were divided. Only the view is changed: the bytes themselves are the output.
///
///     var text = StreamedText()
///     for try await event in decoder.events(prompt: prompt) {
///       if case .bytes(let decoded) = event { print(text.append(decoded.bytes), terminator: "") }
///     }
///     print(text.finish())
public struct StreamedText: Sendable, Equatable {
  private var segmenter = ScalarSegmenter()

  /// A text that is empty so far.
  public init() {}

  /// The text that some more bytes complete; at most 3 bytes are held back for those to come.
  ///
  /// - Complexity: O(*n*) in the number of bytes.
  public mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    var complete: [UInt8] = []
    for byte in bytes {
      for piece in segmenter.append(byte, .verifier) { complete += piece.bytes }
    }
    return String(decoding: complete, as: UTF8.self)
  }

  /// The text of bytes that were held back, at the end; the view may then begin another text.
  public mutating func finish() -> String {
    String(decoding: segmenter.finish()?.bytes ?? [], as: UTF8.self)
  }
}
