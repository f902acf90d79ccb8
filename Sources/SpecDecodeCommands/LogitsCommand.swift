import Checkpoint
import DecodingCore
import Foundation
import Kernels
import Mamba
import MambaDevices
import Reporting
import SpecDecodePlatform

/// `specdecode logits`: what a model computes, for comparison with other engines.
enum LogitsCommand: Command {
  static let help = CommandSpecification(
    name: "logits",
    summary: "write the logits of a model after each byte or token of an input",
    discussion: """
      The output is a NumPy file of float32 [T, V]: row t holds the V logits that follow the
      first t + 1 entries of the input. Where a vocabulary is padded, the padding's are among
      them.
      """,
    examples: [
      .init(
        "a byte-level model",
        "specdecode logits --model verifier --input chapter.txt --output logits.npy"),
      .init(
        "any other model, with its own token ids",
        "specdecode logits --model drafter --tokens ids.json --output logits.npy"),
    ])

  private static let elementLimit = 1 << 31
  /// In memory at once: the number, its bytes, and they in the file.
  private static let bytesPerElement = 12

  struct Request: CommandRequest {
    let model: String
    let input: String?
    let tokens: String?
    let output: String
    let devices: ModelDevices

    init(_ options: OptionReader) throws(UsageError) {
      model = try options.requiredPath("--model -m", "DIR", "the checkpoint")
      input = try options.path(
        "--input", "FILE", "raw bytes, each one a token; - is standard input")
      tokens = try options.path("--tokens", "FILE.json", "token ids, as a JSON list")
      output = try options.requiredPath("--output -o", "FILE.npy", "where to write")
      devices = try options.devices(hasDrafter: false)
      try options.exclude("--input", "--tokens", remedy: "give one input")
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    guard let source = request.input ?? request.tokens else {
      throw UsageError.missingArgument(
        name: "--input FILE or --tokens FILE.json", command: "logits")
    }
    try FileOutput.requireWritable(request.output)
    let ids =
      try request.tokens.map { try TokenList(contentsOf: $0).ids }
      ?? FileInput.bytes(of: source).map { Int32($0) }
    let stored = try StoredModel(contentsOf: ModelFolder.url(of: request.model))
    let configuration = stored.configuration
    StandardError.write(configuration.warnings)
    try check(ids, of: source, configuration)
    let model = try stored.load(on: request.devices.device)
    let shape = [ids.count, configuration.vocabularySize]
    let data = try NPYFile.data(logits(of: ids, model), shape: shape)
    try FileOutput.write(data, to: request.output)
    StandardError.say(
      "wrote \(request.output): float32 [\(shape[0]), \(shape[1])], \(NumberText.bytes(data.count))\n"
    )
    return .success
  }

  private static func logits(
    of ids: [Int32], _ model: MambaModel
  ) throws(DecodingError) -> [Float] {
    do {
      return try model.logits(of: ids.map { Int($0) })
    } catch {
      throw DecodingError(error, model: "model")
    }
  }

  private static func check(
    _ ids: [Int32], of source: String, _ configuration: MambaConfiguration
  ) throws(CommandError) {
    let tokens = configuration.tokenCount
    let name = FileInput.name(of: source)
    guard !ids.isEmpty else {
      throw .unexpectedContents(
        path: name, found: "is empty", remedy: "give at least one byte or token")
    }
    if let index = ids.firstIndex(where: { !(0..<tokens).contains(Int($0)) }) {
      throw .unexpectedContents(
        path: name, found: "has the token \(ids[index]) at \(index), counted from 0",
        remedy: "the model's tokens are 0 to \(tokens - 1)")
    }
    let limit = elementLimit / max(configuration.vocabularySize, 1)
    guard ids.count <= limit else {
      throw .unexpectedContents(
        path: name, found: "has \(ids.count) tokens, too many for one file of logits",
        remedy: "give at most \(limit)")
    }
    let need = ids.count * configuration.vocabularySize * bytesPerElement
    let memory = MemoryLimit.current.byteCount
    guard need <= memory else {
      throw .unexpectedContents(
        path: name,
        found: "has \(ids.count) tokens, whose logits take \(need >> 20) MiB of memory, but only "
          + "\(memory >> 20) MiB can be had",
        remedy: "give fewer tokens at a time")
    }
  }
}
