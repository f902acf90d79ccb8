/// The tokens and merges of a byte-level BPE: first the 256 bytes in the order of GPT-2's
/// vocabulary, that of the scalars that stand for them, then the products of the merges.
package struct TrainedVocabulary: Sendable {
  /// Id -> bytes, all different.
  package private(set) var tokens: [[UInt8]]
  /// In order of rank, all different. There may be more than products: two pairs can make one token.
  private(set) var merges: [TokenPair] = []
  /// Byte -> id. [256]
  private var byteIDs: [Int32]
  private var ids: [[UInt8]: Int32]
  private var known: Set<TokenPair> = []

  init() {
    let alphabet = ByteAlphabet()
    let bytes = (UInt8.min...UInt8.max).sorted {
      alphabet.scalars[Int($0)] < alphabet.scalars[Int($1)]
    }
    tokens = bytes.map { [$0] }
    byteIDs = Array(repeating: 0, count: 256)
    ids = [:]
    for (id, byte) in bytes.enumerated() {
      byteIDs[Int(byte)] = Int32(id)
      ids[[byte]] = Int32(id)
    }
  }

  /// How many merges there are.
  package var mergeCount: Int { merges.count }

  /// The token of a byte.
  func id(of byte: UInt8) -> Int32 { byteIDs[Int(byte)] }

  /// How many bytes a token has.
  func length(of id: Int32) -> Int { tokens[Int(id)].count }

  /// Enters a merge, and its product if that is new; gives the product.
  mutating func merge(_ pair: TokenPair) -> Int32 {
    if known.insert(pair).inserted { merges.append(pair) }
    let bytes = tokens[Int(pair.left)] + tokens[Int(pair.right)]
    if let id = ids[bytes] { return id }
    let id = Int32(tokens.count)
    tokens.append(bytes)
    ids[bytes] = id
    return id
  }
}

extension TrainedVocabulary {
  /// The text of a Hugging Face `tokenizer.json` with GPT-2's pre-tokenizer, in UTF-8. Equal
  /// vocabularies give equal bytes.
  package var tokenizerJSON: [UInt8] {
    let alphabet = ByteAlphabet()
    let texts = tokens.map { Self.escaped(alphabet.text(of: $0)) }
    var json = Array(Self.head.utf8)
    for (id, text) in texts.enumerated() {
      json += Array((id > 0 ? ",\n      \"" : "\n      \"").utf8) + text + Array("\": \(id)".utf8)
    }
    json += Array("\n    },\n    \"merges\": [".utf8)
    for (rank, merge) in merges.enumerated() {
      // As one line of text, which readers of every age take: no letter of the alphabet is a space.
      json += Array((rank > 0 ? ",\n      \"" : "\n      \"").utf8)
      json += texts[Int(merge.left)] + [UInt8(ascii: " ")] + texts[Int(merge.right)]
      json.append(UInt8(ascii: "\""))
    }
    return json + Array("\n    ]\n  }\n}\n".utf8)
  }

  /// No letter of the alphabet is a control character, so these two are all.
  private static func escaped(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { byte in
      byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        ? [UInt8(ascii: "\\"), byte] : [byte]
    }
  }

  private static let head = """
    {
      "version": "1.0",
      "truncation": null,
      "padding": null,
      "added_tokens": [],
      "normalizer": null,
      "pre_tokenizer": {
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true
      },
      "post_processor": null,
      "decoder": {
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true
      },
      "model": {
        "type": "BPE",
        "dropout": null,
        "unk_token": null,
        "continuing_subword_prefix": null,
        "end_of_word_suffix": null,
        "fuse_unk": false,
        "byte_fallback": false,
        "ignore_merges": false,
        "vocab": {
    """
}
