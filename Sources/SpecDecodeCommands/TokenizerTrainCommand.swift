import Drafter
import Foundation
import Reporting
import SpecDecodeTokenizer

/// `specdecode tokenizer train`: a tokenizer.json from text.
enum TokenizerTrainCommand: Command {
  static let help = CommandSpecification(
    name: "tokenizer train",
    summary: "make a tokenizer.json with byte-level BPE from text files",
    arguments: ["TEXT"],
    repeatsLastArgument: true,
    discussion: """
      The first 256 tokens are the bytes; every other one is the pair of neighbouring tokens that
      occurs most often at its time, within the pieces that GPT-2's pattern cuts text into. Of
      pairs that occur equally often the one with the lower left id comes first, then the one
      with the lower right id, so the same text gives the same file. It ends early when no pair
      occurs twice. The files may hold any bytes; TEXT - is standard input. Memory goes by the
      distinct words of the text, not by its length. Hugging Face tokenizers reads the file.
      """,
    examples: [
      .init(
        "a vocabulary of 16,384 tokens from two books",
        "specdecode tokenizer train emma.txt persuasion.txt --output tokenizer.json")
    ])

  struct Request: CommandRequest {
    let paths: [String]
    let output: String
    let size: Int
    let isQuiet: Bool

    init(_ options: OptionReader) throws(UsageError) {
      paths = try options.paths()
      size =
        try options.integer(
          "--vocabulary", in: BPETrainer.smallestVocabulary...BPETrainer.largestVocabulary,
          "how many tokens, 256 or more (default 16384)") ?? 16_384
      output = try options.requiredPath("--output -o", "FILE", "the tokenizer.json to write")
      isQuiet = options.quiet()
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    try FileOutput.requireWritable(request.output)
    let interruption = Interruption()
    let trainer = try read(
      request.paths, into: BPETrainer(vocabularySize: request.size), interruption,
      isQuiet: request.isQuiet)
    let vocabulary = try train(trainer, interruption, isQuiet: request.isQuiet)
    let data = Data(vocabulary.tokenizerJSON)
    try FileOutput.write(data, to: request.output)
    if vocabulary.tokens.count < request.size {
      StandardError.say(
        "specdecode: \(vocabulary.tokens.count) tokens instead of \(request.size): no pair of "
          + "tokens occurs twice any more; give more text for more tokens\n")
    }
    guard !request.isQuiet else { return .success }
    StandardError.say(
      """
      wrote \(request.output): \(vocabulary.tokens.count) tokens, \(NumberText.bytes(data.count))
      next: put it beside the weights of a drafter that was trained with it, then
        specdecode run --drafter DIR

      """)
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
