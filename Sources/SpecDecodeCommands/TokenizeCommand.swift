import Drafter
import Foundation
import SpecDecodeTokenizer

/// `specdecode tokenize`: bytes to token ids, or back.
enum TokenizeCommand: Command {
  static let specification = CommandSpecification(
    name: "tokenize",
    summary: "turn standard input into token ids, or ids back into bytes",
    options: [
      CommandSpecification.Option(
        "--tokenizer", "FILE", "a tokenizer.json with byte-level BPE (required)"),
      CommandSpecification.Option(
        "--exact", nil, "change no byte of the text, as in drafting"),
      CommandSpecification.Option(
        "--decode", nil, "read a JSON list of ids and write their bytes"),
    ],
    discussion: """
      The ids are written as one JSON list: those of Hugging Face tokenizers, without special
      tokens around them. Any bytes are taken, text or not. Where the tokenizer normalizes text
      (NFC) or puts a space before it (add_prefix_space), the ids stand for the text so changed;
      with --exact they stand for the bytes as they are.
      """,
    examples: [
      CommandSpecification.Example(
        "the tokens of a sentence",
        "printf 'It was dark' | specdecode tokenize --tokenizer tokenizer.json"),
      CommandSpecification.Example(
        "and back",
        "echo '[42, 7]' | specdecode tokenize --tokenizer tokenizer.json --decode"),
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    try arguments.exclude("--exact", "--decode", remedy: "decoding is exact without it")
    let path = try arguments.requiredPath("--tokenizer")
    let tokenizer = try BPETokenizer(contentsOf: URL(filePath: path))
    if arguments.has("--decode") {
      let ids = try TokenList(contentsOf: "-").ids
      try StandardOutput.write(tokenizer.decode(ids))
    } else {
      let text = try FileInput.bytes(of: "-")
      let ids = arguments.has("--exact") ? tokenizer.encode(text) : tokenizer.encodeNormalized(text)
      try StandardOutput.write(Array("[\(ids.map { "\($0)" }.joined(separator: ","))]\n".utf8))
    }
    return .success
  }
}
