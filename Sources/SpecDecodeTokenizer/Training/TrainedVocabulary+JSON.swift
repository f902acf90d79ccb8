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
