public import SpecDecodePlatform

/// Why a checkpoint could not be read or written.
///
/// Files are untrusted: whatever is wrong with them arrives here, never as a trap. The payload names
/// the file, the tensor or field, what was found and what was expected, so that a program can act on
/// it; ``description`` says the same in a sentence, with the remedy where there is one.
public enum CheckpointError: Error, Equatable, Sendable {
  /// Nothing exists at this path.
  case notFound(file: String)
  /// The file exists and cannot be read: permissions, not a regular file, too large, an I/O error.
  case notReadable(file: String, reason: String)
  /// The directory is not a checkpoint that this version reads.
  case notACheckpoint(directory: String, reason: String, remedy: String)
  /// The header of a safetensors file is damaged outside any one tensor's entry.
  case malformedHeader(file: String, field: String, found: String, expected: String)
  /// A tensor's entry in a safetensors header is damaged or contradicts the file.
  case malformedTensor(
    file: String, tensor: String, field: String, found: String, expected: String)
  /// The index of a sharded checkpoint is damaged or contradicts its shards.
  case malformedIndex(file: String, field: String, found: String, expected: String)
  /// A PyTorch file is damaged: its zip archive, or the pickle in it.
  case malformedArchive(file: String, field: String, found: String, expected: String)
  /// A PyTorch file holds something that a state dict of tensors does not need, or in a way that is
  /// not read; it is never executed.
  case unsupportedPickle(file: String, found: String)
  /// One tensor stands in two shards.
  case tensorInMoreThanOneFile(tensor: String, files: [String])
  /// The checkpoint lacks a tensor that the model needs.
  case missingTensor(directory: String, tensor: String)
  /// A tensor's shape is not the one that the configuration implies.
  case unexpectedShape(file: String, tensor: String, expected: [Int], found: [Int])
  /// A tensor is stored in a type that is unknown or not usable here.
  case unsupportedType(file: String, tensor: String, found: String, expected: String)
  /// Bytes were asked for that are not whole elements of the tensor.
  case outOfBounds(file: String, tensor: String, bytes: Range<Int>, byteCount: Int)
  /// The file ended early: it shrank while it was being read. No tensor means the header, or a file
  /// without tensors.
  case truncated(file: String, tensor: String?, expected: Int, found: Int)
  /// A value of `config.json` is missing, of the wrong type or out of its limits.
  case invalidConfiguration(file: String, field: String, value: String, remedy: String)
  /// A weight is infinite or not a number; elements count from 0 in row-major order.
  case notFinite(file: String, tensor: String, element: Int)
  /// The weights, or one tensor of them, take more memory than there is.
  case tooLarge(directory: String, byteCount: Int, limit: MemoryLimit)
  /// The file could not be written; what stood at this path before is untouched.
  case cannotWrite(file: String, reason: String)
}
