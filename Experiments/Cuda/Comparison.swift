import Checkpoint
import Foundation
import Kernels
import Mamba
import MambaCUDA

/// One model on the processor and on a GPU, doing the same side by side.
final class Comparison {
  let configuration: MambaConfiguration
  private let backends: [any MambaBackend]
  private(set) var compared = 0
  private(set) var different = 0

  var gpu: any MambaBackend { backends[1] }
  var loadSeconds = 0.0

  init(_ directory: URL, on device: Device, threads: Int?) throws {
    let checkpoint = try CheckpointDirectory(contentsOf: directory)
    let cpu = try MambaModel(contentsOf: checkpoint, team: WorkerTeam.shared(size: threads))
    configuration = cpu.configuration
    let start = ContinuousClock.now
    let gpu = try CUDABackend(
      contentsOf: checkpoint, configuration: configuration, tokens: nil, on: device)
    loadSeconds = CudaCheck.seconds(since: start)
    backends = [cpu.backend, gpu]
  }

  /// The same sequence on both.
  struct Twins {
    let sequences: [any MambaSequence]
    /// Tokens of a recorded window.
    var window = 0
  }

  func makeTwins(windowLimit: Int) -> Twins {
    Twins(sequences: backends.map { $0.makeSequence(windowLimit: windowLimit) })
  }

  struct Part {
    let index: Int
    let tokens: [Int]
    let isRecorded: Bool
    let logits: LogitsRequest
  }

  /// Runs a pass on both and compares the logits.
  func run(_ twins: inout [Twins], _ parts: [Part]) {
    for (device, backend) in backends.enumerated() {
      let segments = parts.map { part in
        PassSegment(
          twins[part.index].sequences[device], tokens: part.tokens[...],
          isRecorded: part.isRecorded, logits: part.logits)
      }
      backend.run(segments.span)
    }
    for part in parts {
      if part.isRecorded { twins[part.index].window = part.tokens.count }
      let (count, rows) =
        switch part.logits {
        case .none: (0, 0..<0)
        case .all: (part.tokens.count, 0..<configuration.vocabularySize)
        case .last(let rows): (1, rows)
        }
      for row in 0..<count {
        let values = twins[part.index].sequences.map { sequence in
          sequence.withLogits(row: row) { row in rows.map { row[$0] } }
        }
        compare(values[0], values[1])
      }
    }
  }

  func settle(_ twins: inout Twins, first count: Int) {
    guard twins.window > 0 else { return }
    if count > 0 {
      for sequence in twins.sequences { sequence.settle(first: count, of: twins.window) }
    }
    twins.window = 0
  }

  func compareStates(_ twins: Twins) {
    let states = twins.sequences.map(\.state.values)
    compare(states[0], states[1])
  }

  private func compare(_ a: [Float], _ b: [Float]) {
    precondition(a.count == b.count)
    compared += a.count
    for (a, b) in zip(a, b) where a.bitPattern != b.bitPattern && !(a.isNaN && b.isNaN) {
      different += 1
    }
  }

  func tokens(_ count: Int, _ generator: inout SplitMix) -> [Int] {
    (0..<count).map { _ in Int.random(in: 0..<configuration.vocabularySize, using: &generator) }
  }

  /// Passes of several sequences with windows of any length, kept up to any position.
  func runRounds(_ rounds: Int, windowLimit: Int, seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var twins = (0..<4).map { _ in makeTwins(windowLimit: windowLimit) }
    for _ in 0..<rounds {
      let taken = twins.indices.shuffled(using: &generator)
        .prefix(Int.random(in: 1...4, using: &generator))
      let parts = taken.map { index in
        let isRecorded = Bool.random(using: &generator)
        let count = Int.random(in: 1...windowLimit, using: &generator)
        let first = Int.random(in: 0..<configuration.vocabularySize, using: &generator)
        let last = Int.random(in: first..<configuration.vocabularySize, using: &generator) + 1
        let requests: [LogitsRequest] =
          isRecorded ? [.all] : [.none, .last(rows: first..<last)]
        return Part(
          index: index, tokens: tokens(count, &generator), isRecorded: isRecorded,
          logits: requests.randomElement(using: &generator) ?? .none)
      }
      run(&twins, parts)
      for part in parts where part.isRecorded {
        settle(&twins[part.index], first: Int.random(in: 0...part.tokens.count, using: &generator))
      }
      for index in taken { compareStates(twins[index]) }
    }
  }

  /// One window, rolled back to each of its positions.
  func rollBackToEveryDepth(window: Int, seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var twins = [makeTwins(windowLimit: window)]
    run(
      &twins,
      [Part(index: 0, tokens: tokens(7, &generator), isRecorded: false, logits: .none)])
    let snapshots = twins[0].sequences.map { $0.makeSnapshot() }
    for (sequence, snapshot) in zip(twins[0].sequences, snapshots) { sequence.save(into: snapshot) }
    let text = tokens(window, &generator)
    for depth in 0...window {
      for (sequence, snapshot) in zip(twins[0].sequences, snapshots) { sequence.restore(snapshot) }
      run(&twins, [Part(index: 0, tokens: text, isRecorded: true, logits: .all)])
      settle(&twins[0], first: depth)
      compareStates(twins[0])
    }
    // A state of one goes on on the other.
    let states = twins[0].sequences.map(\.state)
    twins[0].sequences[0].state = states[1]
    twins[0].sequences[1].state = states[0]
    run(
      &twins, [Part(index: 0, tokens: tokens(3, &generator), isRecorded: true, logits: .all)])
    settle(&twins[0], first: 3)
    compareStates(twins[0])
  }
}
