import Foundation
import Reporting

extension ModelInspection: ReportObject {
  /// The inspection as indented JSON, keys sorted, with a newline at the end.
  func json() throws -> Data {
    try JSONText.data(self)
  }

  /// Writes every key; `tokenizer_size` is null without a usable tokenizer, `tokenizer_error`
  /// unless there is one that is not usable.
  var fields: [Field] {
    let activations = Dictionary(
      uniqueKeysWithValues: activations.map { ("\($0.key)", $0.value) })
    return [
      ("schema", "specdecode.inspect/1"),
      ("directory", directory),
      ("uses", uses),
      ("parameters", parameters),
      ("memory_bytes", memory),
      ("file_bytes", fileBytes),
      ("types", types),
      ("activation_bits", activations),
      ("configuration", configuration),
      ("norm", norm),
      ("warnings", warnings),
      ("tie_word_embeddings", tiesEmbeddings),
      ("tokenizer_size", tokenizerSize),
      ("tokenizer_error", tokenizerError),
      ("fingerprint", fingerprint),
    ]
  }
}
