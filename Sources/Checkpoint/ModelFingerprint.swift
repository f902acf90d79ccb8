/// A digest of a checkpoint's weights: equal for equal weights, however they are spread over files.
///
/// It is the SHA-256 of the tensors in ascending order of their names' UTF-8 bytes, each written as
///
/// - the name: the number of its UTF-8 bytes, then they;
/// - the type: the number of bytes of its safetensors name, then they;
/// - the shape: the number of dimensions, then each size;
/// - the data: the number of bytes, then they.
///
/// Every number is 8 bytes, little-endian, so no two lists of tensors are written alike. The
/// configuration and the free-form texts of the files are not part of it.
package struct ModelFingerprint: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes of the digest.
  package let bytes: [UInt8]

  /// The digest as 64 hexadecimal digits.
  package var description: String { SHA256.hex(bytes) }

  /// Reads every tensor of a checkpoint once, 1 MiB at a time.
  ///
  /// - Throws: ``CheckpointError``: `truncated` or `notReadable`.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    var digest = SHA256()
    var buffer: [UInt8] = []
    let tensors = checkpoint.tensors.values.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    for tensor in tensors {
      digest.update(Self.text(tensor.name) + Self.text(tensor.type.rawValue))
      digest.update(([tensor.shape.count] + tensor.shape).flatMap(Self.number))
      digest.update(Self.number(tensor.byteCount))
      for start in stride(from: 0, to: tensor.byteCount, by: CheckpointDirectory.pieceSize) {
        let end = min(start + CheckpointDirectory.pieceSize, tensor.byteCount)
        try checkpoint.readUnchecked(tensor, bytes: start..<end, into: &buffer)
        digest.update(buffer)
      }
    }
    bytes = digest.finalize()
  }

  private static func text(_ text: String) -> [UInt8] {
    number(text.utf8.count) + Array(text.utf8)
  }

  private static func number(_ number: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
