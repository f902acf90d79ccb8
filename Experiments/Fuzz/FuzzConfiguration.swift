import Checkpoint
import Mamba

/// Input: a `config.json`, beside the weights of a small model.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzInput.write(unsafe FuzzInput.bytes(start, count), to: "config.json")
  do throws(CheckpointError) {
    let checkpoint = try CheckpointDirectory(contentsOf: FuzzInput.folder)
    let configuration = try MambaConfiguration(of: checkpoint)
    precondition(configuration.vocabularySize >= configuration.tokenCount)
    _ = configuration.warnings.map { "\($0)" }
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
