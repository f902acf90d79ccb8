import Checkpoint
import Mamba

/// Input: a `config.json`, beside the weights of a small model.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { read($0) }
}

private func read(_ bytes: [UInt8]) {
  FuzzInput.write(bytes, to: "config.json")
  do throws(CheckpointError) {
    let checkpoint = try CheckpointDirectory(contentsOf: FuzzInput.folder)
    let configuration = try MambaConfiguration(of: checkpoint)
    precondition(configuration.vocabularySize >= configuration.tokenCount)
    _ = configuration.warnings.map { "\($0)" }
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}
