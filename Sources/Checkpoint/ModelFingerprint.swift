import SpecDecodePlatform

/// A digest of a model: equal for equal weights and settings, however they are spread over files.
///
/// It is the SHA-256 of the number of settings; of each setting, in ascending order of their names'
/// UTF-8 bytes, the name and the value as texts; and of the tensors in ascending order of their
/// names' UTF-8 bytes, each written as
///
/// - the name: a text;
/// - the type: a text, its safetensors name;
/// - the shape: the number of dimensions, then each size;
/// - the data: the number of bytes, then they.
///
/// A text is the number of its UTF-8 bytes, then they. Every number is 8 bytes, little-endian, so no
/// two models are written alike. What stands in `config.json` and the free-form texts of the files
/// is part of it only as far as the settings say.
package struct ModelFingerprint: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes of the digest.
  package let bytes: [UInt8]

  /// The digest as 64 hexadecimal digits.
  package var description: String { SHA256.hex(bytes) }

  /// Reads every tensor of a checkpoint once, 1 MiB at a time.
  ///
  /// - Parameters:
  ///   - checkpoint: the weights.
  ///   - settings: what else the model's output depends on, by name.
  /// - Throws: ``CheckpointError``: `truncated` or `notReadable`.
  package init(
    of checkpoint: CheckpointDirectory, settings: [String: String]
  ) throws(CheckpointError) {
    var digest = SHA256()
    digest.update(littleEndian(settings.count))
    for (name, value) in settings.sorted(by: {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }) {
      digest.update(Self.text(name) + Self.text(value))
    }
    var buffer: [UInt8] = []
    let tensors = checkpoint.tensors.values.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    for tensor in tensors {
      digest.update(Self.text(tensor.name) + Self.text(tensor.type.rawValue))
      digest.update(([tensor.shape.count] + tensor.shape).flatMap { littleEndian($0) })
      digest.update(littleEndian(tensor.byteCount))
      for start in stride(from: 0, to: tensor.byteCount, by: CheckpointDirectory.pieceSize) {
        let end = min(start + CheckpointDirectory.pieceSize, tensor.byteCount)
        try checkpoint.readUnchecked(tensor, bytes: start..<end, into: &buffer)
        digest.update(buffer)
      }
    }
    bytes = digest.finalize()
  }

  private static func text(_ text: String) -> [UInt8] {
    littleEndian(text.utf8.count) + Array(text.utf8)
  }
}
