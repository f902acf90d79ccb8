package import Foundation

/// A byte-level BPE tokenizer over all 256 bytes with a few merges, as `tokenizer.json`.
package enum TinyTokenizer {
  private static let merges = [
    ["t", "h"], ["th", "e"], ["Ġ", "the"], ["a", "n"], ["an", "d"], ["Ġ", "and"], ["Ġ", "a"],
    ["i", "n"], ["e", "r"], ["o", "u"], ["Ġ", "s"], ["â", "Ģ"], ["âĢ", "Ļ"],
  ]

  /// How many tokens it has.
  package static var size: Int { 256 + merges.count }

  /// Writes `tokenizer.json` into a directory.
  package static func write(to directory: URL) throws {
    let tokens = alphabet + merges.map { $0.joined() }
    let vocabulary = Dictionary(uniqueKeysWithValues: zip(tokens, tokens.indices))
    let tokenizer: [String: Any] = [
      "version": "1.0",
      "added_tokens": [Any](),
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": vocabulary, "merges": merges] as [String: Any],
    ]
    try JSONSerialization.data(withJSONObject: tokenizer)
      .write(to: directory.appending(path: "tokenizer.json"))
  }

  /// The character that stands for each byte (GPT-2).
  private static let alphabet: [String] = {
    var next: UInt32 = 256
    return (UInt32(0)..<256).map { byte in
      let isPrintable =
        (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
      let code = isPrintable ? byte : next
      if !isPrintable { next += 1 }
      return Unicode.Scalar(code).map(String.init) ?? ""
    }
  }()
}
