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
}

/// The opcodes that the pickle of a state dict is made of, protocols 2 to 5.
///
/// Source: `pickletools.py` of Python.
enum PickleOpcode: UInt8 {
  case mark = 0x28
  case emptyTuple = 0x29
  case stop = 0x2E
  case binFloat = 0x47
  case binInt = 0x4A
  case binInt1 = 0x4B
  case binInt2 = 0x4D
  case none = 0x4E
  case binPersistentID = 0x51
  case reduce = 0x52
  case binUnicode = 0x58
  case emptyList = 0x5D
  case append = 0x61
  case build = 0x62
  case global = 0x63
  case appends = 0x65
  case binGet = 0x68
  case longBinGet = 0x6A
  case binPut = 0x71
  case longBinPut = 0x72
  case setItem = 0x73
  case tuple = 0x74
  case setItems = 0x75
  case emptyDictionary = 0x7D
  case protocolVersion = 0x80
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8A
  case shortBinUnicode = 0x8C
  case binUnicode8 = 0x8D
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95
}
