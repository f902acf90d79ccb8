import Checkpoint
import TestSupport
import Testing

/// Pickles made to do harm: each ends in a typed error that names what is wrong.
@Suite struct HostilePickleTests {
  private static let plain = TorchTensor(
    "a", key: "0", elementCount: 6, shape: [2, 3], strides: [3, 1])
  private static let storage = [(key: "0", bytes: littleEndian([1, 2, 3, 4, 5, 6]))]

  private static func file(pickle: [UInt8]) -> [UInt8] {
    ZipBytes.archive(TorchBytes.parts(pickle: pickle, storages: storage))
  }

  private static func error(pickle: [UInt8]) throws -> CheckpointError? {
    try TorchCheckpoint.error(file(pickle: pickle))
  }

  private static func error(_ change: (inout TorchTensor) -> Void) throws -> CheckpointError? {
    var tensor = plain
    change(&tensor)
    return try TorchCheckpoint.error(TorchBytes.file([tensor], storages: storage))
  }

  @Test func `the file that is changed below is read`() throws {
    let bytes = TorchBytes.file([Self.plain], storages: Self.storage)
    #expect(try TorchCheckpoint(bytes).values() == ["a": [1, 2, 3, 4, 5, 6]])
  }

  @Test(arguments: [
    ("os", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("torch", "load"),
    ("posix", "system"), ("collections", "Counter"), ("torch._utils", "_rebuild_tensor_v2.x"),
    ("torch", "FloatStorage.x"), ("numpy", "FloatStorage"), ("", ""),
  ])
  func `a global that no tensor needs is named, by either opcode`(
    module: String, name: String
  ) throws {
    let arguments = TorchBytes.text("rm -rf /") + [0x85] + Array("R.".utf8)
    let byLine = [0x80, 2] + TorchBytes.global(module, name) + arguments
    let byStack =
      [0x80, 4] + TorchBytes.text(module) + TorchBytes.text(name) + [0x93] + arguments
    for pickle in [byLine, byStack] {
      let error = try Self.error(pickle: pickle)
      #expect(
        error
          == .unsupportedPickle(file: error?.file ?? "", found: "the global \"\(module).\(name)\""))
    }
  }

  /// INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, EXT2, EXT4, PERSID, DUP, POP, POP_MARK, STRING,
  /// BINSTRING, BINBYTES, EMPTY_SET, FROZENSET, BYTEARRAY8, NEXT_BUFFER, INT, LONG, LONG4.
  @Test(
    arguments: [
      0x69, 0x6F, 0x81, 0x92, 0x82, 0x83, 0x84, 0x50, 0x32, 0x30, 0x31, 0x53, 0x54, 0x42, 0x8F,
      0x91,
      0x96, 0x97, 0x49, 0x4C, 0x8B, 0x00, 0xFF,
    ] as [UInt8])
  func `an opcode that no state dict needs is named`(opcode: UInt8) throws {
    let error = try Self.error(pickle: [0x80, 2, UInt8(ascii: "}"), opcode, 1, 1, 1, 1, 0x2E])
    #expect(error?.name == "unsupportedPickle")
    #expect(error?.description.contains("0x\(String(opcode, radix: 16)) at byte 3") == true)
  }

