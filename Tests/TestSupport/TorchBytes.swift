import Checkpoint

/// A tensor in a PyTorch file: a view of a storage.
package struct TorchTensor: Sendable {
  package var name: String
  /// The class of the storage, without its module.
  package var storageClass = "FloatStorage"
  package var key: String
  /// Elements of the storage.
  package var elementCount: Int
  package var offset = 0
  package var shape: [Int]
  package var strides: [Int]

  /// A view of a storage of float32.
  package init(
    _ name: String, key: String, elementCount: Int, offset: Int = 0, shape: [Int], strides: [Int]
  ) {
    self.name = name
    self.key = key
    self.elementCount = elementCount
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }
}

/// PyTorch files, written byte by byte as `torch.save` does.
package enum TorchBytes {
  /// A whole file.
  ///
  /// - Parameter storages: bytes by key.
  package static func file(
    _ tensors: [TorchTensor], storages: [(key: String, bytes: [UInt8])]
  ) -> [UInt8] {
    ZipBytes.archive(parts(pickle: stateDictionary(tensors), storages: storages))
  }

  /// A whole file of tensors in row-major order, each with a storage of its own.
  static func file(_ tensors: [RandomTensor]) -> [UInt8] {
    let views = tensors.enumerated().map { index, tensor in
      var view = TorchTensor(
        tensor.name, key: "\(index)", elementCount: tensor.shape.reduce(1, *), shape: tensor.shape,
        strides: rowMajor(tensor.shape))
      view.storageClass = storageClasses[tensor.type] ?? "FloatStorage"
      return view
    }
    return file(views, storages: tensors.enumerated().map { ("\($0)", $1.bytes) })
  }

  private static let storageClasses: [TensorType: String] = [
    .f16: "HalfStorage", .bf16: "BFloat16Storage", .i8: "CharStorage",
  ]

  private static func rowMajor(_ shape: [Int]) -> [Int] {
    var strides = shape.map { _ in 1 }
    for index in shape.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * shape[index + 1]
    }
    return strides
  }

  /// The files of the archive.
  package static func parts(
    pickle: [UInt8], storages: [(key: String, bytes: [UInt8])]
  ) -> [ZipPart] {
    [ZipPart("archive/data.pkl", pickle), ZipPart("archive/byteorder", Array("little".utf8))]
      + storages.map { ZipPart("archive/data/\($0.key)", $0.bytes) }
  }

  /// The pickle of a state dict, protocol 2.
  package static func stateDictionary(_ tensors: [TorchTensor]) -> [UInt8] {
    [0x80, 2, UInt8(ascii: "}"), UInt8(ascii: "(")]
      + tensors.flatMap { text($0.name) + tensor($0) } + Array("u.".utf8)
  }

  /// A tensor as a value on the stack.
  package static func tensor(_ tensor: TorchTensor) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2") + Array("(".utf8) + storage(tensor)
      + integer(tensor.offset) + tuple(tensor.shape) + tuple(tensor.strides) + [0x89]
      + global("collections", "OrderedDict") + Array(")RtR".utf8)
  }

  /// The storage of a tensor as a value on the stack.
  package static func storage(_ tensor: TorchTensor) -> [UInt8] {
    Array("(".utf8) + text("storage") + global("torch", tensor.storageClass) + text(tensor.key)
      + text("cpu") + integer(tensor.elementCount) + Array("tQ".utf8)
  }

  /// A text as a value on the stack.
  package static func text(_ text: String) -> [UInt8] {
    [UInt8(ascii: "X")] + RandomTensor.littleEndian(UInt32(text.utf8.count)) + Array(text.utf8)
  }

  /// A global as a value on the stack.
  package static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  private static func tuple(_ values: [Int]) -> [UInt8] {
    Array("(".utf8) + values.flatMap(integer) + Array("t".utf8)
  }

  private static func integer(_ value: Int) -> [UInt8] {
    if let byte = UInt8(exactly: value) { return [UInt8(ascii: "K"), byte] }
    return [0x8A, 8] + RandomTensor.littleEndian(Int64(value))
  }
}
