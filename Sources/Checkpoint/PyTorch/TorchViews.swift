import SpecDecodePlatform

/// Turns the views of storages that a pickle describes into places in the file.
struct TorchViews {
  let file: CheckpointFile
  let archive: ZipArchive
  /// The folder in the archive that holds all entries.
  let folder: String

  /// The most dimensions of a tensor, as in PyTorch.
  static let maximumRank = 64
  /// A view that repeats elements may be this large in any file.
  private static let repetitionLimit = 1 << 20

  /// The tensor, checked to lie within its storage.
  ///
  /// - Throws: ``CheckpointError/malformedTensor(file:tensor:field:found:expected:)``.
  func description(
    of tensor: PickledTensor, named name: String
  ) throws(CheckpointError) -> TensorDescription {
    func malformed(_ field: String, _ found: String, _ expected: String) -> CheckpointError {
      .malformedTensor(
        file: file.path, tensor: name, field: field, found: found, expected: expected)
    }
    let storage = try storage(of: tensor.storage, malformed)
    let (type, shape) = (tensor.storage.type, tensor.shape)
    guard shape.count <= Self.maximumRank, tensor.strides.count == shape.count,
      let elements = TensorDescription.elementCount(shape: shape),
      shape.allSatisfy({ $0 <= SafetensorsHeader.maximumSize }),
      let byteCount = type.byteCount(elements: elements)
    else { throw malformed("the size", "\(shape)", "sizes with a stride each that fit") }
    let view = StridedView(shape: shape, strides: tensor.strides)
    guard tensor.offset >= 0, let span = view.span,
      case let (end, overflow) = tensor.offset.addingReportingOverflow(span), !overflow,
      end <= tensor.storage.elementCount
    else {
      throw malformed(
        "the view", "\(shape) by \(tensor.strides) from \(tensor.offset)",
        "to lie within the \(tensor.storage.elementCount) elements of its storage")
    }
    guard view.isRowMajor || byteCount <= max(file.size, Self.repetitionLimit) else {
      throw malformed("the view", "\(byteCount) bytes of repeated elements", "a contiguous one")
    }
    let width = type.bitWidth / 8
    let start = storage.bytes.lowerBound + tensor.offset * width
    return TensorDescription(
      name: name, type: type, shape: shape, file: file.path,
      fileRange: start..<start + span * width, elementCount: elements,
      storage: storage, strides: view.isRowMajor ? nil : tensor.strides)
  }

  private func storage(
    of storage: PickledStorage, _ malformed: (String, String, String) -> CheckpointError
  ) throws(CheckpointError) -> TensorStorage {
    guard !storage.key.isEmpty, !storage.key.contains(where: { "/\\\0".contains($0) }) else {
      throw malformed("the storage's key", quoted(storage.key), "a plain name")
    }
    guard let entry = archive.entries["\(folder)/data/\(storage.key)"] else {
      throw malformed("the storage", quoted(storage.key), "the name of an entry under data/")
    }
    guard storage.type.byteCount(elements: storage.elementCount) == entry.bytes.count else {
      throw malformed(
        "the storage", "\(storage.elementCount) elements of \(storage.type.rawValue)",
        "as many as its \(entry.bytes.count) bytes hold")
    }
    return TensorStorage(file: file.path, bytes: entry.bytes, checksum: entry.checksum)
  }
}

/// The entry of an archive that holds a tensor's elements and perhaps others'.
struct TensorStorage: Sendable, Hashable {
  /// The path of the archive.
  let file: String
  /// Its bytes in the file.
  let bytes: Range<Int>
  /// Their CRC-32; nil when there is none to compare with.
  let checksum: UInt32?
}
