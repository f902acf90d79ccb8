import SpecDecodePlatform

extension PickleMachine {
  /// Reads one opcode; false at the end of the pickle.
  mutating func step() throws(CheckpointError) -> Bool {
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

  mutating func constant(_ opcode: PickleOpcode) throws(CheckpointError) -> PickleValue {
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

  mutating func collect(_ opcode: PickleOpcode) throws(CheckpointError) {
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

  mutating func checkProtocol() throws(CheckpointError) {
    let version = try read { $0.int(UInt8.self) }
    guard (2...5).contains(version) else {
      throw .unsupportedPickle(file: file, found: "pickle protocol \(version)")
    }
  }

  mutating func skipFrame() throws(CheckpointError) {
    let length = try read { $0.int(UInt64.self) }
    guard length <= cursor.remaining else {
      throw malformed("a frame beyond the end", "a whole one")
    }
  }

  mutating func longInteger() throws(CheckpointError) -> Int {
    let count = try read { $0.int(UInt8.self) }
    let bytes = try read { $0.take(count) }
    guard count <= 8 else { throw malformed("an integer of \(count) bytes", "at most 8") }
    let isNegative = (bytes.last ?? 0) >= 0x80
    return bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
  }

  mutating func text(_ count: Int) throws(CheckpointError) -> String {
    try read { $0.text(count) }
  }

  mutating func line() throws(CheckpointError) -> String {
    try read { $0.line().flatMap { String(validating: $0, as: UTF8.self) } }
  }
}
