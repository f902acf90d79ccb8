import SpecDecodePlatform

/// Reads the pickle of a state dict: the few opcodes that one is made of, into plain values.
///
/// Nothing is imported, called or looked up. A global, an opcode or an object that is not one of
/// those that tensors need is an error that names it. The work is linear in the pickle's size.
///
/// Source: `pickletools.py` of Python, `torch/_weights_only_unpickler.py`.
struct PickleMachine {
  /// The most values on the stack, in the memo and in each table.
  static let limit = 1 << 18

  var cursor: ByteCursor
  let file: String
  var stack: [PickleValue] = []
  /// The heights of the stack at the open marks.
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  var tuples: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [PickledStorage] = []
  var tensors: [PickledTensor] = []

  /// What the pickle holds, and the machine with the tables that it refers to.
  static func run(
    _ bytes: [UInt8], file: String
  ) throws(CheckpointError) -> (machine: PickleMachine, result: PickleValue) {
    var machine = PickleMachine(bytes, file: file)
    while try machine.step() {}
    let result = try machine.pop()
    guard machine.stack.isEmpty, machine.marks.isEmpty, machine.cursor.remaining == 0 else {
      throw machine.malformed("something after the result", "one value")
    }
    return (machine, result)
  }

  private init(_ bytes: [UInt8], file: String) {
    cursor = ByteCursor(bytes)
    self.file = file
  }

  /// The members of a dictionary, in their order.
  func members(of dictionary: Int) -> [(key: PickleValue, value: PickleValue)] {
    dictionaries[dictionary]
  }

  /// A tensor by its number.
  func tensor(_ index: Int) -> PickledTensor { tensors[index] }
}
