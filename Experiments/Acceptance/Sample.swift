/// What one generation came to, beside plain decoding of the same prompt: a line of JSON.
struct Sample: Codable {
  let prompt: Int
  /// `Sampling.name`.
  let sampling: String
  /// `Setting.name`.
  let setting: String
  let bytes: Int
  let seconds: Double
  let plainSeconds: Double
  let rounds: Int
  let draftedTokens: Int
  let testedBytes: Int
  let acceptedBytes: Int
  /// Bytes that are not those of plain decoding at the same position.
  let differentBytes: Int
  /// Bytes that stand though the verifier would have written another.
  let toleratedBytes: Int
}
