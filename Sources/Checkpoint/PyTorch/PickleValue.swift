/// A value on the stack of a ``PickleMachine``.
///
/// What has parts is named by its place in the machine's tables, so that no value holds another:
/// nesting, sharing and cycles cost nothing, and nothing recurses.
enum PickleValue: Equatable {
  case none
  case flag(Bool)
  case integer(Int)
  /// A number that no tensor needs.
  case number
  case text(String)
  case global(PickleGlobal)
  case tuple(Int)
  case dictionary(Int)
  /// A list; what is in it no state dict needs.
  case list
  case storage(Int)
  case tensor(Int)
}

/// The only functions and classes that are known by name; none is ever called.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case storage(TensorType)

  /// The global of a module's name; nil for all others.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", _):
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    default: return nil
    }
  }

  private static let storages: [String: TensorType] = [
    "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16, "CharStorage": .i8,
    "DoubleStorage": .f64, "LongStorage": .i64, "IntStorage": .i32, "ShortStorage": .i16,
    "ByteStorage": .u8, "BoolStorage": .bool,
  ]
}

/// A storage as a pickle names it.
struct PickledStorage: Equatable {
  let type: TensorType
  /// The name of its entry under `data/`.
  let key: String
  let elementCount: Int
}

/// A tensor as a pickle describes it: a view of a storage.
struct PickledTensor: Equatable {
  let storage: PickledStorage
  /// Elements of the storage before the first one.
  let offset: Int
  let shape: [Int]
  /// Elements from one to the next along each dimension.
  let strides: [Int]
}