  @Test func `every truncation of the pickle is a typed error`() throws {
    let pickle = TorchBytes.stateDictionary([Self.plain])
    let checkpoint = try TorchCheckpoint([])
    for count in pickle.indices {
      try checkpoint.replace(Self.file(pickle: Array(pickle[..<count])))
      let error = checkpointError { () throws(CheckpointError) in try checkpoint.open() }
      #expect(error?.name == "malformedArchive", "\(count) bytes")
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `random damage to the pickle is an error or leaves tensors within the file`(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let valid = TorchBytes.stateDictionary([Self.plain, Self.plain])
    let checkpoint = try TorchCheckpoint([])
    var refused = 0
    for _ in 0..<1_000 {
      var pickle = valid
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 2..<pickle.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: pickle[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: pickle.remove(at: place)
        default: pickle.insert(pickle.randomElement(using: &generator) ?? 0, at: place)
        }
      }
      try checkpoint.replace(Self.file(pickle: pickle))
      do throws(CheckpointError) {
        for (_, values) in try checkpoint.values() { #expect(values.count <= 1 << 18) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 500)
  }

  /// What comes once, and what is repeated.
  struct Flood: Sendable {
    let start: [UInt8]
    let step: [UInt8]
  }

  /// Tuples in tuples; marks in marks; a list appended to itself; a dictionary that holds itself;
  /// tuples that double, 2^n values if they were copied; the memo filled, and the stack.
  static let floods: [Flood] = [
    Flood(start: [0x29], step: [0x85]), Flood(start: [], step: [0x28]),
    Flood(start: [], step: [0x28, 0x29]), Flood(start: [0x5D, 0x71, 0], step: [0x68, 0, 0x61]),
    Flood(start: [0x7D, 0x71, 0], step: [0x4E, 0x68, 0, 0x73]),
    Flood(start: [0x29, 0x71, 0], step: [0x68, 0, 0x68, 0, 0x86, 0x71, 0]),
    Flood(start: [0x4E], step: [0x94]), Flood(start: [], step: [0x4E]),
    Flood(start: [], step: [0x7D]), Flood(start: [], step: [0x5D]),
  ]

  @Test(arguments: floods)
  func `nesting, cycles and floods end in a typed error without exhausting anything`(
    flood: Flood
  ) throws {
    let steps = 300_000
    var pickle: [UInt8] = [0x80, 2] + flood.start
    pickle.reserveCapacity(steps * flood.step.count + 16)
    for _ in 0..<steps { pickle += flood.step }
    pickle += [0x2E]
    var parts = TorchBytes.parts(pickle: pickle, storages: Self.storage)
    for index in parts.indices { parts[index].checksum = 0 }
    let name = try TorchCheckpoint.error(ZipBytes.archive(parts))?.name
    #expect(name == "malformedArchive" || name == "unsupportedPickle")
  }

  static let cutOff: [[UInt8]] = [
    [0x58, 0xFF, 0xFF, 0xFF, 0x7F], [0x58, 0xFF, 0xFF, 0xFF, 0xFF],
    [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x8C, 0xFF], [0x8A, 0xFF],
    [0x8A, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0x95, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    [0x68, 7], [0x6A, 0xFF, 0xFF, 0xFF, 0xFF], [0x74], [0x75], [0x73], [0x52], [0x51], [0x62],
    [0x58, 1, 0, 0, 0, 0xFF], [0x71, 0], [0x63], [0x93],
  ]

  @Test(arguments: cutOff)
  func `a length or a place beyond the end is a typed error`(opcodes: [UInt8]) throws {
    let error = try Self.error(pickle: [0x80, 2] + opcodes + [0x2E])
    #expect(error?.name == "malformedArchive", "\(error?.description ?? "accepted")")
  }

  /// Sizes, strides and offset over a storage of six elements.
  struct View: Sendable {
    let shape: [Int]
    let strides: [Int]
    var offset = 0
  }

  static let badViews: [View] = [
    View(shape: [6], strides: [1], offset: 1), View(shape: [7], strides: [1]),
    View(shape: [2, 3], strides: [4, 1]), View(shape: [2, 3], strides: [3, 2]),
    View(shape: [1], strides: [1], offset: 6), View(shape: [1], strides: [1], offset: -1),
    View(shape: [-1], strides: [1]), View(shape: [2, 3], strides: [3, -1]),
    View(shape: [2], strides: [.max]), View(shape: [.max], strides: [1]),
    View(shape: [1 << 32, 1 << 32], strides: [0, 0]), View(shape: [1 << 48], strides: [0]),
    View(shape: [1 << 24, 3], strides: [0, 1]), View(shape: [2, 3], strides: [1, 1]),
    View(shape: [2, 3], strides: [3]), View(shape: [2], strides: [3, 1]),
    View(shape: [1], strides: [1], offset: .max), View(shape: [2, 2], strides: [.max, .max]),
    View(shape: [1, 2], strides: [.max, 1], offset: 5),
    View(shape: Array(repeating: 1, count: 65), strides: Array(repeating: 1, count: 65)),
  ]

  @Test(arguments: badViews)
  func `a view that leaves its storage, overlaps or overflows is a typed error`(view: View) throws {
    let error = try Self.error {
      ($0.shape, $0.strides, $0.offset) = (view.shape, view.strides, view.offset)
    }
    #expect(error?.name == "malformedTensor", "\(error?.description ?? "accepted")")
    #expect(error?.description.contains("\"a\"") == true)
  }

  /// Small as the file is, each tensor that names the tuple would keep a copy.
  @Test func `a tuple too long to be sizes is refused before tensors copy it`() throws {
    let length = 30_000
    let sizes = (0..<length).flatMap { _ in [UInt8(ascii: "K"), 1] }
    let start = [0x80, 2, UInt8(ascii: "}"), UInt8(ascii: "(")] + TorchBytes.text("sizes")
    var pickle = start + Array("(".utf8) + sizes + Array("tq\u{1}".utf8)
    let tensor =
      TorchBytes.global("torch._utils", "_rebuild_tensor_v2") + Array("(".utf8)
      + TorchBytes.storage(Self.plain) + Array("K\0h\u{1}h\u{1}".utf8) + [0x89]
      + Array(")tR".utf8)
    for index in 0..<100 { pickle += TorchBytes.text("\(index)") + tensor }
    let error = try Self.error(pickle: pickle + Array("u.".utf8))
    #expect(
      error?.description.contains(
        "a tensor of another form, expected storage, offset, sizes and strides") == true)
  }

  @Test func `a stride of a dimension with one element may be anything`() throws {
    var tensor = Self.plain
    (tensor.shape, tensor.strides) = ([3, 1, 2], [1, .max, 3])
    let bytes = TorchBytes.file([tensor], storages: Self.storage)
    #expect(try TorchCheckpoint(bytes).values() == ["a": [1, 4, 2, 5, 3, 6]])
  }

  @Test(arguments: [0, 5, 7, -1, Int.max])
  func `a storage of another size than its entry is a typed error`(count: Int) throws {
    let error = try Self.error { $0.elementCount = count }
    #expect(error != nil)
  }

  @Test(arguments: ["1", "", "../0", "/etc/passwd", "..", "0\0", "data/0", "\\0"])
  func `a storage is looked up in the archive only, by a plain name`(key: String) throws {
    #expect(try Self.error { $0.key = key }?.name == "malformedTensor")
  }

  @Test(arguments: ["QInt8Storage", "ComplexFloatStorage", "UntypedStorage", "Storage", "eval"])
  func `a storage of another class is named`(name: String) throws {
    let error = try Self.error { $0.storageClass = name }
    #expect(error?.name == "unsupportedPickle")
    #expect(error?.description.contains("torch.\(name)") == true)
  }

  @Test func `two tensors of one name, and of one name but for a prefix, are typed errors`() throws
  {
    var other = Self.plain
    let twice = TorchBytes.file([Self.plain, other], storages: Self.storage)
    #expect(try TorchCheckpoint.error(twice)?.name == "malformedArchive")
    var first = Self.plain
    (first.name, other.name) = ("module.backbone.x", "model.backbone.x")
    let wrapped = TorchBytes.file([first, other], storages: Self.storage)
    #expect(try TorchCheckpoint.error(wrapped)?.name == "malformedTensor")
  }

  @Test(arguments: ["N.", "].", ").", "}.", "K\u{1}.", "}(NNu.", "}}sb.", "NN."])
  func `a pickle without tensors is a typed error`(text: String) throws {
    #expect(try Self.error(pickle: [0x80, 2] + Array(text.utf8)) != nil)
  }
}

extension CheckpointError {
  /// The file that it names.
  fileprivate var file: String? {
    if case .unsupportedPickle(let file, _) = self { file } else { nil }
  }
}
