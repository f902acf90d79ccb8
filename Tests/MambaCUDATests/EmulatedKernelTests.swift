import Checkpoint
import Foundation
import Kernels
import Mamba
import MambaCUDA
import TestSupport
import Testing

/// The kernels of the GPU on the emulator, against those of the processor: every logit and state.
///
/// Sanitizers do not follow a thread from stack to stack.
@Suite(.serialized, .enabled(if: !Sanitizer.isActive)) struct EmulatedKernelTests {
  /// The same model and sequences on both.
  private final class Pair {
    let models: [MambaModel]
    let sessions: [MambaSession]

    init(_ model: TinyModel, architecture: CInt) throws {
      let directory = try model.write()
      let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
      let processor = try MambaModel(
        contentsOf: checkpoint, team: WorkerTeam(size: 1, instructionSet: .best))
      let device = try Device(
        index: 0, table: EmulatedDriver(architecture: architecture).table)
      let backend = try CUDABackend(
        contentsOf: checkpoint, configuration: processor.configuration, tokens: nil, on: device)
      models = [
        processor, MambaModel(configuration: backend.configuration, backend: backend),
      ]
      sessions = models.map { MambaSession(model: $0) }
    }

    /// Reads a window on both, and takes back all but its first tokens.
    func read(_ tokens: [Int], keeping count: Int) throws {
      for session in sessions { try session.verify(tokens) }
      for row in tokens.indices { try compareLogits(after: row, "window of \(tokens.count)") }
      for session in sessions { session.rollBack(toFirst: count) }
      compareStates("\(count) of \(tokens.count)")
    }

    func step(_ token: Int) throws {
      let rows = 0..<models[0].configuration.vocabularySize
      for session in sessions { try session.consume([token], logits: rows) }
      try compareLogits(after: 0, "step")
      compareStates("step")
    }

    private func compareLogits(after row: Int, _ what: String) throws {
      let logits = sessions.map { session in
        session.withLogits(after: row) { row in row.indices.map { row[$0].bitPattern } }
      }
      #expect(logits[0] == logits[1], "logits after \(row), \(what)")
    }

    func compareStates(_ what: String) {
      #expect(sessions[0].state.bitPatterns == sessions[1].state.bitPatterns, "state, \(what)")
    }
  }

  private static func ragged(_ seed: UInt64) -> TinyModel {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    var model = TinyModel()
    model.seed = seed
    (model.hiddenSize, model.innerSize) = (pick(3...90), pick(3...150))
    (model.stateSize, model.convolutionWidth) = ([1, 5, 16, 16, 20][pick(0...4)], pick(1...5))
    (model.timeStepRank, model.layerCount) = (pick(1...70), 2)
    model.vocabularySize = pick(2...70)
    model.usesLayerNorm = pick(0...3) == 0
    model.hasProjectionBias = pick(0...1) == 0
    model.hasConvolutionBias = pick(0...1) == 0
    model.tiesEmbeddings = pick(0...1) == 0
    model.storage = [.i8, .i8, .i8, .i8, .f32, .bf16, .f16][pick(0...6)]
    if model.storage == .i8, pick(0...1) == 0 { model.metadata["activation_bits"] = "15" }
    return model
  }

  @Test(arguments: [90, 75] as [CInt], 1...4 as ClosedRange<UInt64>)
  func `windows, steps and rollbacks of ragged models give the processor's bits`(
    architecture: CInt, seed: UInt64
  ) throws {
    let model = Self.ragged(seed)
    let pair = try Pair(model, architecture: architecture)
    var generator = SeededGenerator(seed: seed)
    for window in [1, 2, 7, 9, 17, 33] {
      let tokens = (0..<window).map { _ in
        Int.random(in: 0..<model.vocabularySize, using: &generator)
      }
      try pair.read(tokens, keeping: Int.random(in: 0...window, using: &generator))
      try pair.step(tokens[0])
    }
  }

  /// Shapes whose blocks have many channels, several tiles of out_proj, and several chunks of columns.
  @Test(arguments: [(200, 448), (1100, 120), (330, 560)])
  func `passes in one kernel of wide models give the processor's bits`(hidden: Int, inner: Int)
    throws
  {
    var model = TinyModel()
    model.storage = .i8
    (model.hiddenSize, model.innerSize, model.stateSize) = (hidden, inner, 16)
    (model.timeStepRank, model.layerCount, model.convolutionWidth) = (70, 3, 4)
    let pair = try Pair(model, architecture: 90)
    for window in [6, 1, 16, 2] {
      let tokens = (0..<window).map { $0 * 7 % model.vocabularySize }
      try pair.read(tokens, keeping: (window + 1) / 2)
      try pair.step(tokens[0])
    }
  }

  @Test func `a window is rolled back to every depth`() throws {
    var model = TinyModel()
    model.storage = .i8
    let pair = try Pair(model, architecture: 90)
    for count in 0...5 { try pair.read([3, 1, 4, 1, 5], keeping: count) }
  }

  /// Sizes: hidden, inner, of the step's rank, of the convolution.
  @Test(arguments: [[8, 16, 3, 4], [90, 300, 70, 4], [140, 260, 5, 4], [70, 144, 140, 3]])
  func `sequences that share a pass do not see one another`(sizes: [Int]) throws {
    var model = TinyModel()
    model.storage = .i8
    (model.hiddenSize, model.innerSize, model.stateSize) = (sizes[0], sizes[1], 16)
    (model.timeStepRank, model.convolutionWidth) = (sizes[2], sizes[3])
    let pair = try Pair(model, architecture: 90)
    let texts = (0..<70).map { [$0, $0 + 1, $0 + 2] }
    var logits: [[[UInt32]]] = []
    var states: [[[UInt32]]] = []
    for model in pair.models {
      let sequences = texts.map { _ in model.backend.makeSequence(windowLimit: 4) }
      // All of them are two passes; twenty are one.
      for (text, count) in [(0, 70), (1, 20), (2, 70)] {
        let isRecorded = text == 1
        let segments = zip(sequences, texts).prefix(count).map { sequence, tokens in
          PassSegment(
            sequence, tokens: [tokens[text]][...], isRecorded: isRecorded, logits: .all)
        }
        model.backend.run(segments.span)
        if isRecorded {
          for sequence in sequences.prefix(count) { sequence.settle(first: 1, of: 1) }
        }
      }
      logits.append(
        sequences.map { $0.withLogits(row: 0) { row in row.indices.map { row[$0].bitPattern } } })
      states.append(sequences.map { $0.state.bitPatterns })
    }
    #expect(logits[0] == logits[1])
    #expect(states[0] == states[1])
  }

  @Test(arguments: 11...13 as ClosedRange<UInt64>)
  func `passes of several sequences with windows of any length give the processor's bits`(
    seed: UInt64
  ) throws {
    let model = Self.ragged(seed)
    let pair = try Pair(model, architecture: 90)
    var generator = SeededGenerator(seed: seed)
    let sequences = pair.models.map { model in
      (0..<3).map { _ in model.backend.makeSequence(windowLimit: 20) }
    }
    for _ in 0..<6 {
      let parts = [0, 1, 2].shuffled(using: &generator)
        .prefix(Int.random(in: 1...3, using: &generator))
        .map { index in
          (
            index: index,
            tokens: (0..<Int.random(in: 1...20, using: &generator)).map { _ in
              Int.random(in: 0..<model.vocabularySize, using: &generator)
            }, isRecorded: Bool.random(using: &generator),
            kept: Int.random(in: 0...20, using: &generator)
          )
        }
      for (model, sequences) in zip(pair.models, sequences) {
        let segments = parts.map { part in
          PassSegment(
            sequences[part.index], tokens: part.tokens[...], isRecorded: part.isRecorded,
            logits: part.isRecorded ? .all : .last(rows: 0..<1))
        }
        model.backend.run(segments.span)
      }
      for part in parts {
        for row in 0..<(part.isRecorded ? part.tokens.count : 1) {
          let logits = sequences.map { sequences in
            sequences[part.index].withLogits(row: row) { logits in
              logits.indices.prefix(part.isRecorded ? logits.count : 1).map {
                logits[$0].bitPattern
              }
            }
          }
          #expect(logits[0] == logits[1], "logits after \(row) of \(part)")
        }
        for sequences in sequences where part.isRecorded && part.kept > 0 {
          sequences[part.index].settle(
            first: min(part.kept, part.tokens.count), of: part.tokens.count)
        }
        let states = sequences.map { $0[part.index].state.bitPatterns }
        #expect(states[0] == states[1], "state after \(part)")
      }
    }
  }

  @Test func `a state that one saved goes on on the other`() throws {
    var model = TinyModel()
    model.storage = .i8
    let pair = try Pair(model, architecture: 90)
    try pair.read([1, 2, 3], keeping: 3)
    let states = pair.sessions.map(\.state)
    pair.sessions[0].restore(states[1])
    pair.sessions[1].restore(states[0])
    try pair.read([4, 5], keeping: 2)
  }
}
