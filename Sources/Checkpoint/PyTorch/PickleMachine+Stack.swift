import SpecDecodePlatform

extension PickleMachine {
  mutating func setItems(_ items: [PickleValue]) throws(CheckpointError) {
    guard case .dictionary(let index)? = stack.last, items.count.isMultiple(of: 2) else {
      throw malformed("items without a dictionary", "pairs for a dictionary")
    }
    for place in stride(from: 0, to: items.count, by: 2) {
      dictionaries[index].append((items[place], items[place + 1]))
    }
  }

  mutating func append(_ items: [PickleValue]) throws(CheckpointError) {
    guard case .list? = stack.last else { throw malformed("items without a list", "a list") }
  }

  mutating func pushTuple(_ items: [PickleValue]) throws(CheckpointError) {
    try checkRoom(tuples.count)
    tuples.append(items)
    try push(.tuple(tuples.count - 1))
  }

  mutating func pushDictionary() throws(CheckpointError) {
    try checkRoom(dictionaries.count)
    dictionaries.append([])
    try push(.dictionary(dictionaries.count - 1))
  }

  mutating func memoize(_ index: Int) throws(CheckpointError) {
    guard let value = stack.last else { throw malformed("an empty stack", "a value") }
    try checkRoom(memo.count)
    memo[index] = value
  }

  func recalled(_ index: Int) throws(CheckpointError) -> PickleValue {
    guard let value = memo[index] else { throw malformed("no value \(index)", "one in the memo") }
    return value
  }

  mutating func push(_ value: PickleValue) throws(CheckpointError) {
    try checkRoom(stack.count)
    stack.append(value)
  }

  mutating func pop() throws(CheckpointError) -> PickleValue { try popLast(1)[0] }

  /// Values above the last mark only.
  mutating func popLast(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw malformed("too few values on the stack", "\(count)")
    }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("no mark", "one") }
    let values = Array(stack[mark...])
    stack.removeLast(values.count)
    return values
  }

  mutating func read<Value>(
    _ body: (inout ByteCursor) -> Value?
  ) throws(CheckpointError) -> Value {
    guard let value = body(&cursor) else {
      throw malformed("an argument that is cut off or damaged", "a whole one")
    }
    return value
  }

  func checkRoom(_ count: Int) throws(CheckpointError) {
    guard count < Self.limit else { throw malformed("over \(Self.limit) values", "fewer") }
  }

  func malformed(_ found: String, _ expected: String) -> CheckpointError {
    .malformedArchive(
      file: file, field: "byte \(cursor.position) of its pickle", found: found, expected: expected)
  }
}
