import SpecDecodeTokenizer
import TestSupport

extension TokenizerSketch {
  static let path = "sketch.json"

  func tokenizer() throws(TokenizerError) -> BPETokenizer {
    try BPETokenizer(json: json, path: Self.path)
  }
}
