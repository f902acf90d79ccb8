import Checkpoint
import Drafter
import Foundation
import Kernels
import Mamba
import Reporting
import SpecDecodeTokenizer

/// All that `inspect` says of a checkpoint: schema `specdecode.inspect/1`.
struct ModelInspection: Sendable, Equatable {
  /// The directory.
  let directory: String
  /// Its shape.
  let sizes: MambaConfiguration
  /// Weights, the scales of quantised matrices not counted.
  let parameters: Int
  /// Bytes of the weights as packed in memory.
  let memory: Int
  /// Bytes of all tensors in the files.
  let fileBytes: Int
  /// Tensors, weights and bytes of each type.
  let types: [String: TypeUse]
  /// Matrices of 8-bit weights by the bits of the activations that they multiply.
  let activations: [Int: Int]
  /// What it can be used for: `verifier`, `drafter`, both, or neither.
  let uses: [String]
  /// Tokens of `tokenizer.json`; nil without one that can be used.
  let tokenizerSize: Int?
  /// Why `tokenizer.json` cannot be used; nil when it can, or there is none.
  let tokenizerError: String?
  /// SHA-256 of the tensors.
  let fingerprint: String

  /// How much of a checkpoint is stored in one type.
  struct TypeUse: Sendable, Equatable, Encodable {
    var tensors = 0
    var elements = 0
    var bytes = 0
  }

  /// Loads and measures a checkpoint.
  init(contentsOf url: URL) throws {
    let checkpoint = try CheckpointDirectory(contentsOf: url)
    let model = try MambaModel(
      contentsOf: checkpoint, team: .shared(size: WorkerTeam.defaultSize))
    sizes = model.configuration
    let tokenizer = Self.tokenizer(in: url)
    directory = url.path(percentEncoded: false)
    let tensors = checkpoint.tensors.values
    parameters = tensors.filter { !Self.isScale($0, in: checkpoint) }
      .reduce(0) { $0 + $1.elementCount }
    memory = model.weightByteCount
    fileBytes = tensors.reduce(0) { $0 + $1.byteCount }
    types = Self.types(of: checkpoint)
    activations = try Self.activations(of: checkpoint)
    tokenizerSize = tokenizer.size
    tokenizerError = tokenizer.error
    uses = Self.uses(vocabulary: sizes.tokenCount, tokenizer: tokenizer.size)
    fingerprint = try ModelFingerprint(of: checkpoint).description
  }

  /// What a model with so many tokens, and a tokenizer with so many or none, can be used for.
  static func uses(vocabulary: Int, tokenizer: Int?) -> [String] {
    let isDrafter = tokenizer.map { $0 <= vocabulary } ?? false
    return (vocabulary == 256 ? ["verifier"] : []) + (isDrafter ? ["drafter"] : [])
  }

  /// A verifier needs no tokenizer, so one that cannot be used is a finding and no failure.
  private static func tokenizer(in url: URL) -> (size: Int?, error: String?) {
    let file = url.appending(path: "tokenizer.json")
    guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else {
      return (nil, nil)
    }
    do {
      return (try BPETokenizer(contentsOf: file).vocabularySize, nil)
    } catch {
      return (nil, "\(error)")
    }
  }

  /// What stands before and after each layer.
  var norm: String { sizes.usesLayerNorm ? "LayerNorm" : "RMSNorm" }

  private static func activations(
    of checkpoint: CheckpointDirectory
  ) throws(CheckpointError) -> [Int: Int] {
    let widths = try ActivationWidths(of: checkpoint)
    return checkpoint.tensors.values.filter { $0.type == .i8 }
      .reduce(into: [:]) { $0[widths[$1.name].rawValue, default: 0] += 1 }
  }

  private static func isScale(
    _ tensor: TensorDescription, in checkpoint: CheckpointDirectory
  ) -> Bool {
    tensor.name.hasSuffix("_scale")
      && checkpoint.tensors[String(tensor.name.dropLast("_scale".count))]?.type == .i8
  }

  private static func types(of checkpoint: CheckpointDirectory) -> [String: TypeUse] {
    var types: [String: TypeUse] = [:]
    for tensor in checkpoint.tensors.values {
      types[tensor.type.rawValue, default: TypeUse()].tensors += 1
      types[tensor.type.rawValue, default: TypeUse()].elements += tensor.elementCount
      types[tensor.type.rawValue, default: TypeUse()].bytes += tensor.byteCount
    }
    return types
  }
}

extension ModelInspection: ReportObject {
  /// The inspection as indented JSON, keys sorted, with a newline at the end.
  func json() throws -> Data {
    try JSONText.data(self)
  }

  /// Writes every key; `tokenizer_size` is null without a usable tokenizer, `tokenizer_error`
  /// unless there is one that is not usable.
  var fields: [Field] {
    let activations = Dictionary(
      uniqueKeysWithValues: activations.map { ("\($0.key)", $0.value) })
    return [
      ("schema", "specdecode.inspect/1"),
      ("directory", directory),
      ("uses", uses),
      ("parameters", parameters),
      ("memory_bytes", memory),
      ("file_bytes", fileBytes),
      ("types", types),
      ("activation_bits", activations),
      ("configuration", sizes.fields.merging(["token_count": sizes.tokenCount]) { $1 }),
      ("norm", norm),
      ("warnings", sizes.warnings.map(\.description)),
      ("tie_word_embeddings", sizes.tiesEmbeddings),
      ("tokenizer_size", tokenizerSize),
      ("tokenizer_error", tokenizerError),
      ("fingerprint", fingerprint),
    ]
  }
}
