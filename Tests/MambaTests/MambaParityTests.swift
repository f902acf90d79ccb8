import Checkpoint
import Foundation
import Kernels
import Mamba
import TestSupport
import Testing

/// The logits that a float64 reference gave for tiny random checkpoints, which agree with those
/// of Hugging Face transformers to 6e-5.
@Suite struct MambaParityTests {
  static let names = [
    "hf-f32", "hf-bf16-sharded", "hf-f16-untied-bias", "hf-odd-width",
    "hf-state8-conv3-noconvbias", "ssm-layernorm-untied-pickle", "ssm-padded-vocab",
    "ssm-rms-pickle", "ssm-rms-safetensors",
  ]

  private static let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "Fixtures")

  @Test(arguments: names, InstructionSet.available)
  func `logits are those of the reference`(name: String, set: InstructionSet) throws {
    let directory = Self.fixtures.appending(path: name)
    let reference = try NumpyArray(contentsOf: directory.appending(path: "logits.npy"))
    let tokens = try JSONDecoder().decode(
      [Int].self, from: Data(contentsOf: directory.appending(path: "ids.json")))
    let model = try MambaModel(
      contentsOf: CheckpointDirectory(contentsOf: directory),
      team: WorkerTeam(size: 2, instructionSet: set))
    let size = model.configuration.vocabularySize
    try #require(reference.shape == [tokens.count, size])
    let logits = try model.logits(of: tokens)
    try #require(logits.count == reference.values.count)
    let error = zip(logits, reference.values).map { abs($0 - $1) }.max() ?? .infinity
    #expect(error <= 1e-3, "largest difference \(error)")
    for row in tokens.indices {
      let range = row * size..<(row + 1) * size
      #expect(Self.top(logits[range]) == Self.top(reference.values[range]))
    }
  }

  @Test func `all fixtures are tested`() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)
    #expect(Set(found.filter { !$0.hasPrefix(".") && $0 != "Fuzz" }) == Set(Self.names))
  }

  private static func top(_ row: ArraySlice<Float>) -> Int? {
    row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
  }
}

@Suite struct NumpyArrayTests {
  private static func bytes(_ header: String, floats: Int, version: UInt8 = 1) -> [UInt8] {
    [0x93] + "NUMPY".utf8 + [version, 0, UInt8(header.utf8.count), 0] + header.utf8
      + Array(repeating: 0, count: floats * 4)
  }

  private static let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  \n"

  @Test func `a matrix of float32 is read`() throws {
    var bytes = Self.bytes(Self.header, floats: 6)
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0x80, 0xBF])
    let array = try NumpyArray(bytes)
    #expect(array.shape == [2, 3])
    #expect(array.values == [0, 0, 0, 0, 0, -1])
  }

  @Test(arguments: [
    bytes(header, floats: 5), bytes(header, floats: 7), bytes(header, floats: 6, version: 2),
    bytes(header.replacing("<f4", with: "<f8"), floats: 12),
    bytes(header.replacing("False", with: "True"), floats: 6),
    bytes(header.replacing("(2, 3)", with: "(6,)"), floats: 6),
    Array(bytes(header, floats: 0)[..<30]),
    [],
  ])
  func `anything else is refused`(bytes: [UInt8]) {
    #expect(throws: NumpyArray.ReadingError.self) { try NumpyArray(bytes) }
  }
}
