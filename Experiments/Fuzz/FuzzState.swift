import Checkpoint
import DecodingCore
import Mamba
import SpecDecodePlatform
import SpeculativeDecoding

/// Input: a saved generation without the checksum at its end, which is put there. What is accepted
/// must come back when it is written and read again; its model's state goes into a small model.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzState(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { bytes in
    read(bytes)
    var digest = SHA256()
    digest.update(bytes)
    read(bytes + digest.finalize())
  }
}

private func read(_ bytes: [UInt8]) {
  do throws(SavedStateError) {
    let state = try DecodingState(bytes: bytes)
    precondition(state.serialized() == bytes)
    precondition(!state.pendingBytes.isEmpty)
    restore(state.verifierState)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}

private func restore(_ bytes: [UInt8]) {
  guard let state = try? MambaState(configuration, bytes: bytes) else { return }
  precondition(state.serialized() == bytes)
}

/// Of the model whose files `run.sh` has put into the folder.
private let configuration: MambaConfiguration = {
  do {
    return try MambaConfiguration(of: CheckpointDirectory(contentsOf: FuzzInput.folder))
  } catch {
    fatalError("\(error)")
  }
}()
