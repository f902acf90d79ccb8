import Checkpoint
import Foundation
import TestSupport
import Testing

private func fingerprint(
  _ weights: [UInt8], settings: [String: String] = [:]
) throws -> ModelFingerprint {
  let directory = try TemporaryDirectory(weights: weights)
  return try ModelFingerprint(
    of: CheckpointDirectory(contentsOf: directory.url), settings: settings)
}

@Suite struct ModelFingerprintTests {
  /// Made with Python's hashlib from the documented format.
  @Test func `a checkpoint has the fingerprint of the documented format`() throws {
    let checkpoint = try CheckpointDirectory(contentsOf: fixture("hf-bf16-sharded"))
    #expect(
      try ModelFingerprint(of: checkpoint, settings: ["b": "2", "a": "1"]).description
        == "1aa709c1eeb68f58d03f6aa9076799f2cd53b1b36a3a5f2e4b80d5d5eacd822c")
  }

  @Test func `no tensors and no settings have the digest of a zero`() throws {
    #expect(
      try fingerprint(safetensors("{}")).description
        == "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc")
  }

  @Test func `the spread over files and free-form texts do not matter`() throws {
    let one = entry("a", "U8", [1], 0, 1) + "," + entry("b", "U8", [1], 1, 2)
    let swapped = entry("a", "U8", [1], 1, 2) + "," + entry("b", "U8", [1], 0, 1)
    let sharded = try TemporaryDirectory(
      shards: [
        "1.safetensors": safetensors("b", "U8", [1], [2]),
        "2.safetensors": safetensors("a", "U8", [1], [1]),
      ], index: #"{"weight_map":{"a":"2.safetensors","b":"1.safetensors"}}"#)
    let expected = try fingerprint(safetensors("{\(one)}", data: [1, 2]))
    #expect(try fingerprint(safetensors("{\(swapped)}", data: [2, 1])) == expected)
    #expect(
      try fingerprint(safetensors("{\"__metadata__\":{\"x\":\"y\"},\(one)}", data: [1, 2]))
        == expected)
    #expect(

      try ModelFingerprint(
        of: CheckpointDirectory(contentsOf: sharded.url), settings: [:]) == expected)
  }

  @Test func `name, type, shape and every byte matter`() throws {
    let all = try [
      safetensors("t", "U8", [2], [0, 1]), safetensors("u", "U8", [2], [0, 1]),
      safetensors("t", "I8", [2], [0, 1]), safetensors("t", "U8", [2, 1], [0, 1]),
      safetensors("t", "U8", [2], [0, 2]), safetensors("t", "U8", [2], [2, 1]),
    ].map { try fingerprint($0) }
    #expect(Set(all).count == all.count)
  }

  @Test func `every setting matters`() throws {
    let weights = safetensors("t", "U8", [1], [0])
    let all = try [[:], ["a": "b"], ["a": "c"], ["b": "b"], ["ab": ""], ["a": "b", "c": ""]].map {
      try fingerprint(weights, settings: $0)
    }
    #expect(Set(all).count == all.count)
  }

  @Test func `weights that are not finite have a fingerprint too`() throws {
    let one = try fingerprint(safetensors("t", "F32", [1], littleEndian([.infinity])))
    #expect(one != (try fingerprint(safetensors("t", "F32", [1], littleEndian([-.infinity])))))
  }
}
