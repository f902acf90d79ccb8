package import Checkpoint
package import Kernels
package import SpecDecodePlatform

/// Weights packed for the processor's kernels, and the team that computes with them.
package final class CPUBackend: MambaBackend {
  /// The threads that run a pass.
  package let team: WorkerTeam

  let configuration: MambaConfiguration
  let weights: MambaWeights

  package var weightByteCount: Int { weights.byteCount }

  package var device: DeviceDescription {
    DeviceDescription(
      name: "cpu", architecture: team.instructionSet.rawValue, threads: team.size)
  }

  /// Reads and packs the weights of a checkpoint.
  ///
  /// A header can claim any size in a sparse file: the need is compared with the limit before
  /// anything is allocated.
  ///
  /// - Parameter configuration: that of the checkpoint, with all of its vocabulary.
  /// - Throws: `CheckpointError`, naming file, tensor or field.
  package init(
    contentsOf checkpoint: CheckpointDirectory, configuration stored: MambaConfiguration,
    team: WorkerTeam, _ request: ModelRequest
  ) throws(CheckpointError) {
    let need = CPUMemory(
      of: stored, in: checkpoint, members: team.size, snapshots: request.snapshots)
    try request.memory.require(need.byteCount, for: checkpoint.url)
    if request.memory.cause == .addressSpace {
      try request.memory.require(need.addressByteCount, for: checkpoint.url)
    }
    let loader = TensorLoader(
      checkpoint: checkpoint, activations: try ActivationWidths(of: checkpoint),
      instructionSet: team.instructionSet)
    weights = try MambaWeights(of: stored, from: loader, tokens: request.tokens)
    configuration =
      request.tokens.map { stored.keeping(vocabularySize: $0.count) } ?? stored
    self.team = team
  }

  package func makeSequence(windowLimit: Int) -> any MambaSequence {
    CPUSequence(backend: self, windowLimit: windowLimit)
  }

  package func run(_ segments: Span<PassSegment>) {
    for index in segments.indices {
      let segment = segments[index]
      guard let sequence = segment.sequence as? CPUSequence else {
        preconditionFailure("a sequence of another device")
      }
      team.run(sequence.pass(of: segment))
    }
  }
}

extension MambaModel {
  /// Reads the weights of a checkpoint onto a team of threads.
  package convenience init(
    contentsOf checkpoint: CheckpointDirectory, team: WorkerTeam, tokens: [Int]? = nil,
    memory: MemoryLimit = .current
  ) throws(CheckpointError) {
    let stored = try MambaConfiguration(of: checkpoint)
    let backend = try CPUBackend(
      contentsOf: checkpoint, configuration: stored, team: team,
      ModelRequest(tokens: tokens, memory: memory))
    self.init(configuration: backend.configuration, backend: backend)
  }
}
