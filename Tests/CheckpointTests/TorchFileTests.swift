import Checkpoint
import Foundation
import TestSupport
import Testing

/// Files of PyTorch 2.13 (Experiments/Transformers/pytorch_fixtures.py).
@Suite struct TorchFileTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: fixture("pytorch").appending(path: name)))
  }

  @Test(arguments: ["views.bin", "protocol4.bin", "unchecked.bin"])
  func `views of shared storages come in row-major order`(name: String) throws {
    let values = try TorchCheckpoint(Self.bytes(name)).values()
    let transposed = (0..<24).map { index -> Float in Float(index % 4 * 6 + index / 4) }
    #expect(values["transposed"] == transposed)
    #expect(values["vector"] == [3, 4, 5, 6, 7, 8])
    #expect(values["columns"] == [1, 2, 7, 8, 13, 14, 19, 20])
    let permuted = (0..<24).map { index -> Float in
      let (a, b, c) = (index / 6, index / 3 % 2, index % 3)
      return Float(b * 12 + c * 4 + a)
    }
    #expect(values["permuted"] == permuted)
    #expect(values["parameter"] == [1, 1, 1, 1])
    #expect(values["expanded"] == [2, 2, 2, 2, 2])
    #expect(values["empty"] == [])
    #expect(values["scalar"] == [7])
  }

  @Test func `types and shapes are those of the tensors`() throws {
    let tensors = try TorchCheckpoint(Self.bytes("views.bin")).open().tensors
    #expect(tensors.count == 9)
    #expect(tensors["transposed"]?.shape == [6, 4])
    #expect(tensors["transposed"]?.byteCount == 96)
    #expect(tensors["parameter"]?.type == .bf16)
    #expect(tensors["integers"]?.type == .i64)
    #expect(tensors["empty"]?.shape == [0, 4])
    #expect(tensors["scalar"]?.shape == [])
  }

  @Test func `part of a view is read as of any tensor`() throws {
    let checkpoint = try TorchCheckpoint(Self.bytes("views.bin")).open()
    let tensor = try checkpoint.tensor(named: "transposed")
    var buffer: [UInt8] = []
    try checkpoint.read(tensor, bytes: 16..<24, into: &buffer)
    #expect(buffer == littleEndian([1, 7]))
    #expect(
      checkpointError { () throws(CheckpointError) in
        try checkpoint.read(tensor, bytes: 92..<100, into: &buffer)
      }?.name == "outOfBounds")
  }

  @Test func `a state dict of a module, and one among other things, are found`() throws {
    let linear = try TorchCheckpoint(Self.bytes("linear.bin")).values()
    #expect(linear.keys.sorted() == ["bias", "weight"])
    #expect(try TorchCheckpoint(Self.bytes("nested.bin")).values() == linear)
  }

  @Test(arguments: [
    ("legacy.bin", "from before version 1.6"), ("script.bin", "TorchScript"),
    ("module.bin", "torch.nn.modules.linear.Linear"), ("complex.bin", "torch.ComplexFloatStorage"),
    ("float8.bin", "torch._utils._rebuild_tensor_v3"),
  ])
  func `what is no state dict of known tensors is named with the remedy`(
    name: String, says: String
  ) throws {
    let error = try TorchCheckpoint.error(Self.bytes(name))
    #expect(error?.name == "unsupportedPickle")
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "accepted")")
    #expect(error?.description.contains("torch.save") == true)
  }

  @Test(arguments: ["views.bin", "linear.bin"])
  func `every truncation is a typed error`(name: String) throws {
    let bytes = try Self.bytes(name)
    let checkpoint = try TorchCheckpoint(bytes)
    for count in bytes.indices {
      try checkpoint.replace(Array(bytes[..<count]))
      let error = checkpointError { () throws(CheckpointError) in try checkpoint.values() }
      #expect(error != nil, "\(count) bytes")
    }
  }

  /// A checksum covers every byte of pickle and storages; padding and dates may change.
  @Test func `every single bit flip is an error or leaves all values as they were`() throws {
    let bytes = try Self.bytes("linear.bin")
    let checkpoint = try TorchCheckpoint(bytes)
    let values = try checkpoint.values()
    var refused = 0
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try checkpoint.replace(damaged)
      do throws(CheckpointError) {
        #expect(try checkpoint.values() == values, "bit \(bit)")
      } catch {
        refused += 1
      }
    }
    #expect(refused > 3_000)
  }

  @Test(arguments: [0, 40, 400])
  func `a file that shrinks after it was opened is a typed error`(count: UInt64) throws {
    let url = try fixture("pytorch").appending(path: "views.bin")
    let directory = try TemporaryDirectory()
    try directory.write(Array("{}".utf8), to: "config.json")
    try directory.write(Array(Data(contentsOf: url)), to: "pytorch_model.bin")
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let handle = try FileHandle(
      forWritingTo: directory.url.appending(path: "pytorch_model.bin"))
    try handle.truncate(atOffset: count)
    try handle.close()
    let tensors = checkpoint.tensors.values.filter {
      [.f32, .f16, .bf16].contains($0.type) && $0.byteCount > 0
    }
    #expect(!tensors.isEmpty)
    for tensor in tensors {
      let error = checkpointError { () throws(CheckpointError) in try checkpoint.floats(tensor) }
      #expect(error?.name == "truncated")
    }
  }

  @Test func `shards of PyTorch files are read by their index`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Array("{}".utf8), to: "config.json")
    try directory.write(Self.bytes("linear.bin"), to: "pytorch_model-1.bin")
    let other = TorchBytes.file(
      [TorchTensor("x", key: "0", elementCount: 1, shape: [1], strides: [1])],
      storages: [("0", littleEndian([5]))])
    try directory.write(other, to: "pytorch_model-2.bin")
    func index(_ shard: String) -> [UInt8] {
      Array(
        """
        {"weight_map": {"weight": "pytorch_model-1.bin", "bias": "pytorch_model-1.bin",
         "x": "\(shard)"}}
        """.utf8)
    }
    try directory.write(index("pytorch_model-2.bin"), to: "pytorch_model.bin.index.json")
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    #expect(try checkpoint.floats(checkpoint.tensor(named: "x")) == [5])
    #expect(try checkpoint.floats(checkpoint.tensor(named: "bias")).count == 2)
    for wrong in ["pytorch_model-1.bin", "../x.bin", "x.safetensors", "/etc/passwd"] {
      try directory.write(index(wrong), to: "pytorch_model.bin.index.json")
      let error = checkpointError { () throws(CheckpointError) in
        try CheckpointDirectory(contentsOf: directory.url)
      }
      #expect(error != nil, "\(wrong)")
    }
  }
}
