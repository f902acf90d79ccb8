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
