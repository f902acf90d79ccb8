import Checkpoint
import Foundation
import Kernels
import Mamba
import Measuring

/// A model on some threads, and what it reads and computes.
struct MeasuredModel: Sendable {
  let label: Label
  let model: MambaModel
  /// Weights of all matrices: a multiplication and an addition each, a token.
  let weightCount: Int
  /// Whether products are in 8-bit integers.
  let isInt8: Bool

  /// Memory that the packed weights take.
  var weightByteCount: Int { model.weightByteCount }

  /// Memory that one state takes.
  var stateByteCount: Int { model.configuration.stateByteCount }

  /// What is measured.
  struct Label: Sendable, Hashable, Encodable {
    let model: String
    let threads: Int
  }

  init(directory: String, threads: Int) throws {
    let checkpoint = try CheckpointDirectory(contentsOf: URL(filePath: directory))
    model = try MambaModel(contentsOf: checkpoint, team: WorkerTeam.shared(size: threads))
    label = Label(
      model: URL(filePath: directory).standardizedFileURL.lastPathComponent,
      threads: model.device.threads)
    isInt8 = try checkpoint.tensor(named: "backbone.embeddings.weight").type == .i8
    let shape = model.configuration
    let scanRows = shape.timeStepRank + 2 * shape.stateSize
    let layer =
      3 * shape.innerSize * shape.hiddenSize + (scanRows + shape.timeStepRank) * shape.innerSize
    weightCount = shape.layerCount * layer + shape.vocabularySize * shape.hiddenSize
  }

  /// Every model on every number of threads.
  static func all(_ directories: [String], threads: [Int]) throws -> [MeasuredModel] {
    guard !directories.isEmpty else { throw ArgumentError.missing(name: "MODEL") }
    return try directories.flatMap { directory in
      try threads.map { threads in
        Experiment.report("loading \(directory) for \(threads) threads\n")
        return try MeasuredModel(directory: directory, threads: threads)
      }
    }
  }

  /// Bytes a second that can be read of a buffer as large as the weights.
  func readRate() -> Double {
    MachineLimits.readRate(byteCount: model.weightByteCount, threads: label.threads)
  }

  /// Operations a second that products of these weights can have.
  func arithmeticRate() -> Double {
    isInt8
      ? MachineLimits.int8Rate(threads: label.threads)
      : MachineLimits.floatRate(threads: label.threads)
  }

  /// So many tokens that have no pattern.
  func tokens(_ count: Int) -> [Int] {
    var generator = PhiloxGenerator(seed: 3, stream: 0)
    return (0..<count).map { _ in
      Int.random(in: 0..<model.configuration.vocabularySize, using: &generator)
    }
  }
}
