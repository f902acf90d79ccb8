import Checkpoint
import Drafter
import Foundation
import Kernels
import Mamba
import MambaDevices
import SpecDecodeTokenizer
import TestSupport

/// A tiny subword model with its tokenizer, and the parts that it is made of.
struct TinyDrafter {
  let directory: TemporaryDirectory
  let drafter: SubwordDrafter
  let vocabulary: DrafterVocabulary
  /// The model with the rows of the sorted vocabulary.
  let model: MambaModel

  /// With the tiny tokenizer, or another.
  init(
    tokenizer: Data? = nil, threads: Int = 1, _ change: (inout TinyModel) -> Void = { _ in }
  ) throws {
    var tiny = TinyModel()
    tiny.vocabularySize = TinyTokenizer.size + 3
    change(&tiny)
    directory = try tiny.write()
    let file = directory.url.appending(path: "tokenizer.json")
    if let tokenizer {
      try tokenizer.write(to: file)
    } else {
      try TinyTokenizer.write(to: directory.url)
    }
    let team = WorkerTeam(size: threads, instructionSet: try InstructionSet.selected())
    drafter = try SubwordDrafter(contentsOf: directory.url, on: .team(team))
    vocabulary = DrafterVocabulary(try BPETokenizer(contentsOf: file))
    model = try MambaModel(
      contentsOf: CheckpointDirectory(contentsOf: directory.url), team: team,
      tokens: vocabulary.trie.ids.map { Int($0) })
  }

  /// A tokenizer whose tokens are the 256 bytes.
  static func byteTokens() throws -> Data {
    try TokenizerSketch(tokens: (UInt8.min...UInt8.max).map { [$0] }, merges: []).json
  }

  /// A tokenizer that lacks most bytes.
  static func fewTokens() throws -> Data {
    let tokens = ["a", "b", " ", "ab", " ab", "t"].map { Array($0.utf8) } + [[0xE2], [0x80]]
    return try TokenizerSketch(tokens: tokens + [[0xE2, 0x80]], merges: [(0, 1), (2, 3), (6, 7)])
      .json
  }

  /// A tokenizer that changes text for people: NFC and a space before it. It has runs of spaces as
  /// added tokens, two spaces also as a merge that text never has, and cuts as Llama 3 does.
  static func changingTokens() throws -> Data {
    let tokens = (UInt8.min...UInt8.max).map { [$0] } + ["th", "  ", "the"].map { Array($0.utf8) }
    let merges = [(left: 0x74, right: 0x68), (0x20, 0x20), (256, 0x65)]
    var sketch = try TokenizerSketch(tokens: tokens, merges: merges)
    sketch.fields["normalizer"] = #"{"type": "NFC"}"#
    sketch.fields["pre_tokenizer"] = #"""
      {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "pattern":
      {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
      {"type": "ByteLevel", "add_prefix_space": true, "use_regex": false}]}
      """#
    sketch.fields["added_tokens"] =
      #"[{"id": 259, "content": "  "}, {"id": 260, "content": "   "},"#
      + #" {"id": 261, "content": "e\u0301"}, {"id": 262, "content": "<|end|>", "special": true}]"#
    return sketch.json
  }
}
