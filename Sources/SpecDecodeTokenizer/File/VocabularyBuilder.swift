/// Gathers the tokens of a file and checks that ids, tokens and merges fit together.
struct VocabularyBuilder {
  /// Ids are below 2^24: fifty times the largest public vocabulary, and 128 MiB of table at most.
  static let idLimit = 1 << 24
  /// The most bytes of one token.
  static let tokenLimit = 64 << 10
  /// The most bytes of an added token: to look for one may take as many steps at each byte of the
  /// text.
  static let addedTokenLimit = 1 << 10

  let path: String
  private let alphabet = ByteAlphabet()
  /// Id -> bytes.
  private(set) var tokens: [[UInt8]?] = []
  /// Text of the token, in UTF-8 -> id. Not `String`: it compares canonically equivalent texts as
  /// equal, and those may be two tokens.
  private var ids: [[UInt8]: Int32] = [:]

  init(path: String) {
    self.path = path
  }

  /// Enters the tokens of the model.
  ///
  /// - Throws: `TokenizerError.idOutOfRange`, `.tokenTooLong` or `.conflict`.
  mutating func insert(_ vocabulary: [(text: String, id: Int)]) throws(TokenizerError) {
    ids.reserveCapacity(vocabulary.count)
    tokens.reserveCapacity(vocabulary.count)
    for (text, id) in vocabulary {
      let bytes = alphabet.bytes(of: text)
      try check(id: id, size: bytes.count, field: Self.field(text))
      try insert(text: Array(text.utf8), bytes: bytes, id: id, field: Self.field(text))
    }
  }

  /// Enters the added tokens and returns those to look for.
  ///
  /// One that repeats a token of the model is that token; any other stands for its own UTF-8. One
  /// without text can be found nowhere and is left out, as in the reference.
  ///
  /// - Throws: what the tokens of the model throw, and `.unsupported` for an option that moves the
  ///   borders of a match.
  mutating func insert(
    _ added: [TokenizerFile.AddedTokenEntry]
  ) throws(TokenizerError) -> [AddedToken] {
    var result: [AddedToken] = []
    for (index, entry) in added.enumerated() where !entry.content.isEmpty {
      let field = "added_tokens[\(index)]"
      let text = Array(entry.content.utf8)
      try check(id: entry.id, size: text.count, limit: Self.addedTokenLimit, field: field)
      try check(options: entry, field: field)
      if ids[text] != Int32(entry.id) {
        try insert(text: text, bytes: text, id: entry.id, field: field)
      }
      // The reference's default for a field that is missing.
      let isNormalized = entry.normalized ?? true
      result.append(AddedToken(id: Int32(entry.id), text: text, isNormalized: isNormalized))
    }
    return result
  }

  /// Byte -> the token of that byte alone, -1 where none is. [256]
  var byteIDs: [Int32] {
    (UInt8.min...UInt8.max).map { ids[alphabet.text(of: $0)] ?? -1 }
  }

  /// Bytes -> token, for the tokens whose text is of the alphabet.
  var wholeTokens: [[UInt8]: Int32] {
    var result: [[UInt8]: Int32] = [:]
    result.reserveCapacity(ids.count)
    for (text, id) in ids {
      guard let bytes = tokens[Int(id)], alphabet.text(of: bytes) == text else { continue }
      result[bytes] = id
    }
    return result
  }

  private mutating func insert(
    text: [UInt8], bytes: [UInt8], id: Int, field: @autoclosure () -> String
  ) throws(TokenizerError) {
    if id >= tokens.count {
      tokens += repeatElement(nil, count: id + 1 - tokens.count)
    }
    if tokens[id] != nil {
      let owner = ids.first { $0.value == Int32(id) }?.key ?? []
      throw .conflict(path: path, field: field(), id: id, other: TokenizerError.quoted(owner))
    }
    if let other = ids.updateValue(Int32(id), forKey: text) {
      throw .conflict(path: path, field: field(), id: id, other: "its id \(other)")
    }
    tokens[id] = bytes
  }

  private func check(
    id: Int, size: Int, limit: Int = tokenLimit, field: @autoclosure () -> String
  ) throws(TokenizerError) {
    guard id >= 0, id < Self.idLimit else {
      throw .idOutOfRange(path: path, field: field(), id: id, limit: Self.idLimit)
    }
    guard size <= limit else {
      throw .tokenTooLong(path: path, field: field(), size: size, limit: limit)
    }
  }

  private func check(
    options entry: TokenizerFile.AddedTokenEntry, field: String
  ) throws(TokenizerError) {
    let options = [
      ("single_word", entry.singleWord), ("lstrip", entry.lstrip), ("rstrip", entry.rstrip),
    ]
    for (name, value) in options where value == true {
      throw .unsupported(
        path: path, field: "\(field).\(name)", value: "true", supported: "false")
    }
  }

  private static func field(_ text: String) -> String {
    "model.vocab[\(TokenizerError.quoted(text))]"
  }
}

extension VocabularyBuilder {
  /// The merges by pairs of ids, the rank of each its place in the list.
  ///
  /// - Throws: `TokenizerError.malformed` when a merge is not of two parts,
  ///   `.mergeOutOfVocabulary` when a part or the whole is no token.
  func mergeTable(_ list: TokenizerFile.MergeList) throws(TokenizerError) -> MergeTable {
    switch list {
    case .lines(let lines):
      var table = MergeTable(capacity: lines.count)
      var rank: UInt32 = 0
      for (index, line) in lines.enumerated()
      where !line.utf8.starts(with: "#version".utf8) {
        let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        try insert(parts.map(Array.init), index: index, rank: rank, into: &table)
        rank += 1
      }
      return table
    case .pairs(let pairs):
      var table = MergeTable(capacity: pairs.count)
      for (index, pair) in pairs.enumerated() {
        try insert(
          pair.map { Array($0.utf8) }, index: index, rank: UInt32(index), into: &table)
      }
      return table
    }
  }

  private func insert(
    _ parts: [[UInt8]], index: Int, rank: UInt32, into table: inout MergeTable
  ) throws(TokenizerError) {
    guard parts.count == 2 else {
      throw .malformed(
        path: path, field: "model.merges[\(index)]",
        reason: "a merge has 2 parts, this one has \(parts.count)")
    }
    let left = try merged(parts[0], index)
    let right = try merged(parts[1], index)
    let product = try merged(parts[0] + parts[1], index)
    table.insert(Merge(rank: rank, product: product), left: left, right: right)
  }

  private func merged(_ text: [UInt8], _ index: Int) throws(TokenizerError) -> Int32 {
    guard let id = ids[text] else {
      throw .mergeOutOfVocabulary(
        path: path, field: "model.merges[\(index)]", token: TokenizerError.quoted(text))
    }
    return id
  }
}
