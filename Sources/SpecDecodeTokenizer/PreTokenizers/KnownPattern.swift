/// The regular expressions of public `tokenizer.json` files that have a scanner of their own.
///
/// Every one of them matches any text without gaps.
enum KnownPattern {
  private static let scanners: [String: any PreTokenizer] = [
    // GPT-2; ByteLevel has it built in.
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#:
      GPT2PreTokenizer(),
    // Llama 3, and GPT-4 (cl100k) as converted for Hugging Face.
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
      CL100KPreTokenizer(digitLimit: 3),
    // cl100k as tiktoken has it: other words for the same matches.
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#:
      CL100KPreTokenizer(digitLimit: 3),
    // Qwen, Qwen 2, Qwen 3.
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
      CL100KPreTokenizer(digitLimit: 1),
  ]

  /// The scanner for an expression, nil for one that is not in the table.
  static func scanner(for expression: String) -> (any PreTokenizer)? {
    scanners[expression]
  }
}
