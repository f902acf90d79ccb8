import Checkpoint
import Foundation
import Mamba
import TestSupport
import Testing

/// What `Experiments/Fuzz` found, once more: a trap would end the test process.
@Suite struct FuzzRegressionTests {
  @Test func `every configuration is read or refused in time`() throws {
    let directory = try TemporaryDirectory()
    try TinyModel().write(to: directory.url)
    let inputs = try FuzzInputs.of("configuration", in: Bundle.module.resourceURL)
    #expect(!inputs.isEmpty)
    for (name, bytes) in inputs {
      try Data(bytes).write(to: directory.url.appending(path: "config.json"))
      let seconds = ThreadTime.seconds {
        do throws(CheckpointError) {
          let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
          _ = try MambaConfiguration(of: checkpoint)
        } catch {
          #expect(!error.description.isEmpty, "\(name)")
        }
      }
      #expect(seconds < FuzzInputs.secondsLimit, "\(name)")
    }
  }
}
