import Checkpoint
import Kernels
import Mamba
import TestSupport

/// Tiny models that between them have every storage, odd widths and all the optional parts.
enum ModelVariant: String, CaseIterable, Sendable {
  case float32, bfloat16, float16, int8, int8By15, wideConvolution, layerNorm

  var model: TinyModel {
    var model = TinyModel()
    switch self {
    case .float32: break
    case .bfloat16:
      (model.storage, model.hiddenSize, model.innerSize) = (.bf16, 20, 33)
      (model.stateSize, model.convolutionWidth) = (8, 3)
    case .float16:
      (model.storage, model.vocabularySize, model.tiesEmbeddings) = (.f16, 67, false)
      (model.stateSize, model.convolutionWidth, model.hasProjectionBias) = (20, 2, true)
    case .int8:
      (model.storage, model.vocabularySize, model.hiddenSize) = (.i8, 257, 16)
      (model.stateSize, model.convolutionWidth, model.hasConvolutionBias) = (1, 1, false)
    case .int8By15:
      (model.storage, model.hiddenSize, model.hasProjectionBias) = (.i8, 20, true)
      model.metadata = [
        "activation_bits": "15", "activation_bits.backbone.layers.1.mixer.in_proj.weight": "8",
      ]
    case .wideConvolution:
      (model.hiddenSize, model.innerSize, model.timeStepRank) = (17, 31, 1)
      (model.convolutionWidth, model.hasProjectionBias, model.layerCount) = (5, true, 3)
    case .layerNorm:
      (model.usesLayerNorm, model.hiddenSize, model.vocabularySize) = (true, 23, 40)
      model.tiesEmbeddings = false
    }
    return model
  }

  func load(
    on instructionSet: InstructionSet = .best, threads: Int = 1
  ) throws -> MambaModel {
    try model.load(on: instructionSet, threads: threads)
  }

  /// Tokens of the vocabulary, the same for a seed.
  func tokens(_ count: Int, seed: UInt64 = 7) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int.random(in: 0..<model.vocabularySize, using: &generator) }
  }
}

extension TinyModel {
  /// Writes the model and loads it.
  func load(
    on instructionSet: InstructionSet = .best, threads: Int = 1, tokens: [Int]? = nil
  ) throws -> MambaModel {
    let directory = try write()
    return try MambaModel(
      contentsOf: CheckpointDirectory(contentsOf: directory.url),
      team: WorkerTeam(size: threads, instructionSet: instructionSet), tokens: tokens)
  }

  /// The typed error that loading the model ends with, nil when it loads.
  func loadingError(_ tokens: [Int]? = nil) throws -> CheckpointError? {
    let directory = try write()
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    do throws(CheckpointError) {
      _ = try MambaModel(
        contentsOf: checkpoint, team: WorkerTeam(size: 1, instructionSet: .scalar),
        tokens: tokens)
      return nil
    } catch {
      return error
    }
  }
}
