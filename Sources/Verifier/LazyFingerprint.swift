import Checkpoint
import DecodingCore
import Mamba
import Synchronization

/// The fingerprint of a checkpoint, computed when it is first asked for: most programs never ask,
/// and it takes reading all of the weights.
final class LazyFingerprint: Sendable {
  private let checkpoint: CheckpointDirectory
  private let digest = Mutex<[UInt8]?>(nil)

  init(of checkpoint: CheckpointDirectory) {
    self.checkpoint = checkpoint
  }

  func bytes() throws(SavedStateError) -> [UInt8] {
    do {
      return try digest.withLock { digest throws(CheckpointError) in
        if let digest { return digest }
        let bytes = try ModelFingerprint(of: checkpoint).bytes
        digest = bytes
        return bytes
      }
    } catch {
      throw .unreadableModel(reason: "\(error)")
    }
  }
}
