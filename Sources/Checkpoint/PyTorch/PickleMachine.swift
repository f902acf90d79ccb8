/// Reads the pickle of a state dict: the few opcodes that one is made of, into plain values.
///
/// Nothing is imported, called or looked up. A global, an opcode or an object that is not one of
/// those that tensors need is an error that names it. The work is linear in the pickle's size.
///
/// Source: `pickletools.py` of Python, `torch/_weights_only_unpickler.py`.
struct PickleMachine {
  /// The most values on the stack, in the memo and in each table.
  static let limit = 1 << 18

  private var cursor: ByteCursor
  let file: String
  private var stack: [PickleValue] = []
  /// The heights of the stack at the open marks.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var tuples: [[PickleValue]] = []
  private var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  private var storages: [PickledStorage] = []
  private var tensors: [PickledTensor] = []

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

extension PickleMachine {
  /// Reads one opcode; false at the end of the pickle.
  private mutating func step() throws(CheckpointError) -> Bool {
    let place = cursor.position
    guard let code = cursor.integer(UInt8.self) else { throw malformed("cut off", "a STOP opcode") }
    guard let opcode = PickleOpcode(rawValue: code) else {
      throw .unsupportedPickle(
        file: file, found: "the pickle opcode 0x\(String(code, radix: 16)) at byte \(place)")
    }
    switch opcode {
    case .stop: return false
    case .protocolVersion: try checkProtocol()
    case .frame: try skipFrame()
    case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .binFloat,
      .binUnicode, .shortBinUnicode, .binUnicode8, .global, .stackGlobal:
      try push(constant(opcode))
    case .mark:
      try checkRoom(marks.count)
      marks.append(stack.count)
    case .emptyTuple, .tuple1, .tuple2, .tuple3, .tuple, .emptyList, .emptyDictionary, .append,
      .appends, .setItem, .setItems:
      try collect(opcode)
    case .binPut: try memoize(read { $0.int(UInt8.self) })
    case .longBinPut: try memoize(read { $0.int(UInt32.self) })
    case .memoize: try memoize(memo.count)
    case .binGet: try push(recalled(read { $0.int(UInt8.self) }))
    case .longBinGet: try push(recalled(read { $0.int(UInt32.self) }))
    case .binPersistentID: try pushStorage()
    case .reduce: try reduce()
    case .build: try build()
    }
    return true
  }

  private mutating func constant(_ opcode: PickleOpcode) throws(CheckpointError) -> PickleValue {
    switch opcode {
    case .newTrue, .newFalse: return .flag(opcode == .newTrue)
    case .binInt: return .integer(try read { $0.int(Int32.self) })
    case .binInt1: return .integer(try read { $0.int(UInt8.self) })
    case .binInt2: return .integer(try read { $0.int(UInt16.self) })
    case .long1: return .integer(try longInteger())
    case .binFloat:
      _ = try read { $0.take(8) }
      return .number
    case .binUnicode: return .text(try text(read { $0.int(UInt32.self) }))
    case .shortBinUnicode: return .text(try text(read { $0.int(UInt8.self) }))
    case .binUnicode8: return .text(try text(read { $0.int(UInt64.self) }))
    case .global: return try global(module: line(), name: line())
    case .stackGlobal: return try stackGlobal()
    default: return .none
    }
  }

  private mutating func collect(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .tuple1: try pushTuple(popLast(1))
    case .tuple2: try pushTuple(popLast(2))
    case .tuple3: try pushTuple(popLast(3))
    case .tuple: try pushTuple(popToMark())
    case .emptyList: try push(.list)
    case .emptyDictionary: try pushDictionary()
    case .append: try append(popLast(1))
    case .appends: try append(popToMark())
    case .setItem: try setItems(popLast(2))
    case .setItems: try setItems(popToMark())
    default: try pushTuple([])
    }
  }

  private mutating func checkProtocol() throws(CheckpointError) {
    let version = try read { $0.int(UInt8.self) }
    guard (2...5).contains(version) else {
      throw .unsupportedPickle(file: file, found: "pickle protocol \(version)")
    }
  }

  private mutating func skipFrame() throws(CheckpointError) {
    let length = try read { $0.int(UInt64.self) }
    guard length <= cursor.remaining else {
      throw malformed("a frame beyond the end", "a whole one")
    }
  }

