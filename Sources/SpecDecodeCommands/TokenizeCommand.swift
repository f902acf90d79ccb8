import Drafter
import Foundation
import SpecDecodeTokenizer

/// `specdecode tokenize`: bytes to token ids, or back.
enum TokenizeCommand: Command {
  static let help = CommandSpecification(
    name: "tokenize",
    summary: "turn standard input into token ids, or ids back into bytes",
    discussion: """
      The ids are written as one JSON list: those of Hugging Face tokenizers, without special
      tokens around them. Any bytes are taken, text or not. Where the tokenizer normalizes text
      (NFC) or puts a space before it (add_prefix_space), the ids stand for the text so changed;
      with --exact they stand for the bytes as they are.
      """,
    examples: [
      .init(
        "the tokens of a sentence",
        "printf 'It was dark' | specdecode tokenize --tokenizer tokenizer.json"),
      .init(
        "and back",
        "echo '[42, 7]' | specdecode tokenize --tokenizer tokenizer.json --decode"),
    ])

  struct Request: CommandRequest {
    let tokenizer: String
    let isExact: Bool
    let decodes: Bool

    init(_ options: OptionReader) throws(UsageError) {
      tokenizer = try options.requiredPath(
        "--tokenizer", "FILE", "a tokenizer.json with byte-level BPE")
      isExact = options.flag("--exact", "change no byte of the text, as in drafting")
      decodes = options.flag("--decode", "read a JSON list of ids and write their bytes")
      try options.exclude("--exact", "--decode", remedy: "decoding is exact without it")
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    let tokenizer = try BPETokenizer(contentsOf: URL(filePath: request.tokenizer))
    if request.decodes {
      let ids = try TokenList(contentsOf: "-").ids
      try StandardOutput.write(tokenizer.decode(ids))
    } else {
      let text = try FileInput.bytes(of: "-")
      let ids = request.isExact ? tokenizer.encode(text) : tokenizer.encodeNormalized(text)
      try StandardOutput.write(Array("[\(ids.map { "\($0)" }.joined(separator: ","))]\n".utf8))
    }
    return .success
  }
}
