import Checkpoint

/// Part of a tensor on its way from one floating-point type to another: exact to f32, then rounded
/// to the nearest, to the even one of two.
struct TypeConversion {
  /// Of F32, F16 or BF16, as is the type that it gets.
  let tensor: TensorDescription
  let type: TensorType
  /// Bytes of the tensor before the part.
  let offset: Int

  /// The part's bytes in the new type.
  ///
  /// - Throws: `CommandError.unexpectedContents` for a number that the type cannot hold.
  func converted(_ bytes: [UInt8]) throws -> [UInt8] {
    let values = try FloatConversion.floats(bytes, of: tensor)
    guard type != .f32 else { return FloatBytes.littleEndian(values) }
    var result: [UInt8] = []
    result.reserveCapacity(values.count * 2)
    for (index, value) in values.enumerated() {
      let bits =
        type == .f16 ? FloatConversion.half(value) : FloatConversion.bfloat16(value)
      guard let bits else {
        let element = offset * 8 / tensor.type.bitWidth + index
        throw CommandError.unexpectedContents(
          path: tensor.file,
          found: "has \(value) at element \(element) of \(tensor.name), beyond \(type.rawValue)",
          remedy: "give --dtype \(type == .f16 ? "bf16 or f32" : "f32")")
      }
      result.append(UInt8(truncatingIfNeeded: bits))
      result.append(UInt8(truncatingIfNeeded: bits >> 8))
    }
    return result
  }
}