  private mutating func longInteger() throws(CheckpointError) -> Int {
    let count = try read { $0.int(UInt8.self) }
    let bytes = try read { $0.take(count) }
    guard count <= 8 else { throw malformed("an integer of \(count) bytes", "at most 8") }
    let isNegative = (bytes.last ?? 0) >= 0x80
    return bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
  }

  private mutating func text(_ count: Int) throws(CheckpointError) -> String {
    try read { $0.text(count) }
  }

  private mutating func line() throws(CheckpointError) -> String {
    try read { $0.line().flatMap { String(validating: $0, as: UTF8.self) } }
  }
}

extension PickleMachine {
  private func global(module: String, name: String) throws(CheckpointError) -> PickleValue {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw .unsupportedPickle(file: file, found: "the global \(quoted("\(module).\(name)"))")
    }
    return .global(global)
  }

  private mutating func stackGlobal() throws(CheckpointError) -> PickleValue {
    let names = try popLast(2)
    guard case (.text(let module), .text(let name)) = (names[0], names[1]) else {
      throw malformed("a global that is not named by texts", "two texts")
    }
    return try global(module: module, name: name)
  }

  /// A storage's persistent id: ("storage", class, key, device, elements).
  private mutating func pushStorage() throws(CheckpointError) {
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

  private mutating func reduce() throws(CheckpointError) {
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
  private mutating func pushTensor(_ arguments: [PickleValue]) throws(CheckpointError) {
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

  private func integers(_ value: PickleValue) -> [Int]? {
    guard case .tuple(let index) = value else { return nil }
    let integers = tuples[index].compactMap { value -> Int? in
      if case .integer(let integer) = value { integer } else { nil }
    }
    return integers.count == tuples[index].count ? integers : nil
  }

  /// Attributes, such as the `_metadata` of a state dict, are dropped.
  private mutating func build() throws(CheckpointError) {
    _ = try pop()
    guard case .dictionary? = stack.last else {
      throw malformed("attributes of something else", "those of a state dict")
    }
  }
}

extension PickleMachine {
  private mutating func setItems(_ items: [PickleValue]) throws(CheckpointError) {
    guard case .dictionary(let index)? = stack.last, items.count.isMultiple(of: 2) else {
      throw malformed("items without a dictionary", "pairs for a dictionary")
    }
    for place in stride(from: 0, to: items.count, by: 2) {
      dictionaries[index].append((items[place], items[place + 1]))
    }
  }

  private mutating func append(_ items: [PickleValue]) throws(CheckpointError) {
    guard case .list? = stack.last else { throw malformed("items without a list", "a list") }
  }

  private mutating func pushTuple(_ items: [PickleValue]) throws(CheckpointError) {
    try checkRoom(tuples.count)
    tuples.append(items)
    try push(.tuple(tuples.count - 1))
  }

  private mutating func pushDictionary() throws(CheckpointError) {
    try checkRoom(dictionaries.count)
    dictionaries.append([])
    try push(.dictionary(dictionaries.count - 1))
  }

  private mutating func memoize(_ index: Int) throws(CheckpointError) {
    guard let value = stack.last else { throw malformed("an empty stack", "a value") }
    try checkRoom(memo.count)
    memo[index] = value
  }

  private func recalled(_ index: Int) throws(CheckpointError) -> PickleValue {
    guard let value = memo[index] else { throw malformed("no value \(index)", "one in the memo") }
    return value
  }

  private mutating func push(_ value: PickleValue) throws(CheckpointError) {
    try checkRoom(stack.count)
    stack.append(value)
  }

  private mutating func pop() throws(CheckpointError) -> PickleValue { try popLast(1)[0] }

  /// Values above the last mark only.
  private mutating func popLast(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw malformed("too few values on the stack", "\(count)")
    }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("no mark", "one") }
    let values = Array(stack[mark...])
    stack.removeLast(values.count)
    return values
  }

  private mutating func read<Value>(
    _ body: (inout ByteCursor) -> Value?
  ) throws(CheckpointError) -> Value {
    guard let value = body(&cursor) else {
      throw malformed("an argument that is cut off or damaged", "a whole one")
    }
    return value
  }

  private func checkRoom(_ count: Int) throws(CheckpointError) {
    guard count < Self.limit else { throw malformed("over \(Self.limit) values", "fewer") }
  }

  private func malformed(_ found: String, _ expected: String) -> CheckpointError {
    .malformedArchive(
      file: file, field: "byte \(cursor.position) of its pickle", found: found, expected: expected)
  }
}
