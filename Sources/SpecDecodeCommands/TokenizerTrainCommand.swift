import Drafter
import Foundation
import SpecDecodeTokenizer

/// `specdecode tokenizer train`: a tokenizer.json from text.
enum TokenizerTrainCommand: Command {
  static let specification = CommandSpecification(
    name: "tokenizer train",
    summary: "make a tokenizer.json with byte-level BPE from text files",
    arguments: ["TEXT"],
    repeatsLastArgument: true,
    options: [
      CommandSpecification.Option(
        "--vocabulary", "N", "how many tokens, 256 or more (default 16384)"),
      CommandSpecification.Option(
        "--output", "FILE", "the tokenizer.json to write (required)"),
      CommandSpecification.Option("--quiet", nil, "no progress on standard error"),
    ],
    discussion: """
      The first 256 tokens are the bytes; every other one is the pair of neighbouring tokens that
      occurs most often at its time, within the pieces that GPT-2's pattern cuts text into. Of
      pairs that occur equally often the one with the lower left id comes first, then the one
      with the lower right id, so the same text gives the same file. It ends early when no pair
      occurs twice. The files may hold any bytes; TEXT - is standard input. Memory goes by the
      distinct words of the text, not by its length. Hugging Face tokenizers reads the file.
      """,
    examples: [
      CommandSpecification.Example(
        "a vocabulary of 16,384 tokens from two books",
        "specdecode tokenizer train emma.txt persuasion.txt --output tokenizer.json")
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let paths = try arguments.positionals.indices.map { try arguments.path(at: $0) }
    let output = try arguments.requiredPath("--output")
    let size = try arguments.integer(
      "--vocabulary", in: BPETrainer.smallestVocabulary...BPETrainer.largestVocabulary,
      default: 16_384)
    try FileOutput.requireWritable(output)
    let isQuiet = arguments.has("--quiet")
    let interruption = Interruption()
    let trainer = try read(
      paths, into: BPETrainer(vocabularySize: size), interruption, isQuiet: isQuiet)
    let vocabulary = try train(trainer, interruption, isQuiet: isQuiet)
    try FileOutput.write(Data(vocabulary.tokenizerJSON), to: output)
    if vocabulary.tokens.count < size {
      StandardError.write(
        "specdecode: \(vocabulary.tokens.count) tokens instead of \(size): no pair of tokens "
          + "occurs twice any more; give more text for more tokens\n")
    }
    return .success
  }

  private static func read(
    _ paths: [String], into start: BPETrainer, _ interruption: Interruption, isQuiet: Bool
  ) throws -> BPETrainer {
    var trainer = start
    let display = ProgressDisplay(label: "reading", isQuiet: isQuiet)
    defer { display.clear() }
    let whole = paths.reduce(0) { $0 + FileInput.size(of: $1) }
    var done = 0
    for path in paths {
      try FileInput.forEachPiece(of: path) { piece in
        try interruption.check()
        try trainer.append(piece)
        done += piece.count
        display.show(done, of: max(whole, done))
      }
      try trainer.endText()
    }
    return trainer
  }

  private static func train(
    _ trainer: BPETrainer, _ interruption: Interruption, isQuiet: Bool
  ) throws -> TrainedVocabulary {
    let display = ProgressDisplay(label: "merging", isQuiet: isQuiet)
    defer { display.clear() }
    return try trainer.train { done, whole in
      try interruption.check()
      display.show(done, of: whole)
    }
  }
}
