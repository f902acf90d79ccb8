import Checkpoint
import Foundation
import TestSupport
import Testing

/// What `Experiments/Fuzz` found, once more: a trap would end the test process.
@Suite struct FuzzRegressionTests {
  @Test func `every safetensors header is read or refused in time`() throws {
    let inputs = try FuzzInputs.of("safetensors", in: Bundle.module.resourceURL)
    #expect(!inputs.isEmpty)
    for (name, bytes) in inputs {
      let seconds = ThreadTime.seconds {
        _ = checkpointError { () throws(CheckpointError) in
          try SafetensorsHeader(parsing: bytes, fileSize: bytes.count, file: name)
        }
      }
      #expect(seconds < FuzzInputs.secondsLimit, "\(name)")
    }
  }

  @Test func `every PyTorch file is read or refused in time`() throws {
    let inputs = try FuzzInputs.of("archive", in: Bundle.module.resourceURL)
    #expect(!inputs.isEmpty)
    for (name, bytes) in inputs {
      let seconds = try ThreadTime.seconds { _ = try TorchCheckpoint.error(bytes) }
      #expect(seconds < FuzzInputs.secondsLimit, "\(name)")
    }
  }

  @Test func `every pickle is read or refused in time`() throws {
    let inputs = try FuzzInputs.of("pickle", in: Bundle.module.resourceURL)
    let storages = [96, 8, 4, 24, 0, 4].enumerated().map { index, size in
      (key: "\(index)", bytes: [UInt8](repeating: 0, count: size))
    }
    #expect(!inputs.isEmpty)
    for (name, pickle) in inputs {
      let file = ZipBytes.archive(TorchBytes.parts(pickle: pickle, storages: storages))
      let seconds = try ThreadTime.seconds { _ = try TorchCheckpoint.error(file) }
      #expect(seconds < FuzzInputs.secondsLimit, "\(name)")
    }
  }
}
