/// What a checkpoint says about one tensor, after every check has passed.
///
/// Its bytes lie within the file as it was when it was opened, and their number is that which
/// type and shape imply. Elements are read in row-major order, little-endian, not aligned.
package struct TensorDescription: Sendable, Equatable {
  /// The tensor's name, unique in its checkpoint.
  package private(set) var name: String
  /// The type of its elements.
  package let type: TensorType
  /// Its sizes, the slowest first; empty for a scalar, and a size may be 0.
  package let shape: [Int]
  /// The path of the file that holds it.
  package let file: String
  /// Where its bytes stand in that file; those of other tensors may lie between those of a view.
  package let fileRange: Range<Int>
  /// The product of the sizes.
  package let elementCount: Int

  /// The entry of a PyTorch file that it is part of; nil for safetensors.
  let storage: TensorStorage?
  /// Elements from one to the next along each dimension; nil for row-major order.
  let strides: [Int]?

  init(
    name: String, type: TensorType, shape: [Int], file: String, fileRange: Range<Int>,
    elementCount: Int, storage: TensorStorage? = nil, strides: [Int]? = nil
  ) {
    self.name = name
    self.type = type
    self.shape = shape
    self.file = file
    self.fileRange = fileRange
    self.elementCount = elementCount
    self.storage = storage
    self.strides = strides
  }

  /// The number of its bytes.
  package var byteCount: Int {
    strides == nil ? fileRange.count : elementCount * type.bitWidth / 8
  }

  /// Checks the shape against the one that the model needs.
  ///
  /// - Throws: ``CheckpointError/unexpectedShape(file:tensor:expected:found:)``.
  package func requireShape(_ expected: [Int]) throws(CheckpointError) {
    guard shape == expected else {
      throw .unexpectedShape(file: file, tensor: name, expected: expected, found: shape)
    }
  }

  /// The same tensor by another name.
  func renamed(_ name: String) -> TensorDescription {
    var tensor = self
    tensor.name = name
    return tensor
  }

  /// The product of the sizes; nil when a size is negative or the product overflows.
  static func elementCount(shape: [Int]) -> Int? {
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      product = next
    }
    return product
  }
}
