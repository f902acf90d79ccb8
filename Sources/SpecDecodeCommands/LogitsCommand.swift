import Checkpoint
import DecodingCore
import Foundation
import Kernels
import Mamba
import SpecDecodePlatform

/// `specdecode logits`: what a model computes, for comparison with other engines.
enum LogitsCommand: Command {
  static let specification = CommandSpecification(
    name: "logits",
    summary: "write the logits of a model after each byte or token of an input",
    options: [
      CommandSpecification.Option("--model", "DIR", "the checkpoint (required)"),
      CommandSpecification.Option(
        "--input", "FILE", "raw bytes, each one a token; - is standard input"),
      CommandSpecification.Option("--tokens", "FILE.json", "token ids, as a JSON list"),
      CommandSpecification.Option("--output", "FILE.npy", "where to write (required)"),
      CommandSpecification.Option("--threads", "N", "threads (default: the cores it may use)"),
    ],
    discussion: """
      The output is a NumPy file of float32 [T, V]: row t holds the V logits that follow the
      first t + 1 entries of the input. Where a vocabulary is padded, the padding's are among
      them.
      """,
    examples: [
      CommandSpecification.Example(
        "a byte-level model",
        "specdecode logits --model verifier --input chapter.txt --output logits.npy"),
      CommandSpecification.Example(
        "any other model, with its own token ids",
        "specdecode logits --model drafter --tokens ids.json --output logits.npy"),
    ])

  private static let elementLimit = 1 << 31
  /// In memory at once: the number, its bytes, and they in the file.
  private static let bytesPerElement = 12

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let directory = try arguments.requiredPath("--model")
    let output = try arguments.requiredPath("--output")
    let threads = try arguments.integer(
      "--threads", in: 1...WorkerTeam.sizeLimit, default: WorkerTeam.defaultSize)
    try arguments.exclude("--input", "--tokens", remedy: "give one input")
    let input = try arguments.path("--input")
    let tokens = try arguments.path("--tokens")
    guard let source = input ?? tokens else {
      throw UsageError.missingArgument(
        name: "--input FILE or --tokens FILE.json", command: "logits")
    }
    let team = try WorkerTeam.shared(size: threads)
    try FileOutput.requireWritable(output)
    let ids =
      try tokens.map { try TokenList(contentsOf: $0).ids }
      ?? FileInput.bytes(of: source).map { Int32($0) }
    let checkpoint = try CheckpointDirectory(
      contentsOf: URL(filePath: directory))
    let configuration = try MambaConfiguration(of: checkpoint)
    StandardError.write(configuration.warnings)
    try check(ids, of: source, configuration)
    let model = try MambaModel(contentsOf: checkpoint, team: team)
    try FileOutput.write(
      NPYFile.data(
        logits(of: ids, model), shape: [ids.count, configuration.vocabularySize]),
      to: output)
    return .success
  }

  private static func logits(
    of ids: [Int32], _ model: MambaModel
  ) throws(DecodingError) -> [Float] {
    do {
      return try model.logits(of: ids.map { Int($0) })
    } catch {
      throw .nonFiniteLogit(model: "model", index: error.index)
    }
  }

  private static func check(
    _ ids: [Int32], of source: String, _ configuration: MambaConfiguration
  ) throws(CommandError) {
    let tokens = configuration.tokenCount
    let name = source == "-" ? "standard input" : source
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
