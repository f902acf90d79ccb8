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
  private(set) var storage: TensorStorage?
  /// Elements from one to the next along each dimension; nil for row-major order.
  private(set) var strides: [Int]?

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

/// The element types of the safetensors format; the raw value is the name in the file.
package enum TensorType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case f4 = "F4"
  case f6e2m3 = "F6_E2M3"
  case f6e3m2 = "F6_E3M2"
  case u8 = "U8"
  case i8 = "I8"
  case f8e5m2 = "F8_E5M2"
  case f8e4m3 = "F8_E4M3"
  case f8e8m0 = "F8_E8M0"
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  case i16 = "I16"
  case u16 = "U16"
  case f16 = "F16"
  case bf16 = "BF16"
  case i32 = "I32"
  case u32 = "U32"
  case f32 = "F32"
  case c64 = "C64"
  case f64 = "F64"
  case i64 = "I64"
  case u64 = "U64"

  /// Bits an element; 4 and 6 for the types that are packed across byte borders.
  package var bitWidth: Int {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// The bytes that this many elements take; nil when they overflow or end inside a byte.
  package func byteCount(elements: Int) -> Int? {
    let (bits, overflow) = elements.multipliedReportingOverflow(by: bitWidth)
    return overflow || bits % 8 != 0 ? nil : bits / 8
  }
}
