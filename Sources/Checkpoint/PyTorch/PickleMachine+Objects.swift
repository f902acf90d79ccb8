import SpecDecodePlatform

extension PickleMachine {
  func global(module: String, name: String) throws(CheckpointError) -> PickleValue {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw .unsupportedPickle(file: file, found: "the global \(quoted("\(module).\(name)"))")
    }
    return .global(global)
  }

  mutating func stackGlobal() throws(CheckpointError) -> PickleValue {
    let names = try popLast(2)
    guard case (.text(let module), .text(let name)) = (names[0], names[1]) else {
      throw malformed("a global that is not named by texts", "two texts")
    }
    return try global(module: module, name: name)
  }

  /// A storage's persistent id: ("storage", class, key, device, elements).
  mutating func pushStorage() throws(CheckpointError) {
    guard case .tuple(let index) = try pop(), tuples[index].count == 5,
      case .text("storage") = tuples[index][0],
      case .global(.storage(let type)) = tuples[index][1],
      case .text(let key) = tuples[index][2], case .text = tuples[index][3],
      case .integer(let count) = tuples[index][4], count >= 0
    else { throw malformed("a persistent id of another kind", "that of a storage") }
    try checkRoom(storages.count)
    storages.append(PickledStorage(type: type, key: key, elementCount: count))
    try push(.storage(storages.count - 1))
  }

  mutating func reduce() throws(CheckpointError) {
    let parts = try popLast(2)
    guard case .global(let global) = parts[0], case .tuple(let index) = parts[1] else {
      throw malformed("a call of something else", "a global and a tuple")
    }
    let arguments = tuples[index]
    switch global {
    case .orderedDictionary where arguments.isEmpty: try pushDictionary()
    case .rebuildTensor: try pushTensor(arguments)
    case .rebuildParameter:
      guard case .tensor? = arguments.first else {
        throw malformed("a parameter without a tensor", "one")
      }
      try push(arguments[0])
    default: throw malformed("a call of \(global) with \(arguments.count) arguments", "none")
    }
  }

  /// (storage, offset, sizes, strides, requires_grad, hooks) and perhaps metadata.
  mutating func pushTensor(_ arguments: [PickleValue]) throws(CheckpointError) {
    guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw malformed("a tensor of another form", "storage, offset, sizes and strides") }
    try checkRoom(tensors.count)
    tensors.append(
      PickledTensor(
        storage: storages[storage], offset: offset, shape: shape, strides: strides))
    try push(.tensor(tensors.count - 1))
  }

  /// A tuple's integers; nil for one that is far too long to be sizes or strides, too: any number
  /// of tensors may name one tuple, and each keeps its own copy.
  func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value, tuples[index].count <= 2 * TorchViews.maximumRank else {
      return nil
    }
    let integers = tuples[index].compactMap { value -> Int? in
      if case .integer(let integer) = value { integer } else { nil }
    }
    return integers.count == tuples[index].count ? integers : nil
  }

  /// Attributes, such as the `_metadata` of a state dict, are dropped.
  mutating func build() throws(CheckpointError) {
    _ = try pop()
    guard case .dictionary? = stack.last else {
      throw malformed("attributes of something else", "those of a state dict")
    }
  }
}
