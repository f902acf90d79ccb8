import Checkpoint
import Foundation
import Kernels
import Mamba
import MambaDevices
import SpecDecodePlatform
import TestSupport
import Testing

@Suite struct ModelMemoryTests {
  private static func load(
    _ directory: TemporaryDirectory, memory: MemoryLimit
  ) throws -> MambaModel {
    try MambaModel(
      contentsOf: CheckpointDirectory(contentsOf: directory.url),
      team: WorkerTeam(size: 1, instructionSet: .scalar), memory: memory)
  }

  @Test(arguments: TinyModel.Storage.allCases)
  func `a model that the limit holds is loaded, and one byte less is refused`(
    storage: TinyModel.Storage
  ) throws {
    var model = TinyModel()
    model.storage = storage
    let directory = try model.write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let need = try CPUMemory(
      of: MambaConfiguration(of: checkpoint), in: checkpoint, members: 1
    ).byteCount
    _ = try Self.load(directory, memory: MemoryLimit(byteCount: need, cause: .controlGroup))
    let limit = MemoryLimit(byteCount: need - 1, cause: .controlGroup)
    #expect(
      throws: CheckpointError.tooLarge(
        directory: checkpoint.url.path(percentEncoded: false), byteCount: need, limit: limit)
    ) { try Self.load(directory, memory: limit) }
  }

  @Test func `the need is that of the packed weights but for padding`() throws {
    let directory = try TinyModel().write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let need = try MambaConfiguration(of: checkpoint).weightByteCount(in: checkpoint)
    let packed = try Self.load(directory, memory: .current).weightByteCount
    #expect(need <= packed && packed < need * 3 / 2)
  }

  @Test func `rows that fill up a block of lanes are counted`() throws {
    var model = TinyModel()
    (model.hiddenSize, model.innerSize, model.timeStepRank) = (1, 1 << 14, 1)
    let directory = try model.write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let need = try MambaConfiguration(of: checkpoint).weightByteCount(in: checkpoint)
    // Two layers' out_proj has one row each.
    #expect(need > 2 * 16 * 4 << 14)
    #expect(try need <= Self.load(directory, memory: .current).weightByteCount)
  }

  /// 12 MiB and 1 KiB each, of which a block of 32 MiB holds two.
  @Test func `address space that blocks of weights leave unused is counted`() {
    let sizes = [Int](repeating: 12 << 20 + 1024, count: 5)
    let blocks = WeightMemory.byteCount(ofMatrices: sizes)
    #expect(blocks >= 3 * 32 << 20 && blocks < 4 * 32 << 20)
    #expect(WeightMemory.byteCount(ofMatrices: []) == 0)
  }

  @Test func `a limit of the address space must hold whole blocks`() throws {
    let directory = try TinyModel().write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let configuration = try MambaConfiguration(of: checkpoint)
    let memory = CPUMemory(of: configuration, in: checkpoint, members: 1)
    let need = memory.addressByteCount
    #expect(need > memory.byteCount + 32 << 20)
    _ = try Self.load(directory, memory: MemoryLimit(byteCount: need, cause: .addressSpace))
    let limit = MemoryLimit(byteCount: need - 1, cause: .addressSpace)
    #expect(
      throws: CheckpointError.tooLarge(
        directory: checkpoint.url.path(percentEncoded: false), byteCount: need, limit: limit)
    ) { try Self.load(directory, memory: limit) }
  }

  /// A vocabulary costs little in the file, and a row of logits for each place of a window.
  @Test func `a session counts for the limit`() throws {
    var model = TinyModel()
    (model.vocabularySize, model.hiddenSize, model.innerSize) = (1 << 16, 1, 1)
    let directory = try model.write()
    let error = #expect(throws: CheckpointError.self) {
      try Self.load(directory, memory: MemoryLimit(byteCount: 8 << 20, cause: .addressSpace))
    }
    guard case .tooLarge(_, let need, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(need > 33 * 4 << 16)
  }

  @Test func `what a drafter keeps for each drafted token counts for the limit`() throws {
    let directory = try TinyModel().write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let configuration = try MambaConfiguration(of: checkpoint)
    func need(_ snapshots: Int) -> Int {
      CPUMemory(of: configuration, in: checkpoint, members: 1, snapshots: snapshots).byteCount
    }
    let one = configuration.stateByteCount + 4 * configuration.vocabularySize
    #expect(need(33) - need(0) >= 33 * one)
    let limit = MemoryLimit(byteCount: need(33) - 1, cause: .controlGroup)
    let error = #expect(throws: ModelError.self) {
      try StoredModel(contentsOf: directory.url)
        .load(on: .cpu(threads: 1), ModelRequest(snapshots: 33, memory: limit))
    }
    guard case .checkpoint(.tooLarge) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `tensors that the model does not use take no memory`() throws {
    let model = TinyModel()
    let (first, second): (TemporaryDirectory, TemporaryDirectory)
    first = try model.write()
    var repeated = model
    repeated.tiesEmbeddings = false
    repeated.repeatsEmbedding = true
    repeated.fields = ["tie_word_embeddings": "true"]
    second = try repeated.write()
    let before = try CheckpointDirectory(contentsOf: first.url)
    let after = try CheckpointDirectory(contentsOf: second.url)
    #expect(after.tensors.count == before.tensors.count + 1)
    #expect(
      try MambaConfiguration(of: after).weightByteCount(in: after)
        == MambaConfiguration(of: before).weightByteCount(in: before))
  }

  /// A sparse file: it claims the bytes and takes no space. The two matrices are equal, so that
  /// comparing them would go on to the end.
  @Test func `weights larger than the memory are refused before they are read`() throws {
    let directory = try TinyModel().write()
    let columns = 1 << 20
    let rows = (Int(clamping: ProcessInfo.processInfo.physicalMemory) >> 21) + 1
    let size = 2 * rows * columns
    let entries = ["backbone.embeddings.weight", "lm_head.weight"].enumerated().map {
      #""\#($1)":{"dtype":"BF16","shape":[\#(rows),\#(columns)],"#
        + #""data_offsets":[\#($0 * size),\#(($0 + 1) * size)]}"#
    }
    let header = "{\(entries.joined(separator: ","))}"
    var bytes = Data((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) })
    bytes += Data(header.utf8)
    let file = directory.url.appending(path: "model.safetensors")
    try bytes.write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(bytes.count + 2 * size))
    try handle.close()
    let error = #expect(throws: CheckpointError.self) {
      try Self.load(directory, memory: .current)
    }
    guard case .tooLarge(_, size, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
