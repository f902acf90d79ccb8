package import Checkpoint
package import Kernels
package import SpecDecodePlatform

/// Weights packed for the processor's kernels, and the team that computes with them.
package final class CPUBackend: MambaBackend {
  /// The threads that run a pass.
  package let team: WorkerTeam

  /// The model's shape; the vocabulary is what was kept of it.
  package let configuration: MambaConfiguration
  let weights: MambaWeights
  /// Who of the team computes; nil for all.
  private let choices: MemberChoices?

  package var weightByteCount: Int { weights.byteCount }

  /// Near what the bundled verifier takes after a draft on two cores of a Zen 5, whose memory is as
  /// fast as a plain step wants it: where it is not, more hides behind reading the weights, and what
  /// a decoder measures scales this.
  package var passCosts: [Double] {
    switch team.instructionSet {
    case .avx512vnni, .amx:
      // Up to four positions a panel is multiplied at a time.
      let beginning = [1.06, 1.09, 1.15, 1.19, 1.42, 1.5, 1.58, 1.7]
      return beginning + (1...25).map { 1.7 + 0.17 * Double($0) }
    default:
      return (1...33).map { 1.04 + 0.28 * Double($0 - 1) }
    }
  }

  package var device: DeviceDescription {
    DeviceDescription(
      name: "cpu", architecture: team.instructionSet.rawValue,
      threads: choices?.step.members ?? team.size, choices: choices)
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
      tensors: try ModelTensors(
        of: checkpoint, configuration: stored, instructionSet: team.instructionSet))
    weights = try MambaWeights(of: stored, from: loader, tokens: request.tokens)
    configuration =
      request.tokens.map { stored.keeping(vocabularySize: $0.count) } ?? stored
    self.team = team
    choices = nil
  }

  /// The same model, computed by other members of its team.
  package init(_ other: CPUBackend, _ choices: MemberChoices) {
    (team, configuration, weights) = (other.team, other.configuration, other.weights)
    self.choices = choices
  }

  /// The same model, computed by as many members of its team as are fastest: some dozens of passes
  /// tell.
  package func choosingMembers() -> CPUBackend {
    guard MemberChoice.isNeeded(upTo: team.size) else { return self }
    let sequence = CPUSequence(backend: self, windowLimit: MemberChoices.windowLength)
    func choice(positions: Int) -> MemberChoice {
      let segment = ContiguousArray(
        CollectionOfOne(
          PassSegment(
            sequence, tokens: ArraySlice(repeating: 0, count: positions), isRecorded: false,
            logits: .last(rows: 0..<configuration.vocabularySize))))
      return MemberChoice(upTo: team.size) { run(segment.span, members: $0) / .seconds(1) }
    }
    return CPUBackend(
      self,
      MemberChoices(
        step: choice(positions: 1), window: choice(positions: MemberChoices.windowLength)))
  }

  /// Runs a pass over some rows.
  @discardableResult
  func run(_ pass: some TeamPass, rows: Int, members: Int? = nil) -> Duration {
    team.run(pass, members: members ?? choices?.members(rows: rows))
  }

  package func makeSequence(windowLimit: Int) -> any MambaSequence {
    CPUSequence(backend: self, windowLimit: windowLimit)
  }

  package func run(_ segments: Span<PassSegment>) {
    guard !segments.isEmpty else { return }
    run(segments, members: nil)
  }

  /// - Parameter members: how many take part; nil for as many as serve best.
  @discardableResult
  private func run(_ segments: Span<PassSegment>, members: Int?) -> Duration {
    let segment = segments[0]
    let host = Self.sequence(of: segment)
    let workspace =
      segments.count > 1
      ? Self.sharedWorkspace(for: segments)
      : host.workspace(isRecorded: segment.isRecorded)
    let first = host.part(of: segment, row: 0, logitRow: 0, in: workspace)
    var others: [PassPart] = []
    for index in 1..<segments.count {
      let segment = segments[index]
      let before = others.last ?? first
      others.append(
        Self.sequence(of: segment).part(
          of: segment, row: before.rows.upperBound, logitRow: before.logitRows.upperBound,
          in: workspace))
    }
    let rows = (others.last ?? first).rows.upperBound
    return run(
      ForwardPass(backend: self, workspace: workspace, first: first, others: others),
      rows: rows, members: members)
  }

  private static func sharedWorkspace(for segments: Span<PassSegment>) -> MambaWorkspace {
    var host = sequence(of: segments[0])
    var (rows, logits, isRecording) = (0, 0, false)
    for index in segments.indices {
      let segment = segments[index]
      if !host.hasSharedWorkspace { host = sequence(of: segment) }
      rows += segment.tokens.count
      logits += segment.logitCount
      isRecording = isRecording || segment.isRecorded
    }
    if !host.hasSharedWorkspace { host = sequence(of: segments[0]) }
    return host.sharedWorkspace(rows: rows, logits: logits, isRecording: isRecording)
  }

  private static func sequence(of segment: PassSegment) -> CPUSequence {
    guard let sequence = segment.sequence as? CPUSequence else {
      preconditionFailure("a sequence of another device")
    }
    return sequence
  }

  /// The embeddings of tokens, into a row each.
  func embed(_ tokens: ArraySlice<Int>, into rows: FloatRows) {
    FloatingPointMode.withDefault {
      for (row, token) in tokens.enumerated() {
        weights.embedding.unpackRow(token, into: rows.rows(from: row))
      }
    }
  }

  func makeWorkspace(rowLimit: Int, logitLimit: Int, isRecording: Bool) -> MambaWorkspace {
    MambaWorkspace(
      configuration, rowLimit: rowLimit, logitLimit: logitLimit, isRecording: isRecording,
      members: team.size)
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
