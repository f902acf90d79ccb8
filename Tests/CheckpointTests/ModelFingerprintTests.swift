import Checkpoint
import Foundation
import Testing

private func fingerprint(_ weights: [UInt8]) throws -> ModelFingerprint {
  let directory = try TemporaryDirectory(weights: weights)
  return try ModelFingerprint(of: CheckpointDirectory(contentsOf: directory.url))
}

@Suite struct ModelFingerprintTests {
  /// Made with Python's hashlib from the documented format.
  @Test func `a checkpoint has the fingerprint of the documented format`() throws {
    let checkpoint = try CheckpointDirectory(contentsOf: fixture("hf-bf16-sharded"))
    #expect(
      try ModelFingerprint(of: checkpoint).description
        == "8b020baeae767545c8f91ca2db968411d392100929f14479a9727842f493304d")
  }

  @Test func `no tensors have the digest of nothing`() throws {
    #expect(
      try fingerprint(safetensors("{}")).description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
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
      try ModelFingerprint(of: CheckpointDirectory(contentsOf: sharded.url)) == expected)
  }

  @Test func `name, type, shape and every byte matter`() throws {
    let all = try [
      safetensors("t", "U8", [2], [0, 1]), safetensors("u", "U8", [2], [0, 1]),
      safetensors("t", "I8", [2], [0, 1]), safetensors("t", "U8", [2, 1], [0, 1]),
      safetensors("t", "U8", [2], [0, 2]), safetensors("t", "U8", [2], [2, 1]),
    ].map(fingerprint)
    #expect(Set(all).count == all.count)
  }

  @Test func `weights that are not finite have a fingerprint too`() throws {
    let one = try fingerprint(safetensors("t", "F32", [1], littleEndian([.infinity])))
    #expect(one != (try fingerprint(safetensors("t", "F32", [1], littleEndian([-.infinity])))))
  }
}
