import SpecDecodePlatform

/// The tensors of a pickled state dict by name.
struct StateDictionary {
  /// In the order of the pickle; no name stands twice.
  let tensors: [(name: String, tensor: PickledTensor)]

  /// Where training scripts put the state dict among other things.
  private static let containers = ["state_dict", "model_state_dict", "model"]

  /// Reads the pickle: a state dict, or a dictionary with one in it. What is no tensor is left out.
  ///
  /// - Throws: ``CheckpointError``: `malformedArchive` or `unsupportedPickle`.
  init(pickle: [UInt8], file: String) throws(CheckpointError) {
    let (machine, result) = try PickleMachine.run(pickle, file: file)
    guard case .dictionary(let root) = result else {
      throw .unsupportedPickle(file: file, found: "a pickle of something else than a state dict")
    }
    var tensors = try Self.tensors(of: root, machine)
    for container in Self.containers where tensors.isEmpty {
      for case (.text(container), .dictionary(let index)) in machine.dictionaries[root] {
        tensors = try Self.tensors(of: index, machine)
      }
    }
    guard !tensors.isEmpty else {
      throw .unsupportedPickle(file: file, found: "no tensor in its dictionary")
    }
    self.tensors = tensors
  }

  private static func tensors(
    of dictionary: Int, _ machine: PickleMachine
  ) throws(CheckpointError) -> [(name: String, tensor: PickledTensor)] {
    var names: Set<String> = []
    var tensors: [(String, PickledTensor)] = []
    for case (.text(let name), .tensor(let index)) in machine.dictionaries[dictionary] {
      guard names.insert(name).inserted else {
        throw .malformedArchive(
          file: machine.file, field: "its state dict", found: "two tensors \(quoted(name))",
          expected: "each name once")
      }
      tensors.append((name, machine.tensors[index]))
    }
    return tensors
  }
}
