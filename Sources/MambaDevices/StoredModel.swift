package import Checkpoint
package import Foundation
import Kernels
package import Mamba
import MambaCUDA
import Synchronization

/// A checkpoint that holds a Mamba, before its weights are read.
package struct StoredModel: Sendable {
  package let checkpoint: CheckpointDirectory

  /// Its shape, with all of its vocabulary.
  package let configuration: MambaConfiguration

  private let digest = LazyFingerprint()

  /// Opens a checkpoint of any layout.
  package init(contentsOf directory: URL) throws(ModelError) {
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
  ) throws(ModelError) -> MambaModel {
    switch device {
    case .pool(let pool): return try load(on: pool.team, isMeasured: false, request)
    case .cpu(let threads):
      let team: WorkerTeam
      do {
        team = try WorkerTeam.shared(size: threads)
      } catch {
        throw .device(.instructionSet(error))
      }
      return try load(on: team, isMeasured: threads == nil, request)
    case .cuda(let index): return try load(onGPU: index, request)
    }
  }

  private func load(
    onGPU index: Int, _ request: ModelRequest
  ) throws(ModelError) -> MambaModel {
    let gpu: Device
    do {
      gpu = try Device.shared(index: index)
    } catch {
      throw .device(.cuda(error))
    }
    do {
      let backend = try CUDABackend(
        contentsOf: checkpoint, configuration: configuration, tokens: request.tokens, on: gpu)
      return MambaModel(configuration: backend.configuration, backend: backend)
    } catch {
      switch error {
      case .cuda(let error): throw .device(.cuda(error))
      case .checkpoint(let error): throw .checkpoint(error)
      }
    }
  }

  private func load(
    on team: WorkerTeam, isMeasured: Bool, _ request: ModelRequest
  ) throws(ModelError) -> MambaModel {
    do {
      var backend = try CPUBackend(
        contentsOf: checkpoint, configuration: configuration, team: team, request)
      if isMeasured { backend = backend.choosingMembers() }
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
