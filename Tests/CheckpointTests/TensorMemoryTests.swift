import Checkpoint
import Foundation
import SpecDecodePlatform
import TestSupport
import Testing

@Suite struct TensorMemoryTests {
  @Test(arguments: [
    (MemoryLimit.Cause.machine, "this machine has"), (.otherPrograms, "other programs"),
    (.controlGroup, "container"), (.addressSpace, "ulimit -v"),
  ])
  func `a need above the limit is an error with both numbers and a remedy`(
    cause: MemoryLimit.Cause, says: String
  ) throws {
    let limit = MemoryLimit(byteCount: 55 << 20, cause: cause)
    let place = URL(filePath: "/models/big")
    try limit.require(55 << 20, for: place)
    let error = checkpointError { () throws(CheckpointError) in
      try limit.require(77 << 20, for: place)
    }
    #expect(error == .tooLarge(directory: "/models/big", byteCount: 77 << 20, limit: limit))
    let message = error?.description ?? ""
    for word in ["/models/big", "77 MiB", "55 MiB", says] { #expect(message.contains(word)) }
  }

  /// A sparse file: it claims the bytes and takes no space.
  @Test func `a tensor larger than the memory is refused before it is allocated`() throws {
    let count = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let header = safetensors("{\(entry("t", "BF16", [count], 0, 2 * count))}")
    let directory = try TemporaryDirectory(weights: header)
    let handle = try FileHandle(
      forWritingTo: directory.url.appending(path: "model.safetensors"))
    try handle.truncate(atOffset: UInt64(header.count + 2 * count))
    try handle.close()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let tensor = try checkpoint.tensor(named: "t")
    let error = checkpointError { () throws(CheckpointError) in try checkpoint.floats(tensor) }
    #expect(error?.name == "tooLarge")
  }
}
