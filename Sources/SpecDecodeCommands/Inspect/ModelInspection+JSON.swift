import Foundation
import Reporting

extension ModelInspection: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema, directory, uses, parameters
    case memoryBytes = "memory_bytes"
    case fileBytes = "file_bytes"
    case types
    case activations = "activation_bits"
    case configuration, norm, warnings
    case tiesEmbeddings = "tie_word_embeddings"
    case tokenizerSize = "tokenizer_size"
    case tokenizerError = "tokenizer_error"
    case fingerprint
  }

  /// The inspection as indented JSON, keys sorted, with a newline at the end.
  func json() throws -> Data {
    try JSONText.data(self)
  }

  /// Writes every key; `tokenizer_size` is null without a usable tokenizer, `tokenizer_error`
  /// unless there is one that is not usable.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("specdecode.inspect/1", forKey: .schema)
    try container.encode(directory, forKey: .directory)
    try container.encode(uses, forKey: .uses)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(memory, forKey: .memoryBytes)
    try container.encode(fileBytes, forKey: .fileBytes)
    try container.encode(types, forKey: .types)
    let activations = Dictionary(
      uniqueKeysWithValues: activations.map { ("\($0.key)", $0.value) })
    try container.encode(activations, forKey: .activations)
    try container.encode(configuration, forKey: .configuration)
    try container.encode(norm, forKey: .norm)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(tiesEmbeddings, forKey: .tiesEmbeddings)
    try container.encode(tokenizerSize, forKey: .tokenizerSize)
    try container.encode(tokenizerError, forKey: .tokenizerError)
    try container.encode(fingerprint, forKey: .fingerprint)
  }
}
