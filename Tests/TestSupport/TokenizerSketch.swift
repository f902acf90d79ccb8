package import Foundation

/// A `tokenizer.json` put together field by field; each value is JSON text.
package struct TokenizerSketch: Sendable {
  /// The fields but the model.
  package var fields: [String: String] = [
    "version": "\"1.0\"",
    "truncation": "null",
    "padding": "null",
    "added_tokens": "[]",
    "normalizer": "null",
    "pre_tokenizer": #"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}"#,
    "post_processor": "null",
    "decoder": #"{"type": "ByteLevel"}"#,
  ]

  /// The fields of the model.
  package var model: [String: String] = [
    "type": "\"BPE\"",
    "vocab": #"{"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4}"#,
    "merges": #"[["a", "b"], ["Ġ", "ab"]]"#,
  ]

  /// A tokenizer of five tokens.
  package init() {}

  /// The text of the file.
  package var json: Data {
    var fields = fields
    if fields["model"] == nil { fields["model"] = Self.object(model) }
    return Data(Self.object(fields).utf8)
  }

  private static func object(_ fields: [String: String]) -> String {
    "{" + fields.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }
}

extension TokenizerSketch {
  /// A vocabulary of byte strings, which may be any, and merges of its ids.
  package init(tokens: [[UInt8]], merges: [(left: Int, right: Int)], useRegex: Bool = true) throws {
    var vocabulary: [String: Int] = [:]
    for (id, token) in tokens.enumerated() { vocabulary[Self.text(of: token)] = id }
    let pairs = merges.map { [Self.text(of: tokens[$0.left]), Self.text(of: tokens[$0.right])] }
    let encoder = JSONEncoder()
    model["vocab"] = String(decoding: try encoder.encode(vocabulary), as: UTF8.self)
    model["merges"] = String(decoding: try encoder.encode(pairs), as: UTF8.self)
    fields["pre_tokenizer"] =
      #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": \#(useRegex)}"#
  }

  /// The text of a token: its bytes in the alphabet of GPT-2.
  package static func text(of bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(alphabet[Int(byte)]) }
    return String(text)
  }

  private static let alphabet: [Unicode.Scalar] = {
    var next: UInt16 = 256
    return (UInt8.min...UInt8.max).map { byte in
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      if isPrintable { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "?"
    }
  }()
}
