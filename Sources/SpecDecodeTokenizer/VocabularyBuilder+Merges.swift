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
    guard let id = id(of: text) else {
      throw .mergeOutOfVocabulary(
        path: path, field: "model.merges[\(index)]", token: TokenizerError.quoted(text))
    }
    return id
  }
}
