package import Checkpoint

/// Damage to one tensor of a tiny model.
package enum TensorChange: Sendable, Equatable {
  /// The tensor is not written.
  case missing
  /// One element of an F32 tensor is another value.
  case element(Int, Float)
  /// Every element of an F32 tensor is this value.
  case all(Float)
  /// The tensor has another shape, and as many zero bytes as that takes.
  case shape([Int])
  /// The tensor has another type, and as many zero bytes as that takes.
  case type(TensorType)

  func applied(to tensor: RandomTensor) -> RandomTensor? {
    var tensor = tensor
    switch self {
    case .missing: return nil
    case .element(let index, let value):
      tensor.bytes.replaceSubrange(
        index * 4..<index * 4 + 4, with: RandomTensor.littleEndian(value.bitPattern))
    case .all(let value):
      tensor.bytes = (0..<tensor.bytes.count / 4).flatMap { _ in
        RandomTensor.littleEndian(value.bitPattern)
      }
    case .shape(let shape): tensor.shape = shape
    case .type(let type): tensor.type = type
    }
    let count = tensor.shape.reduce(1, *) * tensor.type.bitWidth / 8
    if tensor.bytes.count != count { tensor.bytes = Array(repeating: 0, count: count) }
    return tensor
  }
}
