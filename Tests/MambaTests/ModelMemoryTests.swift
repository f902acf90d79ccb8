import Checkpoint
import Foundation
import Kernels
import Mamba
import TestSupport
import Testing

@Suite struct ModelMemoryTests {
  @Test func `weights larger than the memory are refused before anything is allocated`() throws {
    let directory = try TinyModel().write()
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let size = memory + 1 << 20
    // A sparse file: it claims the bytes and takes no space.
    let header = #"{"huge":{"dtype":"U8","shape":[\#(size)],"data_offsets":[0,\#(size)]}}"#
    var bytes = Data(withLength: header.utf8.count)
    bytes += Data(header.utf8)
    let file = directory.url.appending(path: "model.safetensors")
    try bytes.write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(bytes.count + size))
    try handle.close()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let error = CheckpointError.tooLarge(
      directory: directory.url.path, byteCount: size, memory: memory)
    #expect(throws: error) {
      try MambaModel(
        contentsOf: checkpoint, team: WorkerTeam(size: 1, instructionSet: .scalar))
    }
    #expect(error.description.contains("MiB"))
  }
}

extension Data {
  /// The eight bytes that begin a safetensors file.
  fileprivate init(withLength length: Int) {
    self.init((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
  }
}
