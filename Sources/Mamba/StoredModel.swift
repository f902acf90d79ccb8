package import Checkpoint
package import Foundation
import Kernels
import Synchronization

/// A checkpoint that holds a Mamba, before its weights are read.
package struct StoredModel: Sendable {
  package let checkpoint: CheckpointDirectory

  /// Its shape, with all of its vocabulary.
  package let configuration: MambaConfiguration

  private let digest = LazyFingerprint()

  /// Opens a checkpoint of any layout.
  package init(contentsOf directory: URL) throws(ModelLoadingError) {
    do {
      checkpoint = try CheckpointDirectory(contentsOf: directory)
      configuration = try MambaConfiguration(of: checkpoint)
    } catch {
      throw .checkpoint(error)
    }
  }

  /// Reads the weights onto a device.
  package func load(
    on device: ComputeDevice, _ request: ModelRequest = ModelRequest()
  ) throws(ModelLoadingError) -> MambaModel {
    let team: WorkerTeam
    do { team = try device.team() } catch { throw .device(error) }
    do {
      let backend = try CPUBackend(
        contentsOf: checkpoint, configuration: configuration, team: team, request)
      return MambaModel(configuration: backend.configuration, backend: backend)
    } catch {
      throw .checkpoint(error)
    }
  }

  /// A digest of everything that decides the model's logits.
  ///
  /// - Complexity: the first time all of the weights' files are read; they are kept open for it.
  package func fingerprint() throws(CheckpointError) -> ModelFingerprint {
    try digest.value(of: checkpoint, configuration)
  }
}

/// Why a model could not be loaded onto a device.
package enum ModelLoadingError: Error {
  /// The checkpoint is damaged, of an unknown kind, or too large.
  case checkpoint(CheckpointError)
  /// The device cannot be used.
  case device(DeviceError)
}

/// Computed when it is first asked for: most programs never ask, and it takes reading all weights.
private final class LazyFingerprint: Sendable {
  private let digest = Mutex<ModelFingerprint?>(nil)

  func value(
    of checkpoint: CheckpointDirectory, _ configuration: MambaConfiguration
  ) throws(CheckpointError) -> ModelFingerprint {
    try digest.withLock { digest throws(CheckpointError) in
      if let digest { return digest }
      let value = try ModelFingerprint(of: checkpoint, configuration)
      digest = value
      return value
    }
  }
}
