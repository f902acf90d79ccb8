package import Foundation
import SpecDecodePlatform

extension CheckpointError: CustomStringConvertible {
  /// One sentence or two for a person: where, what, and the remedy.
  ///
  /// Text that came out of a file is cut short and has its control and formatting characters
  /// escaped, so that a hostile name cannot drive the terminal.
  public var description: String {
    switch self {
    case .notFound(let file):
      "\(quoted(file)) does not exist; check the path."
    case .notReadable(let file, let reason):
      "\(quoted(file)) cannot be read: \(shown(reason))."
    case .notACheckpoint(let directory, let reason, let remedy):
      "\(quoted(directory)) is not a readable checkpoint: \(shown(reason)). \(shown(remedy))"
    case .malformedHeader(let file, let field, let found, let expected),
      .malformedIndex(let file, let field, let found, let expected),
      .malformedArchive(let file, let field, let found, let expected):
      "\(quoted(file)): \(shown(field)) is \(shown(found)), expected \(shown(expected)). \(again)"
    case .malformedTensor(let file, let tensor, let field, let found, let expected):
      "\(quoted(file)), tensor \(quoted(tensor)): \(shown(field)) is \(shown(found)), "
        + "expected \(shown(expected)). \(again)"
    case .unsupportedPickle(let file, let found):
      "\(quoted(file)) has \(shown(found)), which is not read. Convert it in Python, if you trust "
        + "it: safetensors.torch.save_model, or torch.save of a plain state dict."
    case .tensorInMoreThanOneFile(let tensor, let files):
      "tensor \(quoted(tensor)) stands in \(files.map(quoted).joined(separator: " and ")); "
        + "it must stand in one. \(again)"
    case .missingTensor(let directory, let tensor):
      "\(quoted(directory)) has no tensor \(quoted(tensor)); "
        + "check that config.json belongs to these weights."
    case .unexpectedShape(let file, let tensor, let expected, let found):
      "\(quoted(file)), tensor \(quoted(tensor)): the shape is \(shown("\(found)")), "
        + "expected \(shown("\(expected)")); check that config.json belongs to these weights."
    case .unsupportedType(let file, let tensor, let found, let expected):
      "\(quoted(file)), tensor \(quoted(tensor)): the type is \(shown(found)), "
        + "expected \(shown(expected)); convert the checkpoint."
    case .outOfBounds(let file, let tensor, let bytes, let byteCount):
      "\(quoted(file)), tensor \(quoted(tensor)): bytes \(bytes.lowerBound) to "
        + "\(bytes.upperBound) are not whole elements of its \(byteCount) bytes; "
        + "ask for whole elements inside the tensor."
    case .truncated(let file, let tensor, let expected, let found):
      "\(quoted(file)) ended while \(tensor.map { "tensor " + quoted($0) } ?? "it") was read: "
        + "\(found) of \(expected) bytes; it changed since it was opened. Let the download finish."
    case .invalidConfiguration(let file, let field, let value, let remedy):
      "\(quoted(file)): \(shown(field)) is \(shown(value)); \(shown(remedy))."
    case .notFinite(let file, let tensor, let element):
      "\(quoted(file)), tensor \(quoted(tensor)): element \(element) is infinite or not a number; "
        + "the weights are damaged or the training diverged. Use another checkpoint."
    case .tooLarge(let directory, let byteCount, let limit):
      "\(quoted(directory)): the model takes \(byteCount >> 20) MiB of memory, but \(limit)."
    case .cannotWrite(let file, let reason):
      "\(quoted(file)) cannot be written: \(shown(reason))."
    }
  }

  private var again: String { "Fetch or export the checkpoint again." }
}

extension MemoryLimit {
  /// Checks that so much memory can be had.
  ///
  /// - Parameters:
  ///   - byteCount: the need; what overflows an `Int` is `Int.max`.
  ///   - directory: the checkpoint that needs it.
  /// - Throws: ``CheckpointError/tooLarge(directory:byteCount:limit:)``.
  package func require(_ byteCount: Int, for directory: URL) throws(CheckpointError) {
    guard byteCount <= self.byteCount else {
      throw .tooLarge(
        directory: directory.path(percentEncoded: false), byteCount: byteCount, limit: self)
    }
  }
}
