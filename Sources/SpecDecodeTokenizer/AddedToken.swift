/// A token that is found in text before anything else is done to it.
struct AddedToken {
  let id: Int32
  /// UTF-8, not empty.
  let text: [UInt8]
  /// Whether it is looked for after normalization.
  let isNormalized: Bool
}
