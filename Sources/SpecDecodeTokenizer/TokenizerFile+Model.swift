extension TokenizerFile {
  /// The field `model`: a BPE model, or the type of one that is not.
  enum ModelEntry: Decodable {
    case bpe(BPEModelEntry)
    case other(type: String)

    private enum CodingKeys: String, CodingKey {
      case type, merges
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      let type = try fields.decodeIfPresent(String.self, forKey: .type)
      // Early files, GPT-2's own among them, name no type; of the models only BPE has merges.
      if type == "BPE" || type == nil && fields.contains(.merges) {
        self = .bpe(try BPEModelEntry(from: decoder))
      } else {
        self = .other(type: type ?? "missing")
      }
    }
  }

  /// A model of the type `BPE`, but for its vocabulary: see `VocabularyEntries`.
  struct BPEModelEntry: Decodable {
    let dropout: Double?
    let unknownToken: String?
    let continuingSubwordPrefix: String?
    let endOfWordSuffix: String?
    let byteFallback: Bool?
    let ignoreMerges: Bool?
    let merges: MergeList

    enum CodingKeys: String, CodingKey {
      case dropout, merges
      case unknownToken = "unk_token"
      case continuingSubwordPrefix = "continuing_subword_prefix"
      case endOfWordSuffix = "end_of_word_suffix"
      case byteFallback = "byte_fallback"
      case ignoreMerges = "ignore_merges"
    }
  }

  /// The merges, in order of rank: `"a b"` in files before 2024, `["a", "b"]` since.
  enum MergeList: Decodable {
    case lines([String])
    case pairs([[String]])

    init(from decoder: any Decoder) throws {
      let list = try decoder.singleValueContainer()
      if let lines = try? list.decode([String].self) {
        self = .lines(lines)
      } else {
        self = .pairs(try list.decode([[String]].self))
      }
    }
  }
}
